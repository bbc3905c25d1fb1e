"""What stands in the way of publishing a scheme: a sentence for each fault, and the row where it is mended."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from itsm.reports.assessment.models import Assessment, Scheme
from itsm.reports.assessment.scoring import FULL


class Fault(NamedTuple):
    """A sentence; part: item, band or rule, and the row's key where one row is wrong."""

    sentence: str
    part: str = ""
    pk: int | None = None


def of(scheme: Scheme) -> list[Fault]:
    """Every fault of the scheme as a whole; what a single row may say is checked when it is saved."""
    return [*_items(scheme), *_bands(scheme)]


def _items(scheme: Scheme) -> Iterator[Fault]:
    items = list(scheme.items.all())
    total = sum((item.weight for item in items), Decimal(0))
    if total != FULL:
        yield Fault(_("The points of the items add up to %(total)s, not to 100.") % {"total": f"{total:f}"}, "item")
    for item in items:
        if item.goal is None:
            yield Fault(_("%(item)s: the goal is missing.") % {"item": item}, "item", item.pk)


def _bands(scheme: Scheme) -> Iterator[Fault]:
    bands = list(scheme.bands.order_by("-floor"))
    if not bands:
        yield Fault(_("No band is named."), "band")
    elif bands[-1].floor != 0:
        yield Fault(_("%(band)s: the lowest band begins at 0.") % {"band": bands[-1]}, "band", bands[-1].pk)


def of_publishing(scheme: Scheme, *, since_on: date, note: str) -> dict[str, list[str]]:
    """What is wrong with the month from which it is used, and with the note, by field."""
    found: dict[str, list[str]] = {"since_on": list(_since(since_on)), "note": []}
    if not note.strip():
        found["note"].append(_("Please say what changes and why."))
    return {field: sentences for field, sentences in found.items() if sentences}


def _since(since_on: date) -> Iterator[str]:
    if since_on.day != 1:
        yield _("A scheme is used from the first day of a month on.")
    before = Scheme.objects.latest_published()
    if before is not None and since_on <= before.since_on:
        yield _("It must be used from a later month than %(before)s (%(since)s).") % {
            "before": before.label,
            "since": f"{before.since_on:%Y-%m}",
        }
    last = Assessment.objects.order_by("-month_on").first()
    if last is not None and since_on <= last.month_on:
        yield _("%(month)s is assessed by another scheme already.") % {"month": last.period.label}
