"""PURE: what a password must hold, when it runs out, when a session does."""

import unicodedata

CLASSES = 4


def character_classes(password: str) -> int:
    """How many of the four classes occur: lower case, upper case, digits, anything else."""
    return len({_class(character) for character in password})


def _class(character: str) -> str:
    category = unicodedata.category(character)
    return {"Ll": "lower", "Lu": "upper", "Nd": "digit"}.get(category, "other")


def has_run_out(set_days_ago: int, days: int) -> bool:
    """Whether a password of that age must be changed; `days` 0 is never. The last day still counts."""
    return days > 0 and set_days_ago > days


def session_is_over(now: int, *, began: int, seen: int, idle_seconds: int, total_seconds: int) -> str:
    """Why a session ends now: "idle", "age", or "" while it lives. Moments in seconds."""
    if now - began >= total_seconds:
        return "age"
    return "idle" if now - seen >= idle_seconds else ""
