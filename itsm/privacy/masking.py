"""PURE: hiding what was found. 210***********1234, 138****1234, ****5678, 张*三."""

import re
from collections.abc import Iterable

from itsm.privacy.detector import Hit

STAR = "*"
# Several numbers behind one label are masked one by one.
_PIECE = re.compile(r"[^、，,/／和及]+")
_KEPT_SIGNS = re.compile(r"[^\w]|_")


def mask(text: str, hits: Iterable[Hit]) -> str:
    """The text with every hit hidden in place: its length, spaces and dashes stay."""
    characters = list(text)
    for hit in hits:
        for piece in _PIECE.finditer(hit.value):
            _hide(characters, hit.start + piece.start(), piece[0], hit)
    return "".join(characters)


def _hide(characters: list[str], start: int, piece: str, hit: Hit) -> None:
    """Star the piece but for its ends; at least half of it, and always one character, is hidden."""
    places = [start + place for place, one in enumerate(piece) if not _KEPT_SIGNS.fullmatch(one)]
    count = len(places)
    last = max(0, min(hit.last, count - hit.first - 1, count // 2))
    for place in places[hit.first : count - last]:
        characters[place] = STAR
