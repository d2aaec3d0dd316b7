"""Scores of captions: pycocoevalcap's numbers, sacrebleu's, the bootstrap; and a whole file scored with its photos."""

import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from attnviz.errors import InputError
from attnviz.tasks.captions.consensus import caption_scores, cider_d, paired_bootstrap, rouge_l
from attnviz.tasks.captions.corpus import words_of
from attnviz.tasks.captions.scores import Caption, as_if_uploaded, evaluate

WRITTEN = [
    "a dog runs on the wet sand".split(),
    "two boys play football".split(),
    "a man a man climbs a rock a rock".split(),
    "child".split(),
]
REFERENCES = [
    [text.split() for text in texts]
    for texts in (
        ("a dog runs along the beach", "a brown dog is running on wet sand", "the dog runs on the sand by the sea"),
        ("two boys are playing football in the park", "boys play soccer", "two young boys kick a ball on the grass"),
        ("a man climbs a rock", "a climber on a steep rock", "someone is climbing a large grey rock"),
        ("a child in a red coat", "a little girl smiles at the camera", "a child smiles"),
    )
]
# What pycocoevalcap 1.2 gives for these (CiderScorer, Rouge, BleuScorer with the closest length).
CIDER = [2.836766555925567, 1.5933122566451854, 1.8478091668368037, 0.8840602446512453]
ROUGE = [0.6853932584269663, 0.6984732824427481, 0.7530864197530864, 0.45864661654135336]
BLEU = [0.8095238094852608, 0.7237468644172272, 0.6077601235518237, 0.49742922071330303]


def test_cider_d_and_rouge_l_are_pycocoevalcaps() -> None:
    assert cider_d(WRITTEN, REFERENCES) / 100 == pytest.approx(CIDER)
    assert rouge_l(WRITTEN, REFERENCES) / 100 == pytest.approx(ROUGE)


def test_bleu_with_brevity_penalty_is_pycocoevalcaps_and_without_it_the_geometric_mean() -> None:
    scores = caption_scores(WRITTEN, REFERENCES)
    assert [scores[f"bleu-{n}"] for n in (1, 2, 3, 4)] == [round(100 * value, 2) for value in BLEU]
    short = [words[:4] for words in WRITTEN]
    cut = caption_scores(short, REFERENCES)
    free = cut["without_brevity_penalty"]
    written, closest = 4 + 4 + 4 + 1, 6 + 3 + 5 + 3
    for n in (1, 2, 3, 4):
        assert cut[f"bleu-{n}"] == pytest.approx(free[f"bleu-{n}"] * np.exp(1 - closest / written), abs=0.011)
    # "a dog runs on", "two boys play football", "a man a man" (once too often "man" and nothing else), "child"
    matches = [4 + 4 + 3 + 1, 2 + 1 + 1 + 1, 0]
    assert free["bleu-1"] == pytest.approx(100 * matches[0] / written, abs=0.005)
    assert "tok:none" in scores["bleu_signature"] and "smooth:none" in scores["bleu_signature"]


def test_a_caption_of_nothing_scores_nothing() -> None:
    written: list[list[str]] = [[], *WRITTEN[1:]]
    assert cider_d(written, REFERENCES)[0] == 0 and rouge_l(written, REFERENCES)[0] == 0
    everything = caption_scores([[] for _ in WRITTEN], REFERENCES)
    assert everything["bleu-4"] == everything["cider"] == everything["rouge-l"] == 0


def test_a_caption_that_people_wrote_beats_any_other() -> None:
    references = [[words_of("the same words"), words_of("the same words")], *REFERENCES[1:]]
    best = cider_d([words_of("the same words"), *WRITTEN[1:]], references)[0]
    assert best == pytest.approx(750)  # three of the four orders fit wholly, there is no fourth
    assert best > cider_d([words_of("the same old words"), *WRITTEN[1:]], references)[0] > 0


def test_captions_that_repeat_are_counted_once() -> None:
    same = [WRITTEN[0], WRITTEN[0], WRITTEN[0], WRITTEN[1]]
    assert caption_scores(same, REFERENCES)["distinct"] == 0.5
    assert caption_scores(WRITTEN, REFERENCES)["distinct"] == 1.0


