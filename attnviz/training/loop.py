"""The training loop of all tasks, on one device or many: schedule, precision, exact resume, log, probes, averaging.

A task offers a `Trainable`; the loop knows no task. A run's folder holds `last.pt` (to resume), `log.csv`,
`probes.npz`, `points/` (the checkpoints that may be averaged) and `best.pt`.
"""

import csv
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from attnviz.errors import InputError

Batch = NDArray[np.int64]
Weights = dict[str, Tensor]
Result = TypeVar("Result")


class Trainable(Protocol):
    """What a task brings to the loop."""

    @property
    def model(self) -> nn.Module: ...

    def batches(self, epoch: int) -> Sequence[Batch]:
        """The batches of an epoch, each with the indices of its examples. An epoch always has the same ones."""
        ...

    def loss(self, batch: Batch) -> tuple[Tensor, Tensor, int]:
        """The summed loss, the sum that the log shows, and the number of things that were summed over."""
        ...

    def dev(self) -> dict[str, float]:
        """Figures on the dev sets. Lower is better, and the first figure, "dev", decides."""
        ...

    def probe(self) -> list[NDArray[np.float32]]:
        """The maps of the fixed probe inputs."""
        ...


@dataclass(frozen=True)
class Plan:
    """How long and how fast a model is trained.

    The learning rate rises for `warmup` steps, stays, and falls linearly from the share `decay_from` of the steps on.
    """

    steps: int
    learning_rate: float = 2e-3
    warmup: int = 200
    decay_from: float = 0.4
    clip: float = 1.0
    dev_every: int = 250
    average: int = 8
    probes: int = 20
    seed: int = 1

    def rate(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        start = self.decay_from * self.steps
        fall = (self.steps - step) / (self.steps - start) if step > start else 1.0
        return self.learning_rate * min((step + 1) / self.warmup, fall, 1.0)

    def probe_steps(self) -> set[int]:
        """About `probes` steps from 0 to the last one; they are denser early."""
        return {0} | {round(self.steps ** (i / (self.probes - 1))) for i in range(self.probes)}


@dataclass
class Progress:
    """Where a run stands; all of it is in a checkpoint."""

    step: int = 0
    epoch: int = 0
    place: int = 0
    tokens: int = 0
    seconds: float = 0.0
    log: list[dict[str, float]] = field(default_factory=list)
    probes: dict[str, NDArray[np.float16]] = field(default_factory=dict)


class Machine:
    """The device, the precision and the other processes, if `accelerate launch` (or torchrun) started several."""

    def __init__(self, device: str, precision: str) -> None:
        self.rank, self.count = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        local = int(os.environ.get("LOCAL_RANK", "0"))
        self.device = torch.device("cuda", local) if device == "cuda" else torch.device(device)
        self.precision = precision
        if self.count > 1 and not dist.is_initialized():
            dist.init_process_group("nccl" if self.device.type == "cuda" else "gloo")

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def autocast(self) -> AbstractContextManager[None]:
        if self.precision == "bfloat16":
            return torch.autocast(self.device.type, torch.bfloat16)
        return nullcontext()

    def share(self, batches: Sequence[Batch]) -> list[Batch]:
        """This process's part of each batch. All processes take a step together, on the parts of one batch, so that
        training has the same steps as on one process.

        A batch with fewer examples than there are processes is left out.
        """
        return [batch[self.rank :: self.count] for batch in batches if len(batch) >= self.count]

    def wait(self) -> None:
        """Wait for the other processes: none leaves while another one still needs it."""
        if self.count > 1:
            dist.barrier()

    def add_up(self, model: nn.Module, count: int) -> int:
        """Sum gradients and counts over all processes."""
        if self.count == 1:
            return count
        gradients = [p.grad if p.grad is not None else torch.zeros_like(p) for p in model.parameters()]
        everything = torch.cat([g.flatten() for g in gradients] + [gradients[0].new_tensor([float(count)])])
        dist.all_reduce(everything)
        parts = torch.split(everything[:-1], [g.numel() for g in gradients])
        for parameter, part in zip(model.parameters(), parts, strict=True):
            parameter.grad = part.view_as(parameter)
        return int(everything[-1].item())


@contextmanager
def leader_first(device: str) -> Iterator[bool]:
    """A block of work that all processes share: the leader goes through it first, with True, and then the others."""
    machine = Machine(device, "float32")
    if not machine.leads:
        machine.wait()
    yield machine.leads
    if machine.leads:
        machine.wait()


def has_bfloat16(device: str) -> bool:
    """Whether torch can run an LSTM in bfloat16 there; older processors can't."""
    return device != "cpu" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def faster_precision(task: Trainable, device: str) -> str:
    """The precision, "bfloat16" or "float32", that trains faster here; a few batches are tried in each."""
    if device == "cuda":
        return "bfloat16"
    if not has_bfloat16(device):
        return "float32"
    tried = task.batches(0)[:4]
    seconds: dict[str, float] = {}
    for precision in ("float32", "bfloat16"):
        machine = Machine(device, precision)
        for batch in tried:
            started = time.perf_counter()
            with machine.autocast():
                loss, _, _ = task.loss(batch)
            torch.autograd.backward(loss)
            took = time.perf_counter() - started
            seconds[precision] = min(seconds.get(precision, took), took)
    task.model.zero_grad()
    return min(seconds, key=seconds.__getitem__)


def train(
    task: Trainable,
    plan: Plan,
    folder: Path,
    *,
    resume: bool = False,
    device: str = "cpu",
    precision: str = "float32",
) -> dict[str, float]:
    """Train to the plan's last step, average the best checkpoints into `best.pt`, and return its dev figures.

    Raises InputError where the folder holds an unfinished run and `resume` is not set, and where the device lacks the
    precision.
    """
    if precision == "bfloat16" and not has_bfloat16(device):
        raise InputError("This processor can't train in bfloat16: choose --precision float32.")
    machine = Machine(device, precision)
    model = task.model.to(machine.device)
    optimiser = torch.optim.Adam(model.parameters(), lr=plan.learning_rate, betas=(0.9, 0.98), fused=True)
    progress = Progress()
    last = folder / "last.pt"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "points").mkdir(exist_ok=True)
    if last.exists():
        if not resume:
            raise InputError(f"{folder} already holds a run: go on with --resume, or choose another folder.")
        progress = _restore(last, plan, model, optimiser)
        if not machine.leads:  # the checkpoint holds the leader's randomness; each process needs its own
            torch.manual_seed(plan.seed + machine.rank + machine.count * progress.step)
    else:
        torch.manual_seed(plan.seed + machine.rank)
    bar = tqdm(total=plan.steps, initial=progress.step, unit="step", disable=not machine.leads, mininterval=10)
    with bar:
        _loop(task, plan, folder, machine, optimiser, progress, bar)
    figures = _average(task, plan, folder) if machine.leads else {}
    machine.wait()
    return figures


