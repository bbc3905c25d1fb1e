"""How pages show free text."""

from typing import Any

from django import template

from itsm.privacy import guard

register = template.Library()


@register.filter
def masked(text: Any) -> str:
    """The text with patient data hidden; whoever may see the original asks for it with a reason."""
    return "" if text is None else guard.masked(str(text))


@register.filter
def noted(text: Any) -> str:
    """A note on reference data: patient data is hidden, but a company's mobile number must stay to be called."""
    return "" if text is None else guard.masked_contact(str(text), may_call=True)


@register.filter
def contact(number: str, user: Any) -> str:
    """A caller's number: a mobile number in full only for those whose work is to call back."""
    return guard.masked_contact(number, may_call=is_caller(user))


@register.filter
def is_caller(user: Any) -> bool:
    """Whether this person calls reporters back."""
    return bool(getattr(user, "is_authenticated", False)) and user.may("tickets.call")
