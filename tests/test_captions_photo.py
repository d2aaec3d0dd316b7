"""What people upload: every odd photo becomes an ordinary one, and what is none is one clear sentence."""

import io
import threading
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from attnviz.errors import InputError
from attnviz.media import LONGEST_SIDE
from attnviz.tasks.captions import photo
from attnviz.tasks.captions.about import TASK
from attnviz.tasks.captions.photo import open_photo

RED = (200, 30, 30)
NOISE = np.random.default_rng(0).integers(0, 255, (200, 200, 3), dtype=np.uint8)


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def plain(width: int = 60, height: int = 40) -> Image.Image:
    return Image.new("RGB", (width, height), RED)


@pytest.mark.parametrize(
    ("content", "colour"),
    [
        (saved(plain(), "JPEG"), RED),
        (saved(plain(), "PNG"), RED),
        (saved(plain(), "WEBP", lossless=True), RED),
        (saved(plain().convert("P"), "GIF"), RED),
        (saved(plain(), "AVIF", quality=90), RED),
        (saved(plain().convert("CMYK"), "JPEG"), RED),
        (saved(plain().convert("L"), "PNG"), (80, 80, 80)),
        (saved(Image.new("1", (60, 40), 1), "PNG"), (255, 255, 255)),
        (saved(Image.fromarray(np.full((40, 60), 40_000, dtype=np.uint16)), "PNG"), (155, 155, 155)),
        (saved(Image.new("RGBA", (60, 40), (0, 0, 0, 0)), "PNG"), (255, 255, 255)),
        (saved(Image.new("P", (60, 40), 0), "PNG", transparency=0), (255, 255, 255)),
    ],
    ids=["jpeg", "png", "webp", "gif", "avif", "cmyk", "grey", "1 bit", "16 bit", "transparent", "transparent palette"],
)
def test_every_kind_of_pixels_is_shown_in_its_colour(content: bytes, colour: tuple[int, int, int]) -> None:
    opened = open_photo(content)
    assert opened.pixels.shape == (40, 60, 3) and opened.pixels.dtype == np.uint8
    assert opened.pixels.reshape(-1, 3).mean(axis=0) == pytest.approx(colour, abs=8)
    assert (opened.photo.width, opened.photo.height) == (60, 40)
    assert Image.open(io.BytesIO(opened.photo.content)).size == (60, 40)
    assert opened.notes == ()


def test_a_photo_is_turned_upright_and_loses_its_metadata() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a camera that was held on its side
    exif[0x010F] = "a camera's maker"
    opened = open_photo(saved(plain(), "JPEG", exif=exif))
    assert (opened.photo.width, opened.photo.height) == (40, 60)
    assert b"maker" not in opened.photo.content
    assert b"secret" not in open_photo(saved(plain(), "JPEG", comment=b"secret")).photo.content
    assert not Image.open(io.BytesIO(opened.photo.content)).getexif()


