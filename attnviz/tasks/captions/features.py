"""Photos as grids of features, which are computed once for all variants.

A photo is seen at 224 px (7 x 7 cells) or enlarged to 448 px (14 x 14 cells); `joined` lays each cell of the first over
the four of the second that it covers. A principal component analysis of training cells brings the CNN's channels down
to fewer; in a bundle it is folded into the model's first layer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from attnviz.tasks.captions import stored
from attnviz.tasks.captions.cnn import CNN

Kind = Literal["7", "14", "joined"]
SMALL, LARGE = stored.SIDE, 448
SIDES = {"7": 7, "14": 14, "joined": 14}
INPUTS = {"7": (SMALL,), "14": (LARGE,), "joined": (SMALL, LARGE)}  # the size of the photo in px for each grid


@dataclass(frozen=True)
class Projection:
    """x -> (x - mean) @ components. mean: float32 (channels,). components: float32 (channels, size)."""

    mean: Tensor
    components: Tensor

    def __call__(self, features: Tensor) -> Tensor:
        """The projected features (…, size). features: (…, channels)."""
        return (features - self.mean) @ self.components


def principal(samples: Tensor, size: int) -> Projection:
    """The projection on the `size` directions in which samples (n, channels) vary most."""
    mean = samples.mean(dim=0)
    covariance = (samples - mean).T @ (samples - mean) / len(samples)
    _, vectors = torch.linalg.eigh(covariance.double())
    return Projection(mean, vectors[:, -size:].flip(1).float().contiguous())


def grid(cnn: CNN, pixels: Sequence[NDArray[np.uint8]], side: int) -> Tensor:
    """The CNN's features (batch, cells, channels) of photos (height, width, 3), squashed to side x side px."""
    squashed = np.stack([_resized(photo, side) for photo in pixels])
    return cnn.grid(torch.from_numpy(squashed)).flatten(1, 2)


def cells(cnn: CNN, pixels: Sequence[NDArray[np.uint8]], kind: Kind) -> Tensor:
    """The CNN's features (batch, cells, channels) of photos of any shape, as variants of that kind read them."""
    return joined([grid(cnn, pixels, side) for side in INPUTS[kind]])


def joined(grids: Sequence[Tensor]) -> Tensor:
    """A single grid (batch, cells, size) from those of a kind, in the order of INPUTS; the small lies on the large."""
    return torch.cat([*(enlarged(small) for small in grids[:-1]), grids[-1]], dim=2)


def folded(weight: Tensor, bias: Tensor, projections: Sequence[Projection]) -> tuple[Tensor, Tensor]:
    """The weight and bias of a layer that reads the CNN's own features and gives the same numbers as this layer, which
    reads projected ones.

    weight: (out, sizes together). bias: (out,). projections: those of the grids that are joined.
    """
    parts = torch.split(weight, [p.components.shape[1] for p in projections], dim=1)
    whole = [part @ p.components.T for part, p in zip(parts, projections, strict=True)]
    offset = sum((w @ p.mean for w, p in zip(whole, projections, strict=True)), torch.zeros_like(bias))
    return torch.cat(whole, dim=1), bias - offset


def enlarged(cells: Tensor) -> Tensor:
    """A grid of 14 x 14 cells (batch, 196, size), where each of the 7 x 7 cells (batch, 49, size) stands four times."""
    square = cells.view(len(cells), 7, 7, -1)
    return square.repeat_interleave(2, dim=1).repeat_interleave(2, dim=2).flatten(1, 2)


def cache(
    cnn: CNN,
    photos: Iterable[NDArray[np.uint8]],
    count: int,
    side: int,
    projection: Projection,
    path: Path,
    versions: int = 1,
) -> None:
    """Write the projected features of `count` photos as float16 (photos, versions, cells, size), in the given order.

    versions: how many copies of each photo are seen, see `stored.versions`. An interrupted run goes on where it
    stopped, because `<path>.done` counts the photos that are written.
    """
    cells = (side // 32) ** 2
    shape = (count, versions, cells, projection.components.shape[1])
    done = path.with_suffix(".done")
    begun = int(done.read_text()) if done.exists() and path.exists() else 0
    mode: Literal["r+", "w+"] = "r+" if begun else "w+"
    kept = np.lib.format.open_memmap(path, mode=mode, dtype=np.float16, shape=shape)
    bar = tqdm(total=count, initial=begun, unit="photo", desc=path.stem)
    with bar:
        for first, batch in _batches(photos, max(1, 8 // versions)):
            end = first + len(batch)
            if end <= begun:
                continue
            copies = [copy for i, photo in enumerate(batch) for copy in stored.versions(photo, first + i, versions)]
            features = projection(grid(cnn, copies, side).float().cpu())
            kept[first:end] = features.numpy().astype(np.float16).reshape(len(batch), *shape[1:])
            done.write_text(str(end))
            bar.update(len(batch))
    kept.flush()


def _batches(photos: Iterable[NDArray[np.uint8]], size: int) -> Iterator[tuple[int, list[NDArray[np.uint8]]]]:
    """The photos `size` at a time, each batch with the number of its first photo."""
    batch: list[NDArray[np.uint8]] = []
    first = 0
    for photo in photos:
        batch.append(photo)
        if len(batch) == size:
            yield first, batch
            first, batch = first + size, []
    if batch:
        yield first, batch


def _resized(photo: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    from PIL import Image

    if photo.shape[:2] == (side, side):
        return photo
    return np.asarray(Image.fromarray(photo).resize((side, side), Image.Resampling.BICUBIC))