def test_the_bootstrap_knows_who_is_better_and_a_tie() -> None:
    best = [texts[0] for texts in REFERENCES]
    won = paired_bootstrap(best, WRITTEN, REFERENCES, samples=50)
    assert won["cider"]["share_of_wins"] == won["bleu-4"]["share_of_wins"] == 1.0
    assert won["cider"]["value"] == caption_scores(WRITTEN, REFERENCES)["cider"]
    lost = paired_bootstrap(WRITTEN, best, REFERENCES, samples=50)
    assert lost["cider"]["share_of_wins"] == 0.0
    tied = paired_bootstrap(WRITTEN, WRITTEN, REFERENCES, samples=50)
    assert tied["cider"]["share_of_wins"] == tied["bleu-4"]["share_of_wins"] == 0.5


# Whole files


class Teller:
    """Tells a photo by its brightness, and looks at one place with every word."""

    def __init__(self, variant: str, words: Sequence[str], cell: int | None = None) -> None:
        self.variant, self.words, self.cell = variant, list(words), cell

    def captions(self, photos: Sequence[NDArray[np.uint8]], *, beam: int, length_penalty: float) -> list[Caption]:
        written = [(*self.words, "light" if photo.mean() > 128 else "dark") for photo in photos]
        return [Caption(words, None if self.cell is None else self._maps(len(words))) for words in written]

    def maps(self, photo: NDArray[np.uint8], captions: Sequence[Sequence[str]]) -> list[NDArray[np.float64]] | None:
        return None if self.cell is None else [self._maps(len(words)) for words in captions]

    def _maps(self, count: int) -> NDArray[np.float64]:
        maps = np.zeros((count, 4))
        maps[:, self.cell] = 1
        return maps.reshape(count, 2, 2)


PHOTOS = {"night": 20, "noon": 230, "dusk": 60}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with tarfile.open(tmp_path / "images.small.tar", "w") as tar:
        for name, light in PHOTOS.items():
            buffer = io.BytesIO()
            Image.new("RGB", (8, 8), (light, light, light)).save(buffer, "WEBP")
            entry = tarfile.TarInfo(f"{name}.webp")
            entry.size = buffer.tell()
            buffer.seek(0)
            tar.addfile(entry, buffer)
    captions = [("dusk", "it's quite dark"), ("noon", "It is very light!"), ("night", "It is very dark.")]
    lines: list[dict[str, Any]] = [
        {"image": name, "width": 8, "height": 8, "captions": [text] * 5} for name, text in captions
    ]
    write(tmp_path / "captions.small.jsonl", lines)
    return tmp_path


