"""Translation: a warm reading, beside the peer that a user would take, and training."""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import torch

from attnviz import service
from attnviz.attention import SUBWORDS
from attnviz.tasks.translation.model import BEGIN, END, TranslationModel
from attnviz.tasks.translation.recipe import Recipe
from attnviz.training.loop import Machine, has_bfloat16
from benchmarks.rows import Row, Settings

SQUARE = 1024  # rows and columns of the product by which the processor's pace is taken
FIFTEEN_WORDS = "Le petit chat noir de ma voisine dort toute la journée sur une vieille chaise"
BEAM = 5
SENTENCE = 20  # target tokens of a training sentence, end mark included


def step(settings: Settings) -> Iterator[Row]:
    """A step of the decoder at beam 5, its products alone, and their floor.

    The floor is what the products' arithmetic takes at the pace of a large square product of float32 on this processor,
    measured in turn with them: no step can take less. Everything has one torch thread.
    """
    reader: Any = service.load("translation", settings.variant, root=settings.root)
    decoder = reader.model.decoder
    torch.set_num_threads(1)
    with torch.inference_mode():
        memory = reader._encode([reader._prepare(FIFTEEN_WORDS).row])
        state = decoder.begin(memory).select(torch.zeros(BEAM, dtype=torch.long))
        word, readout = torch.full((BEAM,), BEGIN), torch.randn(BEAM, decoder.embedding.embedding_dim)
        layers = [decoder.input_gates, decoder.recurrent_gates, decoder.readout_state]
        layers += [part for name, part in decoder.named_modules() if name.endswith("score.query")]
        inputs = [(layer, torch.randn(BEAM, layer.in_features)) for layer in layers]
        operations = (
            2 * BEAM * sum(weight.numel() for weight in (decoder.embedding.weight, *(m.weight for m in layers)))
        )
        square = torch.randn(SQUARE, SQUARE)

        def products() -> None:
            decoder.logits(readout)
            for layer, rows in inputs:
                layer(rows)

        whole, alone, floor = [], [], []
        for _ in range(settings.runs):
            floor.append(_each(lambda: square @ square, 5) * operations / (2 * SQUARE**3))
            alone.append(_each(products, 100))
            whole.append(_each(lambda: decoder.step(word, state), 100))
    yield Row("a step's products: floor", "ms", tuple(floor), cpu=True, yardstick="floor")
    yield Row("a step's products: CPU", "ms", tuple(alone), cpu=True)
    yield Row("a step, beam 5: CPU", "ms", tuple(whole), cpu=True)


def reading(settings: Settings) -> Iterator[Row]:
    """A warm reading, and MarianMT (random weights) given as many tokens and made to write as many, in turn.

    Both with one torch thread, as the app has it; CPU time is that of the whole process.
    """
    reader: Any = service.load("translation", settings.variant, root=settings.root)
    reading = reader.read(FIFTEEN_WORDS, beam=BEAM)
    axes = reading.map(SUBWORDS)
    written = len(axes.queries) if axes else sum(map(len, reading.output.units))
    given = len(axes.keys) if axes else sum(map(len, reading.source[0].units))
    torch.set_num_threads(1)
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    generate = _marian(given, written)
    generate()
    for _ in range(settings.runs):
        ours += [_timed(lambda: reader.read(FIFTEEN_WORDS, beam=BEAM)) for _ in range(3)]
        theirs.append(_timed(generate))
    yield Row("read 15 words, beam 5: wall", "ms", tuple(wall for wall, _ in ours))
    yield Row("read 15 words, beam 5: CPU", "ms", tuple(cpu for _, cpu in ours), cpu=True)
    yield Row(
        f"MarianMT, {given} tokens to {written}, beam 5: CPU",
        "ms",
        tuple(cpu for _, cpu in theirs),
        cpu=True,
        yardstick="Marian",
    )
    mean = [sum(cpu for _, cpu in ours[3 * i : 3 * i + 3]) / 3 for i in range(settings.runs)]
    ratios = tuple(cpu / own for (_, cpu), own in zip(theirs, mean, strict=True))
    yield Row("MarianMT's CPU time over ours", "times", ratios)


def corpus(settings: Settings) -> Iterator[Row]:
    """How many sentences a process with one thread translates in a second of its CPU time: texts of 3 to 15 words, many
    at once, as `batch` has them. With a process on each core, that is the pace of each core."""
    reader: Any = service.load("translation", settings.variant, root=settings.root)
    torch.set_num_threads(1)
    words = FIFTEEN_WORDS.split()
    texts = [" ".join(words[:count]) for count in range(3, len(words) + 1)] * 10
    reader.outputs(texts[:10], beam=BEAM)
    spent = [_timed(lambda: reader.outputs(texts, beam=BEAM))[1] / 1000 for _ in range(settings.runs)]
    yield Row("corpus: sentences in a second of a core", "sentences/s", tuple(len(texts) / each for each in spent))


def training(settings: Settings) -> Iterator[Row]:
    """Steps of the recipe's size on made-up batches, on all cores, in each precision that the processor has."""
    recipe = Recipe()
    torch.set_num_threads(os.cpu_count() or 1)
    torch.manual_seed(1)
    model = TranslationModel(settings.variant.split(".")[0], recipe.size, recipe.dropout)
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.plan.learning_rate, fused=True)
    rows = recipe.batch_tokens // SENTENCE
    source = torch.randint(END + 1, recipe.size.vocabulary, (rows, SENTENCE + 1))
    target = torch.randint(END + 1, recipe.size.vocabulary, (rows, SENTENCE + 1))
    source[:, -1] = target[:, -1] = END
    target[:, 0] = BEGIN

    def step() -> None:
        optimiser.zero_grad()
        with machine.autocast():
            loss, _, _ = model.loss(source, target, recipe.smoothing)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.plan.clip)
        optimiser.step()

    for precision in ("float32", "bfloat16") if has_bfloat16("cpu") else ("float32",):
        machine = Machine("cpu", precision)
        step()
        speeds = [rows * SENTENCE / _timed(step)[0] * 1000 for _ in range(2 * settings.runs)]
        yield Row(f"training, {precision}", "target tokens/s", tuple(speeds))


def _timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds on the wall and of CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def _each(work: Callable[[], Any], times: int) -> float:
    """The least milliseconds of CPU that one of so many calls in a row took."""
    work()
    return min(_timed(work)[1] for _ in range(times))


def _marian(given: int, written: int) -> Callable[[], Any]:
    """MarianMT of the size of opus-mt-fr-en, end marks included in the lengths as in ours."""
    from transformers import MarianConfig, MarianMTModel

    config = MarianConfig(
        vocab_size=59514,
        d_model=512,
        encoder_layers=6,
        decoder_layers=6,
        encoder_attention_heads=8,
        decoder_attention_heads=8,
        encoder_ffn_dim=2048,
        decoder_ffn_dim=2048,
        max_position_embeddings=512,
        activation_function="swish",
        scale_embedding=True,
        pad_token_id=59513,
        eos_token_id=0,
        decoder_start_token_id=59513,
        forced_eos_token_id=0,
        attn_implementation="eager",  # the others give no attentions
    )
    torch.manual_seed(1)
    model: Any = MarianMTModel(config).eval()
    source = torch.randint(1, 59513, (1, given + 1))
    source[:, -1] = 0

    def generate() -> Any:
        with torch.inference_mode():
            return model.generate(
                source,
                attention_mask=torch.ones_like(source),
                num_beams=BEAM,
                min_new_tokens=written + 1,
                max_new_tokens=written + 1,
                output_attentions=True,
                return_dict_in_generate=True,
            )

    return generate
