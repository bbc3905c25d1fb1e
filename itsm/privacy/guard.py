"""The installation's patterns, and what everybody asks: is there patient data, and how may it be shown."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.functional import Promise

from itsm.privacy.detector import Hit, find
from itsm.privacy.masking import STAR, mask
from itsm.privacy.patterns import GENERAL, MOBILE, Pattern, hospital

MASKED = STAR


@cache
def patterns() -> tuple[Pattern, ...]:
    """What this hospital looks for. Raises BadPattern for a setting that is none; asked once at start-up."""
    return (*GENERAL, *hospital(settings.PATIENT_NUMBER_LABELS, settings.PATIENT_NUMBER_PATTERNS))


def hits(text: str) -> list[Hit]:
    """What identifies a patient in the text."""
    return find(text, patterns())


def is_marked(*texts: str) -> bool:
    """Whether any of these texts holds patient data."""
    return any(hits(text) for text in texts if text)


def found_kinds(*texts: str) -> list[str]:
    """The kinds of patient data in these texts, each once, in the order in which they stand."""
    return list(dict.fromkeys(hit.kind for text in texts if text for hit in hits(text)))


def masked(value: Any) -> Any:
    """The value with patient data hidden in every text of it; lists and dicts are copied, the rest is as it was."""
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, str):
        found = hits(value)
        return mask(value, found) if found else value
    if isinstance(value, Mapping):
        return {key: masked(one) for key, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)(masked(one) for one in value)
    return value


def masked_contact(text: str, *, may_call: bool) -> str:
    """A way to call somebody back: whoever may call reads the number, others read its ends."""
    found = hits(text)
    return mask(text, [hit for hit in found if hit.kind != MOBILE] if may_call else found)


def scan_name(name: str) -> list[Hit]:
    """Patient data in a file's name, where underscores and dots part the words."""
    return hits(name.replace("_", " "))


def masked_name(name: str) -> str:
    """A file's name with patient data hidden; as long as it was, its ending stays."""
    return mask(name, scan_name(name))
