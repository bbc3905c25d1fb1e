"""PURE: finding what identifies a patient in free text, however it was typed."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from itsm.privacy.numbers import CHECKS
from itsm.privacy.patterns import Pattern

_SPACES = "\t\v\f\u00a0\u3000\u202f\u205f" + "".join(map(chr, range(0x2000, 0x200B)))
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63"
_DOTS = "\u00b7\u30fb\u2022"
_NOTHING = "\r\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e\ufeff\u00ad"
_LINES = "\u2028\u2029\u0085"
_FULL_WIDTH = "".join(map(chr, range(0xFF01, 0xFF5F)))
_DIGITS = "".join(chr(zero + digit) for zero in (0x0660, 0x06F0) for digit in range(10))
# One character becomes one character, so that a place in the plain text is the same place in the text.
ODD = _SPACES + _DASHES + _DOTS + _NOTHING + _LINES + _FULL_WIDTH + _DIGITS
EVEN = (
    " " * len(_SPACES)
    + "-" * len(_DASHES)
    + "." * len(_DOTS)
    + "\u200b" * len(_NOTHING)
    + "\n" * len(_LINES)
    + "".join(chr(ord(one) - 0xFEE0) for one in _FULL_WIDTH)
    + "0123456789" * 2
)
_TABLE = str.maketrans(ODD, EVEN)
_ANY_DIGIT = f"0-9\uff10-\uff19{_DIGITS}"
# Most texts are done after this one look: four digits anywhere, or a name with its label.
_WORTH_A_LOOK = re.compile(f"(?:[{_ANY_DIGIT}][^{_ANY_DIGIT}]*){{4}}|姓名|名字")


class Hit(NamedTuple):
    """A found value: its kind, where it stands in the text, and how much of it may stay readable."""

    kind: str
    start: int
    end: int
    value: str
    first: int = 0
    last: int = 4


def plain(text: str) -> str:
    """The text with ordinary digits, signs, spaces and dashes, character by character."""
    return text if text.isascii() and "\r" not in text and "\t" not in text else text.translate(_TABLE)


@lru_cache(64)
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)


def find(text: str, patterns: Sequence[Pattern]) -> list[Hit]:
    """What identifies a patient, in the order of the text; a value inside another one is left out."""
    if _WORTH_A_LOOK.search(text) is None:
        return []
    searched = plain(text)
    return _outermost(hit for pattern in patterns for hit in _hits(text, searched, pattern))


def _hits(text: str, searched: str, pattern: Pattern) -> Iterable[Hit]:
    check = CHECKS.get(pattern.check)
    for match in _compiled(pattern.source).finditer(searched):
        start, end = match.span(1)
        if check is None or check(searched[start:end]):
            yield Hit(pattern.kind, start, end, text[start:end], pattern.first, pattern.last)


def _outermost(hits: Iterable[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.end > kept[-1].end:
            kept.append(hit)
    return kept
