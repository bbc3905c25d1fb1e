"""Editions in every state, made quickly: what they say is that of a month without tickets."""

import json
from datetime import datetime
from functools import cache
from typing import Any

from itsm.reports import periods
from itsm.reports.monthly import canonical, content, drafting
from itsm.reports.monthly.models import Edition, Seal
from tests import factories
from tickets.models import Ticket

MONTH = "2026-09"
AT = factories.at("2026-10-09 09:00")
_STAMPS = {
    "submitted": ("submitted",),
    "reviewed": ("submitted", "reviewed"),
    "approved": ("submitted", "reviewed", "approved"),
    "returned": ("submitted", "returned"),
}


@cache
def drawn(slug: str) -> str:
    """The content of a month as it is first asked for in this process, without any ticket."""
    found = content.read(periods.parse(slug), at=AT)
    return canonical.written({**found, "records": {}, "lists": {code: _none() for code in found["lists"]}})


def _none() -> dict[str, list[str]]:
    return {"numerator": [], "denominator": []}


def edition(state: str, *, at: datetime = AT, slug: str = MONTH, **fields: Any) -> Edition:
    """The first edition of a month in that state; nobody in particular has written it."""
    if not Ticket.objects.exists():
        factories.ticket(moment=periods.parse(slug).start_at)
    report = drafting.draft(periods.parse(slug), by=None, at=at)
    made = report.editions.get()
    if made.state != "drawing":
        return made
    stamps = {f"{name}_at": at for name in _STAMPS.get(state, ())}
    reason = {"return_reason": "补充分析"} if state == "returned" else {}
    for name, value in {"state": state, "drawn": drawn(slug), **stamps, **reason, **fields}.items():
        setattr(made, name, value)
    made.save()
    if "submitted_at" in stamps:
        seal(made, at)
    return made


def seal(made: Edition, at: datetime) -> Seal:
    """What it said."""
    text = canonical.written({**json.loads(made.drawn), "texts": made.texts})
    return Seal.objects.create(edition=made, round=1, content=text, sha256=canonical.digest(text), sealed_at=at)
