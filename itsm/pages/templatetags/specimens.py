"""Made-up objects for the style guide: every component in every state, without a database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms, template
from django.utils.translation import gettext_lazy as _

register = template.Library()


@dataclass(frozen=True)
class Word:
    """What a badge needs of a choice."""

    label: Any
    colour: str
    icon: str
    value: str = ""


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
    gap: str = ""
    missing_year: int | None = None
    annulled_at: datetime | None = None
    until: datetime | None = None
    calendar_id: int | None = None

    @property
    def is_running(self) -> bool:
        """Whether it counts."""
        return self.state == "running"

    def open_until(self, at: datetime) -> datetime | None:
        """When the window closes."""
        return self.until

    def remaining_seconds(self, at: datetime) -> int:
        """Seconds left at that moment, below zero when late."""
        return self.left


class SpecimenForm(forms.Form):
    """One field of each kind; bound and empty, so that the refusals show too."""

    name = forms.CharField(label=_("Reporter"), help_text=_("Name as on the badge"))
    system = forms.ChoiceField(label=_("System"), choices=[("", "—"), ("emr", "EMR"), ("lis", "LIS")], required=False)
    how_bad = forms.ChoiceField(
        label=_("Impact"), choices=[("3", _("One person")), ("2", _("One department"))], widget=forms.RadioSelect
    )
    description = forms.CharField(label=_("What happened"), widget=forms.Textarea(attrs={"rows": 3}), required=False)


WORDS = (
    Word(_("New"), "azure", "sparkles"),
    Word(_("Accepted"), "blue", "user-check"),
    Word(_("In progress"), "teal", "progress"),
    Word(_("On hold"), "yellow", "player-pause"),
    Word(_("Resolved"), "green", "check"),
    Word(_("Closed"), "secondary", "lock"),
    Word(_("Cancelled"), "secondary", "ban"),
    Word("P1", "red", "urgent", "P1"),
    Word("P2", "orange", "flame", "P2"),
    Word("P3", "blue", "circle-dot", "P3"),
    Word("P4", "secondary", "circle-dashed", "P4"),
)
COLOURS = ("blue", "azure", "teal", "green", "yellow", "orange", "red", "purple", "secondary")
NOTES = (("azure", "info-circle"), ("yellow", "git-merge"), ("orange", "alert-triangle"), ("green", "circle-check"))
SENTENCE = _("The signing service was restarted; please try again.")


def _dials(now: datetime) -> list[Dial]:
    def dial(left: int, state: str = "running", **flags: Any) -> Dial:
        return Dial(_("Resolution"), state, now + timedelta(seconds=left), left, **flags)

    return [
        dial(4 * 3600 + 1200),
        dial(1500),
        dial(-1500, is_breached=True),
        dial(2400, "paused", is_paused=True),
        dial(0, "met", is_met=True),
        dial(-600, "met", is_met=True, is_breached=True),
        dial(0, "cancelled"),
        dial(5400, until=now),
        dial(0, gap="calendar", missing_year=now.year + 1),
        dial(0, gap="policy"),
        dial(-600, "met", is_met=True, annulled_at=now),
    ]


def _entries(now: datetime) -> list[dict[str, Any]]:
    desk = {"author_name": "王倩", "author_role": _("Service desk"), "at": now, "icon": "user-check", "colour": "blue"}
    changed = [(_("Assignee"), "", "马超"), (_("Priority"), "P3", "P2")]
    return [
        {**desk, "kind": "action", "text": _("accepted the ticket"), "changes": changed},
        {**desk, "kind": "reply", "body": SENTENCE},
        {**desk, "kind": "note", "body": SENTENCE},
        {**desk, "kind": "reply", "author_name": "王医生", "author_role": "", "body": SENTENCE, "is_requester": True},
    ]


def _ticket(position: int, word: Word, dial: Dial, now: datetime) -> dict[str, Any]:
    return {
        "number": f"GD20261014-{position:04d}",
        "get_absolute_url": f"#row-{position}",
        "title": SENTENCE,
        "priority_badge": WORDS[7 + position % 4],
        "state_badge": word,
        "department": {"name": "消化内科"},
        "system": {"name": "电子病历系统"},
        "reporter_name": "王医生",
        "assignee_id": position % 2,
        "assignee": {"name": "马超"},
        "reported_at": now - timedelta(hours=position * 5),
        "response_clock": dial,
        "resolution_clock": dial,
        "reopen_count": position % 3 == 2,
    }


@register.simple_tag
def specimens(now: datetime) -> SimpleNamespace:
    """Words, clocks, rows, fields and timeline entries for the style guide."""
    clocks = _dials(now)
    rows = [_ticket(n, word, dial, now) for n, (word, dial) in enumerate(zip(WORDS, clocks, strict=False))]
    return SimpleNamespace(
        words=WORDS,
        clocks=clocks,
        colours=COLOURS,
        notes=NOTES,
        sentence=SENTENCE,
        entries=_entries(now),
        tickets=rows,
        form=SpecimenForm({"name": "", "how_bad": "2"}),
    )