def test_a_large_photo_is_made_smaller_in_its_own_shape() -> None:
    opened = open_photo(saved(plain(3000, 1500), "JPEG"))
    assert (opened.photo.width, opened.photo.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


@pytest.mark.parametrize("format", ["GIF", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_read_and_that_is_said(format: str) -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("blue", "red", "lime")]
    opened = open_photo(saved(frames[0], format, save_all=True, append_images=frames[1:]))
    assert opened.pixels.reshape(-1, 3).mean(axis=0) == pytest.approx((0, 0, 255), abs=8)
    assert opened.notes == ("This picture moves: only its first frame is read.",)


def test_a_second_view_in_a_phones_photo_is_no_movement() -> None:
    assert open_photo(saved(plain(), "MPO", save_all=True, append_images=[plain()])).notes == ()


def moving(format: str) -> bytes:
    frames = [Image.fromarray(np.roll(NOISE[:40, :60], i, axis=0)) for i in range(4)]
    return saved(frames[0], format, save_all=True, append_images=frames[1:])


@pytest.mark.parametrize("format", ["GIF", "AVIF", "WEBP", "PNG", "MPO"])
def test_wherever_a_file_is_cut_it_is_read_or_refused_in_a_sentence(format: str) -> None:
    content = moving(format)
    outcomes = {outcome(content[: len(content) * share // 100]) for share in range(1, 100)}
    what_to_do = "Choose a photo as JPEG, PNG, WebP, AVIF or GIF."
    assert outcomes <= {
        "read",
        f"This file can't be opened as a photo. {what_to_do}",
        f"This photo is damaged: only part of it can be read. {what_to_do}",
    }


def outcome(content: bytes) -> str:
    try:
        open_photo(content)
    except InputError as problem:
        return str(problem)
    return "read"


def test_damaged_metadata_do_not_damage_a_photo() -> None:
    whole = saved(plain(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\xff\xff")
    assert open_photo(whole.replace(b"\0\x01\x01\x12", b"\0\xff\x01\x12")).pixels.size


@pytest.mark.parametrize("mode", ["I;16", "RGBA", "P"])
def test_a_large_picture_of_any_kind_is_made_smaller(mode: str) -> None:
    grey = np.full((2200, 4400), 40_000, dtype=np.uint16)
    large = Image.fromarray(grey) if mode == "I;16" else plain(4400, 2200).convert(mode)
    opened = open_photo(saved(large, "PNG"))
    assert (opened.photo.width, opened.photo.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)
    wanted = (155, 155, 155) if mode == "I;16" else RED
    assert opened.pixels.reshape(-1, 3).mean(axis=0) == pytest.approx(wanted, abs=2)


def bomb(side: int) -> bytes:
    """A PNG that says it has side x side pixels, of which none is there."""
    content = bytearray(saved(plain(), "PNG"))
    content[16:24] = side.to_bytes(4, "big") * 2
    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "This file is empty."),
        (b"%PDF-1.7 a PDF that somebody renamed", "can't be opened as a photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "can't be opened as a photo"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "export the photo as JPEG"),
        (saved(plain(), "TIFF"), "can't be opened as a photo"),
        (saved(plain(), "JPEG")[:40], "can't be opened as a photo"),
        (saved(Image.fromarray(NOISE), "JPEG")[:9000], "is damaged"),
        (saved(Image.fromarray(NOISE), "PNG")[:9000], "is damaged"),
        (saved(Image.fromarray(NOISE), "WEBP")[:5000], "is "),
        (saved(plain(1, 1), "PNG"), "has 1 x 1 pixels: choose one with at least 16"),
        (bomb(20_000), "has more than 50 million pixels"),
        (bomb(8_000), "has more than 50 million pixels"),
        (b"\xff\xd8" + bytes(TASK.most_bytes), "more than 20 MB"),
    ],
    ids="empty pdf svg heic tiff stump jpeg-cut png-cut webp-cut 1x1 bomb large heavy".split(),
)
def test_what_is_no_photo_is_one_clear_sentence(content: bytes, said: str) -> None:
    with pytest.raises(InputError) as problem:
        open_photo(content)
    message = str(problem.value)
    assert said in message
    assert message.endswith(".")


def test_a_jpeg_of_too_many_scans_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(buffer, "JPEG", progressive=True)
    ordinary = buffer.getvalue()
    assert 1 < ordinary.count(b"\xff\xda") <= photo.MOST_SCANS
    assert open_photo(ordinary).pixels.shape == (48, 64, 3)
    monkeypatch.setattr(Image.Image, "load", forbidden)
    with pytest.raises(InputError, match=f"{photo.MOST_SCANS + 1} scans"):
        open_photo(ordinary + b"\xff\xda" * (photo.MOST_SCANS + 1 - ordinary.count(b"\xff\xda")))
    monkeypatch.setattr(photo, "MOST_WORK", 64 * 48)
    with pytest.raises(InputError, match="save it anew"):
        open_photo(ordinary)


def forbidden(*_: object, **__: object) -> None:
    raise AssertionError("the photo was decoded")


def test_a_published_file_of_350_scans_is_refused(shared: Path) -> None:
    with pytest.raises(InputError, match="scans"):
        open_photo((shared / "cases" / "progressive-350-scans.jpg").read_bytes())


def test_one_photo_that_takes_long_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(buffer, "JPEG")
    places = threading.BoundedSemaphore(2)
    monkeypatch.setattr(photo, "_decoding", places)
    monkeypatch.setattr(photo, "PATIENCE", 0.01)
    with places:
        assert open_photo(buffer.getvalue()).pixels.shape == (48, 64, 3)
        with places, pytest.raises(InputError, match="try again in half a minute"):
            open_photo(buffer.getvalue())
    assert open_photo(buffer.getvalue()).pixels.shape == (48, 64, 3), "the place was given back"


def test_a_photo_that_phones_make_is_told_how_to_save_it() -> None:
    with pytest.raises(InputError, match="HEIC photos can't be opened here: export the photo as JPEG"):
        open_photo(b"\0\0\0\x18ftypheic" + bytes(100))


@pytest.mark.parametrize(("size", "taken"), [((600, 60), True), ((601, 60), False), ((60, 700), False)])
def test_a_photo_is_not_a_strip(size: tuple[int, int], taken: bool) -> None:
    content = saved(plain(*size), "PNG")
    if taken:
        assert open_photo(content).photo.width == size[0]
    else:
        with pytest.raises(InputError, match="more than 10 times"):
            open_photo(content)