def write(path: Path, lines: Sequence[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def region(image: str, boxes: list[list[float]]) -> dict[str, Any]:
    phrase = {"start": 2, "end": 3, "text": "light", "type": ["other"], "boxes": boxes}
    return {"image": image, "tokens": ["It", "'s", "light", "."], "phrases": [phrase]}


def test_a_file_of_captions_is_scored_with_the_photos_beside_it(data: Path) -> None:
    n, scores = evaluate(Teller("soft", ["it", "is", "very"], 0), data / "captions.small.jsonl")
    assert n == 3
    assert scores["bleu-1"] == pytest.approx(100 * 9 / 12, abs=0.01)  # of dusk's four words only "dark" is right
    assert scores["distinct"] == pytest.approx(2 / 3, abs=1e-4)
    assert scores["coverage"] == 9 + 1 + 1 + 1  # four looks at one cell of four
    assert "regions" not in scores
    n, first = evaluate(Teller("soft", ["it", "is", "very"], 0), data / "captions.small.jsonl", limit=1)
    assert n == 1 and first["bleu-1"] < scores["bleu-1"]
    _, without = evaluate(Teller("none", ["it", "is", "very"]), data / "captions.small.jsonl")
    assert without["coverage"] is None


def test_the_same_photos_are_scored_on_the_way_of_an_upload(data: Path) -> None:
    """What is written of an enlarged photo that was saved as JPEG may differ; here it doesn't."""
    _, scores = evaluate(Teller("soft", ["it", "is", "very"], 0), data / "captions.small.jsonl")
    assert scores["as_uploaded"] == {name: scores[name] for name in ("bleu-4", "cider")}
    seen = as_if_uploaded(np.full((224, 224, 3), 90, dtype=np.uint8))
    assert seen.shape == (224, 224, 3) and np.abs(seen.astype(int) - 90).max() <= 3


def test_objects_that_people_boxed_are_named_or_not(data: Path) -> None:
    lines = [json.loads(line) for line in (data / "captions.small.jsonl").read_text().splitlines()]
    lines[0]["objects"] = [{"name": "it", "crowd": False, "box": [0, 0, 1, 0.5]}]
    lines[1]["objects"] = [{"name": "cat", "crowd": False, "box": [0, 0, 0.5, 0.5]}]
    write(data / "captions.small.jsonl", lines)
    _, scores = evaluate(Teller("soft", ["it", "is", "very"], 0), data / "captions.small.jsonl")
    assert scores["objects"] == {"n": 2, "named": 0.5}
    lines[0]["objects"] = [{"name": "it"}]
    write(data / "captions.small.jsonl", lines)
    with pytest.raises(InputError, match="holds no captions"):
        evaluate(Teller("soft", ["it"], 0), data / "captions.small.jsonl")


def test_regions_beside_it_tell_where_the_words_looked(data: Path) -> None:
    write(data / "regions.small.jsonl", [region("noon", [[0, 0, 0.5, 0.5]]), region("night", [[0.5, 0.5, 1, 1]])])
    for path in (data / "captions.small.jsonl", data / "regions.small.jsonl"):
        _, scores = evaluate(Teller("soft", ["it"], 0), path)
        assert scores["regions"]["n"] == 2 and scores["regions"]["pointing"] == 0.5
        _, scores = evaluate(Teller("none", ["it"]), path)
        assert scores["regions"]["n"] is None and "no attention" in scores["regions"]["reason"]
    n, _ = evaluate(Teller("soft", ["it"], 0), data / "regions.small.jsonl", limit=1)
    assert n == 1


def test_two_variants_are_compared_on_the_same_photos(data: Path) -> None:
    good, bad = Teller("soft", ["it", "is", "very"], 0), Teller("none", ["snow", "in"])
    _, scores = evaluate(good, data / "captions.small.jsonl", against=bad)
    assert scores["against"]["variant"] == "none" and scores["against"]["cider"]["share_of_wins"] > 0.9


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: (folder / "images.small.tar").unlink(), "holds no images.small.tar"),
        (lambda folder: (folder / "images.small.tar").write_bytes(b"no tar"), "images.small.tar is damaged"),
        (lambda folder: (folder / "captions.small.jsonl").write_text(""), "nothing to score"),
        (lambda folder: (folder / "captions.small.jsonl").write_text("{}\n"), "holds no captions"),
        (lambda folder: (folder / "captions.small.jsonl").write_bytes(b"\xff\xfe"), "of its form|holds no captions"),
        (
            lambda folder: write(
                folder / "captions.small.jsonl", [{"image": "x", "width": 1, "height": 1, "captions": ["a"]}]
            ),
            "lacks 1 of the photos, such as x",
        ),
    ],
)
def test_what_cannot_be_scored_is_told_in_a_sentence(data: Path, spoil: Any, says: str) -> None:
    spoil(data)
    with pytest.raises(InputError, match=says):
        evaluate(Teller("soft", ["it"], 0), data / "captions.small.jsonl")


def test_other_files_are_refused(data: Path) -> None:
    with pytest.raises(InputError, match="can't be scored"):
        evaluate(Teller("soft", ["it"], 0), data / "images.small.tar")
    write(data / "regions.small.jsonl", [{"image": "noon"}])
    with pytest.raises(InputError, match="holds no regions"):
        evaluate(Teller("soft", ["it"], 0), data / "regions.small.jsonl")
    with pytest.raises(InputError, match="compared by their captions"):
        evaluate(Teller("soft", ["it"], 0), data / "regions.small.jsonl", against=Teller("none", []))
