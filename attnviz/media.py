"""What can be read beside text: a photo or a sound, as it lies in a Reading and in JSON.

A file that somebody else made is judged by its bytes alone: nothing is decoded here.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from attnviz.checked import JSON, number

LONGEST_SIDE = 1024  # px of a photo in a Reading
MOST_SCANS = 30  # of a JPEG: programs write about ten, and each takes as long to decode as a whole photo


@dataclass(frozen=True)
class Photo:
    """A photo as it is shown, upright and in its own shape: `content` is a JPEG without any data of the camera's.

    width, height: px, neither above LONGEST_SIDE.
    """

    content: bytes
    width: int
    height: int

    def to_json(self) -> JSON:
        image = base64.b64encode(self.content).decode("ascii")
        return {"kind": "photo", "width": self.width, "height": self.height, "jpeg": image}

    @classmethod
    def from_json(cls, data: JSON) -> "Photo":
        width, height = int(data["width"]), int(data["height"])
        content = base64.b64decode(data["jpeg"], validate=True)
        if not (1 <= width <= LONGEST_SIDE and 1 <= height <= LONGEST_SIDE and content.startswith(b"\xff\xd8")):
            raise ValueError("a JPEG of a stated size")
        if scans(content) > MOST_SCANS:
            raise ValueError("a JPEG that is decoded in little time")
        return cls(content, width, height)


def scans(content: bytes) -> int:
    """In how many scans this JPEG is drawn.

    Each scan begins with the marker FF DA. In compressed data FF is followed by 00, or by D0 to D7 where decoding may
    restart. So the marker is nowhere else but in metadata, such as a small picture's.
    """
    return content.count(b"\xff\xda")


SOUND_RATE = 16_000  # samples a second, of every sound in a Reading
LONGEST_SOUND = 160  # seconds
LATEST_SOUND = 86_400  # seconds into a recording at which a part of it may begin
_FLAC = b"fLaC\x00\x00\x00\x22"  # a FLAC file and its first block, STREAMINFO, which has 34 bytes (RFC 9639, sec. 8)
_FLAC_HEAD = 18 + 8  # bytes up to the end of rate, channels, depth and length
_ABOUT_SOUND = 65_536  # bytes that a file may have beside its samples


@dataclass(frozen=True)
class Sound:
    """A sound as it was read: `content` is FLAC, mono, 16 bits a sample, SOUND_RATE samples a second.

    samples: how many there are, at most LONGEST_SOUND seconds. start, whole: of a part of a longer recording, at which
    second it begins there, and how many seconds the recording has (0 where that isn't known). A map's Frames count from
    the beginning of the sound itself, so that key j begins at `start + keys.start + j * keys.step` seconds of the
    recording.
    """

    content: bytes
    samples: int
    rate: int = SOUND_RATE
    start: float = 0.0
    whole: float = 0.0

    @property
    def seconds(self) -> float:
        return self.samples / self.rate

    @property
    def recorded(self) -> float:
        """How many seconds the recording has, of which this may be a part; as far as it is known."""
        return max(self.whole, self.start + self.seconds)

    def to_json(self) -> JSON:
        flac = base64.b64encode(self.content).decode("ascii")
        place = {"start": self.start, "whole": self.whole}
        return {"kind": "sound", "rate": self.rate, "samples": self.samples, **place, "flac": flac}

    @classmethod
    def from_json(cls, data: JSON) -> "Sound":
        rate, samples = int(data["rate"]), int(data["samples"])
        content = base64.b64decode(data["flac"], validate=True)
        start, whole = (number(data.get(name, 0.0)) for name in ("start", "whole"))
        if not (rate == SOUND_RATE and 1 <= samples <= LONGEST_SOUND * rate and _is_flac(content, rate, samples)):
            raise ValueError("a FLAC of a stated length")
        if not (0 <= start <= LATEST_SOUND and 0 <= whole <= LATEST_SOUND + LONGEST_SOUND):
            raise ValueError("a part of a recording")
        return cls(content, samples, rate, start, whole)


def _is_flac(content: bytes, rate: int, samples: int) -> bool:
    """Whether the file says at its head that it is mono FLAC of 16 bits a sample, with this rate and length, and is no
    longer than such a one can be. Nothing is decoded."""
    # 20 bits of rate, 3 of channels less 1, 5 of bits a sample less 1, and 36 of length
    stated = rate << 44 | 0 << 41 | 15 << 36 | samples
    return (
        content[:8] in (_FLAC, b"fLaC\x80\x00\x00\x22")  # the first bit says whether more blocks follow
        and content[18:_FLAC_HEAD] == stated.to_bytes(8)
        and len(content) <= 3 * samples + _ABOUT_SOUND
    )


MEDIA: Mapping[str, type[Photo] | type[Sound]] = {"photo": Photo, "sound": Sound}
