"""Numbers in digits, as they are usually read aloud in American English."""

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_THOUSANDS = ("", "thousand", "million", "billion")
LARGE = ("hundred", *_THOUSANDS[1:], "trillion")  # words that go on with a number in digits
# Signs of money, each with what one of it and what several are called, and its hundredth parts likewise.
MONEY = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
}
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"}
_ORDINALS |= {"twelve": "twelfth"}
_LARGEST = 1_000 ** len(_THOUSANDS) - 1
_YEARS = (1100, 2099)


def spoken(digits: str, *, ordinal: bool = False, year: bool = True) -> list[str]:
    """The words of a number. digits: 0 to 9 alone. ordinal: "first" in place of "one". year: whether it may be one.

    Four digits that may be a year are read in pairs: "nineteen eighty four". What begins with 0, or has more than 12
    digits, is read digit by digit.
    """
    number = int(digits) if len(digits) <= len(str(_LARGEST)) else _LARGEST + 1
    if number > _LARGEST or (digits[0] == "0" and len(digits) > 1):
        words = [_ONES[int(digit)] for digit in digits]
    elif year and _YEARS[0] <= number <= _YEARS[1] and number % 1000 >= 10 and len(digits) == 4 and not ordinal:
        words = _year(number)
    else:
        words = _cardinal(number)
    return [*words[:-1], _ordinal(words[-1])] if ordinal else words


def money(sign: str, whole: str, cents: str = "") -> list[str]:
    """The words of an amount of money. sign: one of MONEY. whole, cents: digits; there may be no cents."""
    one, several, cent, hundredths = MONEY[sign]
    words: list[str] = []
    if int(whole) or not int(cents or 0):
        words = [*spoken(whole, year=False), one if int(whole) == 1 else several]
    if int(cents or 0):
        words += [*(["and"] if words else []), *spoken(str(int(cents))), cent if int(cents) == 1 else hundredths]
    return words


def plural(word: str) -> str:
    """ "eighties" of "eighty"."""
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}es" if word.endswith("x") else f"{word}s"


def _year(year: int) -> list[str]:
    hundreds, rest = divmod(year, 100)
    if not rest:
        return [*_below_thousand(hundreds), "hundred"]
    return [*_below_thousand(hundreds), *(["oh"] if rest < 10 else []), *_below_thousand(rest)]


def _cardinal(number: int) -> list[str]:
    if not number:
        return [_ONES[0]]
    words: list[str] = []
    for name in _THOUSANDS:
        number, part = divmod(number, 1000)
        if part:
            words = [*_below_thousand(part), *([name] if name else []), *words]
    return words


def _below_thousand(number: int) -> list[str]:
    """The words of 1 to 999."""
    hundreds, rest = divmod(number, 100)
    words = [_ONES[hundreds], "hundred"] if hundreds else []
    if rest < len(_ONES):
        return [*words, _ONES[rest]] if rest else words
    tens, ones = divmod(rest, 10)
    return [*words, _TENS[tens - 2], *([_ONES[ones]] if ones else [])]


def _ordinal(word: str) -> str:
    return _ORDINALS.get(word) or (f"{word[:-1]}ieth" if word.endswith("y") else f"{word}th")