def _loop(
    task: Trainable,
    plan: Plan,
    folder: Path,
    machine: Machine,
    optimiser: torch.optim.Optimizer,
    progress: Progress,
    bar: "tqdm[Any]",
) -> None:
    model, probe_steps = task.model, plan.probe_steps()
    model.train()
    started, before = time.perf_counter(), progress.seconds
    sums, window = [0.0, 0], [time.perf_counter(), 0.0]
    for batch in _go_on(task, machine, progress):
        if progress.step >= plan.steps:
            break
        if machine.leads and progress.step in probe_steps:
            _keep_probes(task, progress)
        for group in optimiser.param_groups:
            group["lr"] = plan.rate(progress.step)
        optimiser.zero_grad()
        with machine.autocast():
            loss, plain, count = task.loss(batch)
        torch.autograd.backward(loss)
        total = machine.add_up(model, count)
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter.grad /= total
        nn.utils.clip_grad_norm_(model.parameters(), plan.clip)
        optimiser.step()
        progress.step += 1
        progress.tokens += total
        sums = [sums[0] + plain.item(), sums[1] + count]
        window[1] += total
        bar.update()
        if progress.step % plan.dev_every == 0 or progress.step == plan.steps:
            progress.seconds = before + time.perf_counter() - started
            speed = window[1] / (time.perf_counter() - window[0])
            row = {"step": progress.step, "tokens": progress.tokens, "seconds": round(progress.seconds, 1)}
            row |= {"rate": plan.rate(progress.step - 1), "loss": sums[0] / sums[1], "tokens_per_second": round(speed)}
            if machine.leads:
                row |= _in_eval(model, task.dev)
                progress.log.append(row)
                bar.set_postfix(loss=f"{row['loss']:.3f}", dev=f"{row['dev']:.3f}", tokens_s=round(speed))
                _save(folder, plan, model, optimiser, progress)
            sums, window = [0.0, 0], [time.perf_counter(), 0.0]
    if machine.leads:
        _keep_probes(task, progress)
        _save(folder, plan, model, optimiser, progress)


