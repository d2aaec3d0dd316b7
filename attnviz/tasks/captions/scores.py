"""How well a variant captions photos, and how well it looks where people marked things.

Which figures a file gives depends on its form: captions (`captions.X.jsonl`) give BLEU, CIDEr-D, ROUGE-L, distinct and
coverage, and, where `regions.X.jsonl.xz` lies beside it, the figures of `regions` too; `regions.X.jsonl` gives these
alone. The photos are in `images.X.tar` beside it.
"""

import io
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from attnviz.analysis.shape import coverage
from attnviz.errors import InputError
from attnviz.tasks.captions.about import LENGTH_PENALTY, TASK
from attnviz.tasks.captions.consensus import Floats, Scores, Words, caption_scores, paired_bootstrap
from attnviz.tasks.captions.corpus import Captioned, read_captions, read_photos, words_of
from attnviz.tasks.captions.objects import objects_named
from attnviz.tasks.captions.photo import open_photo
from attnviz.tasks.captions.regions import Regions, figures_of, read_regions, region_scores
from attnviz.tasks.captions.stored import as_stored
from attnviz.training.corpora import file_in, take

CHUNK = 32  # photos that are captioned at once
UPLOADED = 640  # px, a usual size of a photo on the web

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Caption:
    """What was written of a photo, and where each word looked: (words, rows, columns), None without attention.

    For the hard variant, the maps are the distributions that its cells are drawn from.
    """

    words: tuple[str, ...]
    maps: Floats | None


class Captioner(Protocol):
    """A variant as scoring sees it. Photos are uint8 RGB (height, width, 3)."""

    variant: str

    def captions(self, photos: Sequence[Pixels], *, beam: int, length_penalty: float) -> list[Caption]:
        """Write a caption of each photo."""
        ...

    def maps(self, photo: Pixels, captions: Sequence[Words]) -> list[Floats] | None:
        """Where each word of each caption looks, (words, rows, columns), when the model has to write that caption; None
        without attention."""
        ...


def evaluate(
    reader: Captioner,
    path: Path,
    *,
    part: str | None = None,
    limit: int | None = None,
    beam: int = 5,
    length_penalty: float = LENGTH_PENALTY,
    against: Captioner | None = None,
    progress: bool = False,
) -> tuple[int, Scores]:
    """Score a file: the number of photos (for a file of regions, the number of captions), and their figures.

    limit: only the first so many. `bleu-1` to `bleu-4`, `cider`, `rouge-l` are 0 to 100, `distinct` is a share;
    `coverage` is sum_i (1 - sum_t alpha_ti)^2, the mean over photos. `as_uploaded` has figures of the same photos on
    the way of an upload, see `as_if_uploaded`; where people boxed objects, there is `objects`, see `objects_named`.
    With `against`, another variant's figures stand beside, and how often this one wins. Raises InputError for a file of
    another form, where a photo is missing, and for a part: the files have no splits.
    """
    if part is not None:
        raise InputError(f"The files of {TASK.name} have no split column: leave out {':' + part!r}.")
    stem = path.name.removesuffix(".xz")
    if not stem.startswith(("captions.", "regions.")) or not stem.endswith(".jsonl"):
        raise InputError(f"{path.name} can't be scored: choose captions.X.jsonl or regions.X.jsonl (or .jsonl.xz).")
    if stem.startswith("regions."):
        if against is not None:
            raise InputError("Two variants are compared by their captions: choose captions.X.jsonl, or leave one out.")
        regions = take(path, read_regions(path), limit, "captions with phrases and their boxes")
        return len(regions), {"regions": where_it_looks(reader, regions, _images_of(path), progress=progress)}
    corpus = take(path, read_captions(path), limit, "a photo's name and its captions in each line")
    images = _images_of(path)
    options: dict[str, Any] = {"beam": beam, "length_penalty": length_penalty, "progress": progress}
    scores = _what_it_writes(reader, corpus, images, against, options)
    golden = file_in(path.parent, f"regions.{_split(path)}.jsonl")
    if golden is not None:
        wanted = {photo.image for photo in corpus}
        everything = take(golden, read_regions(golden), None, "captions with phrases")
        regions = [caption for caption in everything if caption.image in wanted]
        scores["regions"] = where_it_looks(reader, regions, images, progress=progress)
    return len(corpus), scores


