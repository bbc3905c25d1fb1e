"""What stands in the way of publishing a draft: a sentence for each fault, and the row where it is mended."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.catalog.enums import Priority
from itsm.catalog.models import Calendar
from slas import agreements, policy_words, strictness, timetables
from slas.agreements import Agreement
from slas.enums import Kind
from slas.models import Policy, Target

PAST = timedelta(days=1)
AHEAD = timedelta(days=2 * 366)


class Fault(NamedTuple):
    """A sentence about a promise: the row that is wrong, or the kind and priority for which there is none."""

    sentence: str
    pk: int | None = None
    kind: str = ""
    priority: str = ""


def of(policy: Policy) -> list[Fault]:
    """Every fault of the agreement as a whole; what a single row may say is checked when it is saved."""
    agreement = agreements.read(policy.pk)
    return [*_missing(agreement), *_looser(agreement), *_unpublished(agreement)]


def _missing(agreement: Agreement) -> Iterator[Fault]:
    for kind, priority in strictness.missing(agreement.rows, Priority.values):
        words = {"kind": Kind(kind).label, "priority": priority}
        yield Fault(_("Nothing is promised for %(kind)s at %(priority)s.") % words, None, kind, priority)


def _looser(agreement: Agreement) -> Iterator[Fault]:
    pairs = strictness.looser(agreement.rows)
    rows = Target.objects.with_names().in_bulk({row.pk for pair in pairs for row in pair})
    for part, whole in pairs:
        words = {"part": _whole(rows[part.pk]), "whole": _whole(rows[whole.pk])}
        yield Fault(_("%(part)s: may take longer than what it serves, %(whole)s.") % words, part.pk)


def _whole(target: Target) -> str:
    return f"{policy_words.target_name(target)}（{policy_words.target_said(target)}）"


def _unpublished(agreement: Agreement) -> Iterator[Fault]:
    used = {row.calendar_id: row.pk for row in reversed(agreement.rows) if row.calendar_id}
    published = timetables.current(set(used))
    for calendar in Calendar.objects.filter(pk__in=used.keys() - published.keys()):
        yield Fault(_("%(calendar)s has no published version.") % {"calendar": calendar}, used[calendar.pk])


def of_publishing(*, at: datetime, effective_at: datetime, note: str) -> dict[str, list[str]]:
    """What is wrong with the moment and the note, by field."""
    if timezone.is_naive(effective_at):
        return {"effective_at": [_("A moment needs its time zone.")]}
    found: dict[str, list[str]] = {"effective_at": [], "note": []}
    if effective_at < at - PAST:
        found["effective_at"].append(_("It cannot take effect more than a day in the past."))
    if effective_at > at + AHEAD:  # nothing could take effect before it any more
        found["effective_at"].append(_("It must take effect within two years."))
    before = Policy.objects.latest_published()
    if before and effective_at <= before.effective_at:
        words = {"before": before, "when": f"{timezone.localtime(before.effective_at):%Y-%m-%d %H:%M}"}
        found["effective_at"].append(_("It must take effect after %(before)s (%(when)s).") % words)
    if not note.strip():
        found["note"].append(_("Please say what changes and why."))
    return {field: sentences for field, sentences in found.items() if sentences}
