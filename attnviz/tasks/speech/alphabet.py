"""The 39 phones as a person is told of them: a sign of the IPA, and a word in which the phone is heard.

Without stress, AH is both the vowel of "cut" (ʌ) and the weak first vowel of "about" (ə), and ER is that of "bird" (ɝ)
as well as the weak one of "butter" (ɚ).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from attnviz.analysis.arpabet import IPA

_EXAMPLES = """AA f[a]ther · AE c[a]t · AH c[u]t · AO d[o]g · AW c[ow] · AY f[i]ve · B [b]ee · CH [ch]eese · D [d]ay ·
DH [th]is · EH b[e]d · ER b[ir]d · EY d[ay] · F [f]ish · G [g]o · HH [h]at · IH s[i]t · IY s[ee] · JH [j]ump · K [k]ey ·
L [l]eg · M [m]an · N [n]o · NG si[ng] · OW g[o] · OY b[oy] · P [p]en · R [r]ed · S [s]un · SH [sh]oe · T [t]en ·
TH [th]ink · UH b[oo]k · UW f[oo]d · V [v]an · W [w]et · Y [y]es · Z [z]oo · ZH mea[s]ure"""


@dataclass(frozen=True)
class Phone:
    """A phone of ARPABET. before, letters, after: the word in which it is heard, in the letters that stand for it and
    those around them."""

    name: str
    ipa: str
    before: str
    letters: str
    after: str

    @property
    def word(self) -> str:
        return f"{self.before}{self.letters}{self.after}"


def _phone(example: str) -> Phone:
    name, word = example.split()
    before, _, marked = word.partition("[")
    letters, _, after = marked.partition("]")
    return Phone(name, IPA[name], before, letters, after)


ALPHABET: Mapping[str, Phone] = {phone.name: phone for phone in map(_phone, _EXAMPLES.split("·"))}
