"""A bundle is a trained variant as files, written once and verified whenever it is loaded.

torch is imported where weights are read or written: what else a bundle tells is there before, at once.

pretrained/<task>/tokenizer.json
pretrained/<task>/<variant>/config.json weights.safetensors scores.json log.csv probes.npz card.md
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from attnviz.errors import BundleError

if TYPE_CHECKING:
    from torch import Tensor, nn

# `pip install` puts the trained variants inside the package; in a checkout they lie beside it.
_INSTALLED = Path(__file__).parent / "pretrained"
PRETRAINED = _INSTALLED if _INSTALLED.is_dir() else _INSTALLED.parents[1] / "pretrained"
CONFIG, WEIGHTS, SCORES = "config.json", "weights.safetensors", "scores.json"

Model = TypeVar("Model", bound="nn.Module")


@dataclass(frozen=True)
class Bundle:
    """A trained variant. `weights` are float32 on the CPU; `digest` is the SHA-256 of the weight file."""

    task: str
    variant: str
    folder: Path
    config: dict[str, Any]
    weights: dict[str, "Tensor"]
    digest: str


def names(task: str, root: Path = PRETRAINED) -> list[str]:
    """The names of a task's bundles, sorted: its trained variants, and what several of them share.

    Second seeds (`additive.seed2`) are left out.
    """
    names = (path.parent.name for path in (root / task).glob(f"*/{CONFIG}"))
    return sorted(name for name in names if "." not in name)


def digest(task: str, variant: str, root: Path = PRETRAINED) -> str:
    """The SHA-256 of the weight file, as the bundle's config states it. Raises BundleError."""
    return str(_config(root / task / variant)["weights_sha256"])


def dev(task: str, variant: str, root: Path = PRETRAINED) -> float | None:
    """The figure by which the training was followed, at its end; None where it is not known. Raises BundleError."""
    figure = _config(root / task / variant).get("dev", {}).get("dev")
    return float(figure) if isinstance(figure, (int, float)) else None


def read(task: str, variant: str, root: Path = PRETRAINED) -> Bundle:
    """Load and verify a trained variant. Raises BundleError where it is missing, incomplete or damaged."""
    from safetensors import SafetensorError
    from safetensors.torch import load

    folder = root / task / variant
    config = _config(folder)
    try:
        content = (folder / WEIGHTS).read_bytes()
    except OSError as problem:
        raise BundleError(
            f"The bundle {task}/{variant} has no {WEIGHTS}: check it out of the repository again."
        ) from problem
    digest = hashlib.sha256(content).hexdigest()
    if digest != config.get("weights_sha256"):
        raise BundleError(f"The weights of {task}/{variant} are damaged (their digest differs): fetch them anew.")
    try:
        weights = {name: value.float() for name, value in load(content).items()}
    except SafetensorError as problem:
        raise BundleError(f"{WEIGHTS} of {task}/{variant} is no safetensors file: fetch it anew.") from problem
    return Bundle(task, variant, folder, config, weights, digest)


def model_of(bundle: Bundle, build: Callable[[dict[str, Any]], Model], device: str) -> Model:
    """The bundle's model on a device, ready to read with.

    build: makes the model from the config, with any weights. Raises BundleError where the bundle's own don't fit it.
    """
    from attnviz.nn.half import halve
    from attnviz.nn.unfilled import Unfilled

    with fitting(bundle):
        with Unfilled():
            model = build(bundle.config)
        model.load_state_dict(bundle.weights, assign=True)
    model = model.to(device).eval()
    halve(model)
    return model


@contextmanager
def fitting(bundle: Bundle) -> Iterator[None]:
    """Raises BundleError where what is done with the bundle shows that its config and its weights do not fit."""
    try:
        yield
    except (KeyError, TypeError, RuntimeError) as problem:
        raise BundleError(
            f"Config and weights of {bundle.task}/{bundle.variant} do not fit: fetch both anew."
        ) from problem


def put_tokenizer(tokenizer: Path, folder: Path) -> str:
    """Put the task's tokenizer beside the bundle in `folder`; return its digest, as the config keeps it."""
    beside = folder.parent / "tokenizer.json"
    shutil.copyfile(tokenizer, beside)
    return sha256(beside)


def tokenizer_of(bundle: Bundle) -> Path:
    """The path of the task's tokenizer, verified to be the one that the variant was trained with."""
    path = bundle.folder.parent / "tokenizer.json"
    if not path.exists() or sha256(path) != bundle.config.get("tokenizer_sha256"):
        raise BundleError(
            f"The tokenizer of {bundle.task} is missing or not the one that {bundle.variant} was trained with: "
            "check it out of the repository again."
        )
    return path


def write(folder: Path, weights: dict[str, "Tensor"], config: dict[str, Any]) -> str:
    """Write the weights as float16 and the config with their digest in it. Returns the digest."""
    import torch
    from safetensors.torch import save

    folder.mkdir(parents=True, exist_ok=True)
    content = save({name: value.to(torch.float16).contiguous() for name, value in sorted(weights.items())})
    digest = hashlib.sha256(content).hexdigest()
    (folder / WEIGHTS).write_bytes(content)
    _dump(folder / CONFIG, {**config, "weights_sha256": digest})
    return digest


def scores(task: str, variant: str, root: Path = PRETRAINED) -> dict[str, Any]:
    """The figures of a variant, by the command that made them. It is empty where none were kept.

    Raises BundleError where they can't be read.
    """
    path = root / task / variant / SCORES
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
    except (ValueError, TypeError) as problem:
        raise BundleError(
            f"The scores of {task}/{variant} are not readable JSON: check them out of the repository again."
        ) from problem


def keep_score(folder: Path, command: str, result: dict[str, Any]) -> None:
    """Keep what a command printed in the bundle's `scores.json`."""
    kept = scores(folder.parent.name, folder.name, folder.parent.parent)
    _dump(folder / SCORES, {**kept, command: result})


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _config(folder: Path) -> dict[str, Any]:
    name = f"{folder.parent.name}/{folder.name}"
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except OSError as problem:
        raise BundleError(f"There is no trained variant {name}: train it, or choose another one.") from problem
    except ValueError as problem:
        raise BundleError(
            f"The config of {name} is not readable JSON: check it out of the repository again."
        ) from problem
    if not isinstance(config, dict) or "weights_sha256" not in config:
        raise BundleError(f"The config of {name} is not that of a bundle: check it out of the repository again.")
    return config


def _dump(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
