"""How sentences name several things."""

from collections.abc import Sequence


def listed(parts: Sequence[str]) -> str:
    """The parts as a sentence names them: "a", "a and b", "a, b and c"; nothing where there are none."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
