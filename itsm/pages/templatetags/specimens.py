"""Made-up objects for the style guide: every component in every state, without a database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()


@dataclass(frozen=True)
class Word:
    """What a badge needs of a choice."""

    label: Any
    colour: str
    icon: str


@dataclass(frozen=True)
class Dial:
    """What a clock pill needs of a clock."""

    label: Any
    state: str
    due_at: datetime
    left: int
    is_paused: bool = False
    is_met: bool = False
    is_breached: bool = False

    def remaining_seconds(self, at: datetime) -> int:
        """Seconds left at that moment, below zero when late."""
        return self.left


WORDS = (
    Word(_("New"), "blue", "inbox"),
    Word(_("Accepted"), "azure", "user-check"),
    Word(_("In progress"), "teal", "progress"),
    Word(_("On hold"), "yellow", "player-pause"),
    Word(_("Resolved"), "green", "circle-check"),
    Word(_("Closed"), "secondary", "lock"),
    Word(_("Cancelled"), "secondary", "ban"),
    Word("P1", "red", "flame"),
    Word("P2", "orange", "alert-triangle"),
    Word("P3", "yellow", "alert-circle"),
    Word("P4", "secondary", "circle-dot"),
)


def _dial(now: datetime, left: int, state: str = "running", **flags: bool) -> Dial:
    return Dial(_("Resolution"), state, now + timedelta(seconds=left), left, **flags)


@register.simple_tag
def specimens(now: datetime) -> SimpleNamespace:
    """Words, clocks and timeline entries for the style guide."""
    clocks = [
        _dial(now, 4 * 3600 + 1200),
        _dial(now, 1500),
        _dial(now, -1500, is_breached=True),
        _dial(now, 2400, "paused", is_paused=True),
        _dial(now, 0, "met", is_met=True),
        _dial(now, 0, "met", is_met=True, is_breached=True),
    ]
    person = {"author_role": _("Service desk"), "changes": [], "icon": "check", "colour": "teal", "body": ""}
    text = _("The signing service was restarted; please try again.")
    entries = [
        {**person, "kind": "action", "author_name": "王倩", "at": now, "text": _("accepted the ticket")},
        {**person, "kind": "reply", "author_name": "马超", "at": now, "text": "", "body": text},
        {**person, "kind": "note", "author_name": "马超", "at": now, "text": "", "body": text},
        {**person, "kind": "reply", "author_name": "王医生", "at": now, "text": "", "body": text, "is_requester": True},
    ]
    return SimpleNamespace(words=WORDS, clocks=clocks, entries=entries)
