"""Choices that carry their badge: a word, a colour and an icon, so that no template decides one."""

from typing import Any, Self

from django.db import models


class BadgeMixin:
    """Members are written as (value, colour, icon, label)."""

    colour: str
    icon: str


class TextBadges(BadgeMixin, models.TextChoices):
    """Text choices with the colour and icon of their badge."""

    def __new__(cls, value: str, colour: str = "secondary", icon: str = "point") -> Self:
        """Keep the badge beside the stored value; Django has already taken the label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.colour = colour
        member.icon = icon
        return member


class IntegerBadges(BadgeMixin, models.IntegerChoices):
    """Integer choices with the colour and icon of their badge."""

    def __new__(cls, value: int, colour: str = "secondary", icon: str = "point") -> Self:
        """Keep the badge beside the stored value; Django has already taken the label."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.colour = colour
        member.icon = icon
        return member


def member(choices: type[Any], value: Any) -> Any:
    """The member of that value: cheaper in a row loop than get_…_display()."""
    return choices._value2member_map_[value]
