"""Words of the ladder."""

from collections.abc import Iterable

from django import template

from slas.enums import Recipient
from tickets import promise_words

register = template.Library()


@register.filter
def level(code: str) -> str:
    """A level's code in words."""
    return promise_words.level(code)


@register.filter
def recipients(codes: Iterable[str]) -> str:
    """Whom a level tells, in words."""
    return "、".join(str(Recipient(code).label) for code in codes)
