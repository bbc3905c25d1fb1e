"""K12 and K13 from the outages: by system and by vendor, for the systems that a person may see."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from itsm.catalog.models import System
from itsm.reports import downtime
from itsm.reports.downtime import Out
from itsm.reports.enums import Dimension
from itsm.reports.kpis import Reading
from itsm.reports.periods import Period
from itsm.reports.rows import Asked
from itsm.reports.scopes import Scope
from slas.models import Outage
from slas.querysets import OutageQuerySet
from tickets.models import Ticket

CODES = ("K12", "K13")
_TOLD_APART = {(): "", (Dimension.SYSTEM,): "pk", (Dimension.VENDOR,): "vendor_id"}
Sum = tuple[tuple[str, ...], tuple[Any, ...], str, int, int]


def sums(asked: Asked, sets: Sequence[tuple[str, ...]]) -> Iterable[Sum]:
    """What every maintained system adds to the sets that tell systems or vendors apart; a narrower scope has none."""
    wanted = [one for one in sets if one in _TOLD_APART]
    if not wanted or _is_told_apart(asked):
        return
    end = asked.seen_at
    outages = _outages(asked)
    for system in _systems(asked):
        found = downtime.availability(outages.get(system.pk, ()), asked.start, end)
        for one in wanted:
            key = () if not one else (getattr(system, _TOLD_APART[one]),)
            yield one, key, "K12", found.promised - found.down, found.promised
            yield one, key, "K13", found.restoring, found.ended


def over(asked: Asked, spans: Sequence[Period]) -> list[dict[str, Reading]]:
    """K12 and K13 of several periods that lie within the asked one, from one look at the outages."""
    if _is_told_apart(asked):
        return [{code: Reading(code, 0, 0) for code in CODES} for _span in spans]
    outages, systems = _outages(asked), list(_systems(asked))
    return [_summed(span.start_at, min(span.end_at, asked.at), systems, outages) for span in spans]


def _summed(
    start: datetime, end: datetime, systems: Sequence[System], outages: dict[int, list[Out]]
) -> dict[str, Reading]:
    known = [downtime.availability(outages.get(one.pk, ()), start, end) for one in systems] if start < end else []
    promised, down = sum(one.promised for one in known), sum(one.down for one in known)
    restoring, ended = sum(one.restoring for one in known), sum(one.ended for one in known)
    return {"K12": Reading("K12", promised - down, promised), "K13": Reading("K13", restoring, ended)}


def _is_told_apart(asked: Asked) -> bool:
    """Whether the scope is narrower than a system or a vendor: then nothing is said."""
    narrowed = {name for name, word in asked.scope.query().items() if word}
    return bool(narrowed - {Dimension.SYSTEM, Dimension.VENDOR})


def tickets(asked: Asked, code: str) -> Q:
    """The tickets whose outages count in the period."""
    held = Outage.objects.filter(system__in=_systems(asked), kind="unplanned", ground="")
    if code == "K13":
        held = held.filter(restored_at__gte=asked.start, restored_at__lt=asked.end)
    else:
        held = held.touching(asked.start, asked.seen_at)
    return Q(pk__in=Ticket.objects.filter(outages__outage__in=held).values("pk"))


def behind(asked: Asked, code: str) -> OutageQuerySet:
    """The outages that the figure reckons with, which the reader may see: of K13 those that ended in the period, of
    K12 all that touch it, agreed windows and what does not count included; a cancelled window is in neither."""
    rows = Outage.objects.visible_to(asked.user) if asked.user else Outage.objects.all()
    if _is_told_apart(asked):
        return rows.none()
    found = rows.standing().filter(system__in=_systems(asked))
    if code == "K13":
        return found.filter(kind="unplanned", ground="", restored_at__gte=asked.start, restored_at__lt=asked.end)
    return found.touching(asked.start, asked.seen_at)


def _systems(asked: Asked) -> Any:
    scope: Scope = asked.scope
    found = System.objects.visible_to(asked.user) if asked.user else System.objects.all()
    narrowed = scope.conditions("")
    by = {"system_id": "pk", "vendor_id": "vendor_id", "vendor_id__isnull": "vendor_id__isnull"}
    return found.maintained().filter(**{by[name]: value for name, value in narrowed.items() if name in by})


def _outages(asked: Asked) -> dict[int, list[Out]]:
    found: dict[int, list[Out]] = defaultdict(list)
    rows = Outage.objects.standing().touching(asked.start, asked.seen_at)
    columns = ("system_id", "started_at", "restored_at", "planned_until", "ground")
    for system, started_at, restored_at, until, ground in rows.values_list(*columns):
        found[system].append(Out(started_at, restored_at, until, bool(ground)))
    return found
