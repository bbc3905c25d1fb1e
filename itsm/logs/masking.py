"""PURE: taking the secrets of links out of what is written to the log."""

import re

HIDDEN = "***"
# A link's secret, wherever it stands: /track/…, /report/…. Verbs behind it stay readable.
_LINKS = ("track", "report")
_SECRET = re.compile(rf"(/(?:{'|'.join(_LINKS)})/)[^/\s?\"'<>]+")
_LONG = re.compile(r"[A-Za-z0-9_-]{16,}")
_NUMBER = re.compile(r"[A-Z]{2}\d{8}-\d{4,9}")
_WORDS = re.compile(r"[a-z]+(?:[-_][a-z]+)*")


def masked_path(path: str) -> str:
    """The path without its query and without any part that looks like a secret."""
    parts = path.partition("?")[0].split("/")
    return "/".join(HIDDEN if _is_secret(part, parts[place - 1]) else part for place, part in enumerate(parts))


def _is_secret(part: str, before: str) -> bool:
    if before in _LINKS and part:
        return True
    return bool(_LONG.fullmatch(part)) and not _NUMBER.fullmatch(part) and not _WORDS.fullmatch(part)


def masked_text(text: str) -> str:
    """The text without the secrets of the links that it quotes."""
    return _SECRET.sub(rf"\1{HIDDEN}", text)