def _what_it_writes(
    reader: Captioner,
    corpus: Sequence[Captioned],
    images: Path,
    against: Captioner | None,
    options: Mapping[str, Any],
) -> Scores:
    """The figures of captions. options: of `_captions`."""
    names = [photo.image for photo in corpus]
    references = [[words_of(text) for text in photo.captions] for photo in corpus]
    captions = _captions(reader, images, names, **options)
    written, maps = _words(captions), [caption.maps for caption in captions if caption.maps is not None]
    shortfalls = [coverage(_flat(grids)).shortfall for grids in maps]
    uploaded = caption_scores(_words(_captions(reader, images, names, as_if_uploaded, **options)), references)
    scores = {
        **caption_scores(written, references),
        "coverage": round(float(np.mean(shortfalls)), 4) if shortfalls else None,
        "as_uploaded": {name: uploaded[name] for name in ("bleu-4", "cider")},
    }
    if any(photo.objects for photo in corpus):
        scores["objects"] = objects_named(written, [photo.objects for photo in corpus])
    if against is not None:
        others = _words(_captions(against, images, names, **options))
        scores["against"] = {"variant": against.variant, **paired_bootstrap(written, others, references)}
    return scores


def _words(captions: Sequence[Caption]) -> list[Words]:
    return [caption.words for caption in captions]


def where_it_looks(reader: Captioner, regions: Sequence[Regions], images: Path, *, progress: bool = False) -> Scores:
    """The figures of `regions.region_scores`, with people's captions forced on the model.

    A photo's mean map is the mean over all words of all its captions here.
    """
    by_photo: dict[str, list[Regions]] = {}
    for caption in regions:
        by_photo.setdefault(caption.image, []).append(caption)
    known = []
    for names, photos in _photos(images, list(by_photo), f"{reader.variant}, regions", progress):
        for name, photo in zip(names, photos, strict=True):
            maps = reader.maps(photo, [caption.words for caption in by_photo[name]])
            if maps is None:
                return {"n": None, "reason": "This variant has no attention, so there is no map."}
            mean = np.concatenate(maps).mean(axis=0)
            for caption, grids in zip(by_photo[name], maps, strict=True):
                known += [(name, phrase, figures_of(phrase, grids, mean)) for phrase in caption.phrases]
    return region_scores(known)


# Files


def _captions(
    reader: Captioner,
    images: Path,
    names: Sequence[str],
    seen: Callable[[Pixels], Pixels] = lambda photo: photo,
    *,
    beam: int,
    length_penalty: float,
    progress: bool,
) -> list[Caption]:
    """A caption of each photo, in the order of `names`. seen: a photo as the variant gets it."""
    by_photo: dict[str, Caption] = {}
    for chunk, photos in _photos(images, names, reader.variant, progress):
        captions = reader.captions(list(map(seen, photos)), beam=beam, length_penalty=length_penalty)
        by_photo |= zip(chunk, captions, strict=True)
    return [by_photo[name] for name in names]


def as_if_uploaded(photo: Pixels) -> Pixels:
    """A photo of a corpus as a variant would see it if somebody enlarged it to UPLOADED px, saved it as JPEG and
    uploaded it."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(photo).resize((UPLOADED, UPLOADED), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    return as_stored(open_photo(buffer.getvalue()).pixels)


def _photos(images: Path, names: Sequence[str], title: str, progress: bool) -> Iterator[tuple[list[str], list[Pixels]]]:
    """The named photos, some at a time, in the order of the tar. Raises InputError where one is missing."""
    wanted = set(names)
    with tqdm(total=len(wanted), unit="photo", desc=title, disable=not progress) as bar:
        try:
            there = ((name, pixels) for name, pixels in read_photos(images) if name in wanted)
            while chunk := list(islice(there, CHUNK)):
                yield [name for name, _ in chunk], [pixels for _, pixels in chunk]
                wanted -= {name for name, _ in chunk}
                bar.update(len(chunk))
        except (tarfile.TarError, OSError) as problem:
            raise InputError(f"{images.name} is damaged: fetch it again.") from problem
    if wanted:
        raise InputError(f"{images.name} lacks {len(wanted)} of the photos, such as {min(wanted)}: fetch it again.")


def _images_of(path: Path) -> Path:
    """The photos of a file of captions or regions, which lie beside it. Raises InputError where they don't."""
    images = path.with_name(f"images.{_split(path)}.tar")
    if not images.is_file():
        raise InputError(f"{path.parent} holds no {images.name}: the photos of {path.name} are needed.")
    return images


def _split(path: Path) -> str:
    """What a file of captions or regions is named after: "test" of `captions.test.jsonl.xz`."""
    return path.name.split(".", 1)[1].removesuffix(".xz").removesuffix(".jsonl")


def _flat(maps: Floats) -> Floats:
    return maps.reshape(len(maps), -1)
