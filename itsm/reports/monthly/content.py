"""What a report says in numbers: figures, trend, tables, the lists behind every figure, and their tickets' facts."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from itsm.catalog.enums import ContractState, Priority
from itsm.catalog.models import Contract
from itsm.errors import Conflict
from itsm.privacy import masked
from itsm.reports import readings, words
from itsm.reports.assessment import reporting
from itsm.reports.enums import Dimension, Unit
from itsm.reports.figures import FIGURES
from itsm.reports.kpis import Reading
from itsm.reports.periods import Period
from itsm.reports.readings import HALVES, Readings
from tickets.enums import Kind
from tickets.models import Ticket

Content = dict[str, Any]
Show = Callable[[int, int], None]
TREND = 6
DIMENSIONS = (
    *(Dimension.KIND, Dimension.PRIORITY, Dimension.SOURCE),
    *(Dimension.SYSTEM, Dimension.DEPARTMENT, Dimension.VENDOR),
)
# The lists that are held against today's even where both halves of their figure are the same.
ALWAYS = ("N", "R")
STEPS = TREND + 2  # tables, the months before, lists, records
MOST_TRIES = 3
CHUNK = 1_000
_FACTS = (
    *("number", "title", "kind", "priority", "state", "source", "reported_at", "responded_at", "resolved_at"),
    *("system__name", "department__name"),
)


def read(period: Period, *, at: datetime, show: Show = lambda done, steps: None) -> Content:
    """All of it, as it stands at `at`; show is told how far it is.

    The figures are read again at the end, so that figures and lists are of one moment: whoever writes a ticket
    meanwhile has all of it read anew. Raises Conflict when that happens three times.
    """
    for _try in range(MOST_TRIES):
        found = _read(period, at, show)
        if _counted(readings.read(period, at=at)) == _counted_of(found):
            return found
    raise Conflict(_("Tickets of this period are being written at this moment; please try again."))


def _read(period: Period, at: datetime, show: Show) -> Content:
    step = _Steps(show)
    figures, tables = step.take(readings.tables(period, DIMENSIONS, at=at))
    trend = [step.take(_month(month.slug, readings.read(month, at=at))) for month in _before(period)]
    trend.append(_month(period.slug, figures))
    lists = step.take(readings.listed(period, at=at))
    numbers = {number for halves in lists.values() for found in halves.values() for number in found}
    return {
        "as_of": at.isoformat(),
        "period": {"slug": period.slug, "first": period.start_on.isoformat(), "last": period.last_on.isoformat()},
        "contract": _contract(period.last_on),
        "figures": {code: _described(reading) for code, reading in figures.items()},
        "trend": trend,
        "tables": {dimension.value: _table(rows) for dimension, rows in tables.items()},
        "lists": lists,
        "assessments": reporting.told(period),
        "records": step.take(dict(_facts(sorted(numbers)))),
    }


class _Steps:
    """Counts what is done."""

    def __init__(self, show: Show) -> None:
        self.done, self.show = 0, show

    def take(self, found: Any) -> Any:
        self.done += 1
        self.show(self.done, STEPS)
        return found


def described(reading: Reading) -> dict[str, Any]:
    """Both halves and the value; durations in seconds, the value in the figure's unit as text."""
    value = reading.value
    return {
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "value": None if value is None else str(value),
    }


def _described(reading: Reading) -> dict[str, Any]:
    """With the definition by which it was reckoned."""
    figure = FIGURES[reading.code]
    return {
        **described(reading),
        "name": str(figure.name),
        "unit": figure.unit.value,
        "better": figure.better.value,
        "formula": str(figure.formula),
        "cohort": str(figure.cohort),
        "formula_version": figure.formula_version,
    }


def _before(period: Period) -> list[Period]:
    """The periods that lead up to this one."""
    shown: list[Period] = []
    for _number in range(TREND - 1):
        shown.insert(0, (shown[0] if shown else period).previous())
    return shown


def _month(slug: str, found: Readings) -> dict[str, Any]:
    return {"period": slug, "figures": _short(found)}


def _table(rows: list[tuple[Any, str, Readings]]) -> list[dict[str, Any]]:
    return [{"key": None if k is None else str(k), "name": str(name), "figures": _short(f)} for k, name, f in rows]


def _short(found: Readings) -> dict[str, Any]:
    """Only what counts anything."""
    return {code: described(one) for code, one in found.items() if one.numerator or one.denominator}


def listed(code: str, period: Period, *, at: datetime) -> dict[str, list[str]]:
    """The numbers of the tickets that each half of a figure counts, in order."""
    halves = {}
    for half in HALVES:
        found = readings.records(code, half, period, at=at)
        halves[half] = sorted(found.order_by().values_list("number", flat=True))
    return halves


def _facts(numbers: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a list shows of each ticket, as it is now; patient data is masked for good."""
    for start in range(0, len(numbers), CHUNK):
        rows = Ticket.objects.filter(number__in=numbers[start : start + CHUNK]).order_by("number").values(*_FACTS)
        for row in rows:
            yield row["number"], {name.removesuffix("__name"): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return masked(value) if isinstance(value, str) else value


def _contract(on: date) -> dict[str, Any]:
    """The contract that holds on that day, and its phase; {} without one."""
    contract = Contract.objects.filter(state=ContractState.IN_FORCE, signed_on__lte=on).select_related("contractor")
    found = next((one for one in contract if on <= one.end_on), None)
    if found is None:
        return {}
    phase = found.phases.filter(start_on__lte=on, end_on__gte=on).first()
    return {
        "number": found.number,
        "title": found.title,
        "hospital": found.hospital,
        "contractor": found.contractor.name,
        "phase": str(phase) if phase else "",
    }


def _counted(found: Readings) -> dict[str, tuple[int, int]]:
    return {code: (one.numerator, one.denominator) for code, one in found.items()}


def _counted_of(content: Content) -> dict[str, tuple[int, int]]:
    return {code: (one["numerator"], one["denominator"]) for code, one in content["figures"].items()}


def value_words(figure: dict[str, Any]) -> str:
    """The value with its unit, as it was sealed; a dash where there is none."""
    if figure["value"] is None:
        return words.NOTHING
    unit = Unit(figure["unit"])
    amount = words.amount(unit, Decimal(figure["value"]), figure["numerator"], figure["denominator"])
    return amount if unit == Unit.COUNT else f"{amount} {unit.label}"


def of_kind(content: Content, kind: Kind) -> int:
    """How many tickets of a kind were reported."""
    return _reported(content, Dimension.KIND, kind.value)


def urgent(content: Content) -> list[dict[str, Any]]:
    """The facts of the P1 incidents that count, the first reported first."""
    counted = content["lists"]["N"]["denominator"]
    found = (content["records"][number] for number in counted if number in content["records"])
    major = [row for row in found if row["priority"] == Priority.P1 and row["kind"] == Kind.INCIDENT]
    return sorted(major, key=lambda row: (row["reported_at"], row["number"]))


def _reported(content: Content, dimension: Dimension, key: str) -> int:
    for row in content["tables"][dimension.value]:
        if row["key"] == key:
            return int(row["figures"].get("N", {}).get("denominator", 0))
    return 0
