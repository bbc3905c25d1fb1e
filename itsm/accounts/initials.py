"""Pinyin initials, so that 消化内科 is found by typing xhnk."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from unicodedata import normalize

# Surnames whose reading as a name differs from their commonest reading; some have two.
_SURNAMES = {
    "万俟": ("mq",), "单于": ("cy",), "尉迟": ("yc",), "澹台": ("tt",), "长孙": ("zs",),
    "乐": ("y", "l"), "仇": ("q",), "区": ("o",), "单": ("s",), "句": ("g",), "召": ("s",), "曾": ("z",),
    "查": ("z",), "祭": ("z",), "秘": ("b",), "种": ("c",), "繁": ("p",), "翟": ("z", "d"), "覃": ("q", "t"),
    "解": ("x",), "谌": ("c", "s"), "阚": ("k",), "隗": ("w", "k"),
}  # fmt: skip
_MOST_READINGS = 4
_MOST_LETTERS = 40  # a lone reading may be longer: one letter for each character of the name


@lru_cache(maxsize=4096)
def initials(text: str, *, surname: bool = False) -> str:
    """The first letters of the text in lower case, the likeliest reading first, parted by blanks.

    ASCII letters and digits stay, other signs fall out. Up to four readings where no known word
    settles a character (重庆 is only cq). At most 40 letters, or one reading as long as the text.
    surname: the text is a person's name; its head is read as a family name.
    """
    text = "".join(normalize("NFKC", character)[0] for character in text).strip()
    heads, rest = _surname(text) if surname else ((), text)
    choices = [list(heads)] if heads else []
    choices += _letters(rest)
    return _joined(list(dict.fromkeys(_readings(choices))))


def _surname(name: str) -> tuple[tuple[str, ...], str]:
    """The readings of the family name, and the characters behind it."""
    for length in (2, 1):
        if name[:length] in _SURNAMES:
            return _SURNAMES[name[:length]], name[length:]
    first = _letters(name[:1])
    return (first[0][0],) if first else (), name[1:]


def _letters(text: str) -> list[list[str]]:
    """For each character, or run of ASCII, what it may start with; the likeliest in its word first."""
    from pypinyin import Style, pinyin  # a fifth of a second to import: only when needed

    likely = pinyin(text, style=Style.FIRST_LETTER)
    possible = pinyin(text, style=Style.FIRST_LETTER, heteronym=True)
    found = (_ascii(one + several) for one, several in zip(likely, possible, strict=True))
    return [letters for letters in found if letters]


def _ascii(readings: list[str]) -> list[str]:
    plain = ("".join(sign for sign in reading if sign.isascii() and sign.isalnum()) for reading in readings)
    return list(dict.fromkeys(letters.lower() for letters in plain if letters))


def _readings(choices: list[list[str]]) -> Iterator[str]:
    """The likeliest reading, then those that differ from it in one place, likelier letters first."""
    likely = [letters[0] for letters in choices]
    yield "".join(likely)
    for rank in range(1, max(map(len, choices), default=0)):
        for place, letters in enumerate(choices):
            if rank < len(letters):
                yield "".join([*likely[:place], letters[rank], *likely[place + 1 :]])


def _joined(readings: list[str]) -> str:
    """As many whole readings as fit, so that no column overflows and no reading is cut."""
    most = max(1, (_MOST_LETTERS + 1) // (len(readings[0]) + 1))
    return " ".join(islice(readings, min(_MOST_READINGS, most)))
