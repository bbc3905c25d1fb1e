"""Pinyin initials, so that 消化内科 is found by typing xhnk."""

from functools import cache
from itertools import product

# Surnames whose reading as a name differs from their commonest reading.
_SURNAMES = {"曾": "z", "单": "s", "仇": "q", "解": "x", "区": "o", "查": "z", "朴": "p", "尉": "y", "盖": "g", "乐": "y"}
_MOST = 4


def _letters(character: str) -> list[str]:
    from pypinyin import Style, pinyin  # a quarter of a second to import: only when needed

    readings = pinyin(character, style=Style.FIRST_LETTER, heteronym=True, errors=lambda text: list(text))
    return sorted({reading.lower() for reading in readings[0] if reading.isalnum()}) or [""]


@cache
def initials(text: str, *, surname: bool = False) -> str:
    """The first letters of every reading, parted by blanks; ASCII letters stay as they are.

    surname: the first character is a family name and is read as one. At most four readings.
    """
    choices = [_letters(character) for character in text if character.isalnum()]
    if surname and text[:1] in _SURNAMES:
        choices[0] = [_SURNAMES[text[0]]]
    readings = list(dict.fromkeys("".join(parts) for parts in _products(choices)))
    return " ".join(readings)[:80]


def _products(choices: list[list[str]]) -> list[tuple[str, ...]]:
    found = []
    for parts in product(*choices):
        found.append(parts)
        if len(found) == _MOST:
            break
    return found