def _go_on(task: Trainable, machine: Machine, progress: Progress) -> Iterator[Batch]:
    """The batches from where the run stands, epoch after epoch."""
    while True:
        for batch in machine.share(task.batches(progress.epoch))[progress.place :]:
            progress.place += 1
            yield batch
        progress.epoch, progress.place = progress.epoch + 1, 0


def _in_eval(model: nn.Module, compute: Callable[[], Result]) -> Result:
    """What is computed of the model as it reads, without dropout and gradients."""
    model.eval()
    with torch.inference_mode():
        result = compute()
    model.train()
    return result


def _keep_probes(task: Trainable, progress: Progress) -> None:
    for i, weights in enumerate(_in_eval(task.model, task.probe)):
        progress.probes[f"{i}/{progress.step}"] = weights.astype(np.float16)


def _save(folder: Path, plan: Plan, model: nn.Module, optimiser: torch.optim.Optimizer, progress: Progress) -> None:
    weights = {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}
    checkpoint = {
        "plan": asdict(plan),
        "model": weights,
        "optimiser": optimiser.state_dict(),
        "progress": asdict(progress),
        "random": torch.get_rng_state(),
        "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }
    points = plan.steps // plan.dev_every - plan.average
    if progress.step // plan.dev_every > points:
        _write(folder / "points" / f"{progress.step:07d}.pt", weights)
    with (folder / "log.csv").open("w", newline="") as file:
        rows = csv.DictWriter(file, list(progress.log[-1]) if progress.log else [], extrasaction="ignore")
        rows.writeheader()
        rows.writerows(progress.log)
    np.savez_compressed(folder / "probes.npz", allow_pickle=False, **progress.probes)
    # This comes last: an interrupted run goes on from here, and writes none of the above again.
    _write(folder / "last.pt", checkpoint)


def _write(path: Path, value: Any) -> None:
    """Write the file whole or not at all: an interruption leaves the earlier one."""
    beside = path.with_suffix(".part")
    torch.save(value, beside)
    beside.replace(path)


def _restore(path: Path, plan: Plan, model: nn.Module, optimiser: torch.optim.Optimizer) -> Progress:
    """Go on from a checkpoint that `_save` wrote. Raises InputError where it belongs to another plan."""
    saved: dict[str, Any] = torch.load(path, weights_only=False)
    differing = [name for name, value in asdict(plan).items() if saved["plan"][name] != value]
    if differing:
        raise InputError(
            f"{path} is of a run with another {' and '.join(differing)}: go on with the same settings, or start anew."
        )
    model.load_state_dict(saved["model"])
    optimiser.load_state_dict(saved["optimiser"])
    torch.set_rng_state(saved["random"])
    if saved["random_cuda"]:
        torch.cuda.set_rng_state_all(saved["random_cuda"])
    known = {entry.name for entry in fields(Progress)}  # older checkpoints also say where a run branched off
    return Progress(**{name: value for name, value in saved["progress"].items() if name in known})


def _average(task: Trainable, plan: Plan, folder: Path) -> dict[str, float]:
    """Average the last 1, 2, 4 … checkpoints, and keep the average that is best on dev as `best.pt`."""
    points = [torch.load(path, weights_only=True) for path in sorted((folder / "points").glob("*.pt"))]
    means: list[tuple[dict[str, float], Weights, int]] = []
    for count in sorted({1, 2, 4, 6, 8, len(points)} & set(range(1, len(points) + 1))):
        mean = {name: torch.stack([point[name] for point in points[-count:]]).mean(0) for name in points[-1]}
        task.model.load_state_dict(mean)
        means.append((_in_eval(task.model, task.dev), mean, count))
    figures, mean, count = min(means, key=lambda candidate: candidate[0]["dev"])
    _write(folder / "best.pt", mean)
    task.model.load_state_dict(mean)
    return {**figures, "averaged": count}
