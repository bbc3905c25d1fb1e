"""File names that come from outside: cleaned for showing and for a header. None is ever a path."""

import re
import unicodedata

MOST_CHARACTERS = 200
_SEPARATORS = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def extension(name: str) -> str:
    """The letters after the last dot, in lower case; empty for a name without one."""
    stem, dot, ending = clean(name).rpartition(".")
    return ending.lower() if dot and stem and ending.isascii() and ending.isalnum() and len(ending) <= 8 else ""


def clean(name: str) -> str:
    """The last part of the name without invisible or forbidden characters, or an empty text.

    Direction marks are invisible too: they make "gpj.exe" read as "exe.jpg".
    """
    last = _SEPARATORS.split(unicodedata.normalize("NFC", name))[-1]
    visible = "".join(letter for letter in last if unicodedata.category(letter) not in _INVISIBLE)
    return _FORBIDDEN.sub("_", visible).strip(" .")


def with_extension(name: str, ending: str) -> str:
    """The cleaned name with that extension, at most MOST_CHARACTERS long; "file" for a name of nothing."""
    cleaned = clean(name)
    found = extension(name)
    stem = cleaned[: -len(found) - 1] if found else cleaned
    return f"{(stem or 'file')[: MOST_CHARACTERS - len(ending) - 1]}.{ending}"
