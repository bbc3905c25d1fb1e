"""The workbook of a period's figures as a file that is made in the background: as this person may see them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.exports.enums import Kind
from itsm.exports.sources import Choice, Order, Said, Show, Written
from itsm.privacy import masked
from itsm.reports import names, outage_sums, readings
from itsm.reports.asking import Question, ask
from itsm.reports.assessment import reporting
from itsm.reports.counted import Counted, counted
from itsm.reports.enums import Dimension, Span, Unit
from itsm.reports.figures import FIGURES
from itsm.reports.kpis import Reading
from itsm.reports.periods import Period
from itsm.reports.rows import Asked
from itsm.reports.scopes import Scope
from itsm.workbooks import figures
from itsm.workbooks.figures import Breakdown, Chart, Details, Listing, Measure, Pair, Sections, Trend
from itsm.workbooks.writing import Column
from tickets.enums import Kind as TicketKind

CHUNK = 500
# How many periods the trend goes back, itself included.
BACK = {Span.MONTH: 12, Span.QUARTER: 8, Span.YEAR: 3}
RANKS = {"K1M": figures.MEDIAN, "K1P": figures.P90}
# By kind K1 to K9 speak of every kind, which the counted records of this workbook do not.
BY_VALUES = (Dimension.KIND,)
BY_RECORDS = tuple(dimension for dimension in Dimension if dimension not in BY_VALUES)
COLUMNS = (
    ("number", gettext_lazy("number"), 19),
    ("title", gettext_lazy("title"), 40),
    ("kind", gettext_lazy("kind"), 12),
    ("priority", gettext_lazy("Priority"), 10),
    ("system__name", gettext_lazy("System"), 18),
    ("department__name", gettext_lazy("Department"), 16),
    ("vendor__name", gettext_lazy("vendor"), 16),
    ("assignee__name", gettext_lazy("Assignee"), 12),
    ("reported_at", gettext_lazy("Reported"), 20),
    ("resolved_at", gettext_lazy("resolved"), 20),
)
CHARTS = (
    (gettext_lazy("Responses and resolutions in time"), ("K2", "K4")),
    (gettext_lazy("Times of response and restoring (minutes)"), ("K1", "K5")),
    (gettext_lazy("Solved at the first go, recurrence, reopened"), ("K6", "K7", "K8")),
    (gettext_lazy("Tickets reported and resolved"), ("N", "R")),
)


class Workbook:
    """A source of exports; see itsm.exports.sources.Source."""

    code = "figures"
    title = gettext_lazy("Workbook of figures")
    prose = gettext_lazy("The figures of a month with their trends, by every dimension, and the records they count.")
    icon = "report-money"
    permission = "reports.read"
    kinds = (Kind.XLSX,)
    names = ("period", *asdict(Scope()))
    page = "/reports/kpis/"

    def choices(self) -> Sequence[Choice]:
        """There is nothing to choose."""
        return ()

    def titled(self, order: Order) -> str:
        """With its period. Raises RuleBroken for a period that is none."""
        return f"{self.title} {ask(order.asked, order.by, at=order.at).period.label}"

    def about(self, order: Order) -> tuple[int | None, Said]:
        """The period and the scope in words. Raises RuleBroken for a period that is none."""
        return None, _said(ask(order.asked, order.by, at=order.at))

    def write(self, order: Order, file: BinaryIO, show: Show) -> Written:
        """Write the workbook. Raises RuleBroken for a period that is none."""
        asked = ask(order.asked, order.by, at=order.at)
        counted_by = Asked(asked.period, asked.at, asked.scope, asked.user)
        sections = _sections(counted_by, [*_narrowed(asked), *_made(order)], show)
        rows = figures.workbook(file, asked.period.label, sections, folder=order.folder)
        return Written(rows, _said(asked), [])


FIGURES_BOOK = Workbook()


def _said(asked: Question) -> Said:
    return [(_("Period"), asked.period.label), *_narrowed(asked)]


def _narrowed(asked: Question) -> Said:
    return [(label, masked(words)) for label, words, _url in asked.narrowing()]


def _made(order: Order) -> Said:
    moment = f"{timezone.localtime(order.at):%Y-%m-%d %H:%M:%S}"
    return [
        (_("Made for"), f"{order.by.name} ({order.by.work_number})"),
        (_("As of"), f"{moment} ({_('Shanghai time')})"),
        (_("Data of patients"), _("Hidden, as in every list.")),
    ]


def _sections(asked: Asked, said: Said, show: Show) -> Sections:
    sets = [(), *((dimension,) for dimension in BY_RECORDS)]
    held = readings.grouped(asked, sets)
    whole = held[()][()]
    trend = _trend(asked, whole)
    total = whole["N"].numerator + whole["R"].numerator + whole["K9"].denominator
    show(0, total)
    before = trend.values if len(trend.labels) > 1 else {}
    return Sections(
        measures=_measures(),
        whole=_pairs(whole),
        before={code: values[-2] for code, values in before.items()},
        trend=trend,
        breakdowns=[
            *(_breakdown(one, {key: found for (key,), found in held[one,].items()}) for one in BY_RECORDS),
            *(_by_values(one, asked) for one in BY_VALUES),
        ],
        details=Details(_("Counted records"), _columns(), _rows(asked, total, show)),
        said=said,
        listings=list(_assessed(asked)),
    )


def _assessed(asked: Asked) -> Iterator[Listing]:
    """Scores and deductions of the months of the trend, for whoever reads assessments."""
    if asked.user is None or not asked.user.may("reports.assessments"):
        return
    forms = ((_("month"), 10, ""), (_("Who is assessed"), 24, ""), (_("score"), 10, "score"))
    forms += ((_("deduction rule"), 30, ""), (_("Cases"), 8, "count"), (_("points deducted"), 12, "score"))
    forms += ((_("yuan deducted"), 12, "score"), (_("band"), 10, ""))
    columns = [Column(title, width, form) for title, width, form in forms]
    yield Listing(
        _("Assessment and deductions"), columns, reporting.listed(asked.user, _periods(asked.period), asked.scope)
    )


def _measures() -> list[Measure]:
    return [
        Measure(
            code=one.code,
            name=str(one.name),
            unit=str(one.unit),
            formula=f"{one.formula} (v{one.formula_version})",
            cohort=str(one.cohort),
            rank=RANKS.get(one.code, ""),
            of="K1" if one.code in RANKS else "",
            is_apart=one.code in outage_sums.CODES,
        )
        for one in FIGURES.values()
    ]


def _trend(asked: Asked, whole: Mapping[str, Reading]) -> Trend:
    """The figures of the periods before, each as it stands now, and of this one."""
    *before, _last = _periods(asked.period)
    found = [(one, readings.read(one, at=asked.at, scope=asked.scope, user=asked.user)) for one in before]
    found.append((asked.period, whole))
    values = {code: [_value(one[code]) for _period, one in found] for code in FIGURES}
    return Trend([period.label for period, _one in found], values, [Chart(str(name), codes) for name, codes in CHARTS])


def _periods(period: Period) -> list[Period]:
    """The periods that lead up to this one, and this one."""
    found = [period]
    for _number in range(BACK.get(period.kind, 2) - 1):
        found.insert(0, found[0].previous())
    return found


def _breakdown(dimension: Dimension, found: Mapping[Any, Mapping[str, Reading]]) -> Breakdown:
    parts = [(_key(key), masked(name), _pairs(found[key])) for key, name in names.of(dimension, found)]
    return Breakdown(str(dimension.label), parts)


def _by_values(dimension: Dimension, asked: Asked) -> Breakdown:
    found = readings.by(dimension, asked.period, at=asked.at, scope=asked.scope, user=asked.user)
    return Breakdown(
        str(dimension.label), [(_key(key), name, _pairs(one)) for key, name, one in found], by_records=False
    )


def _key(key: Any) -> str | int:
    """A record that names nothing has the key 0, which no record has."""
    return 0 if key is None else key


def _pairs(found: Mapping[str, Reading]) -> dict[str, Pair]:
    return {code: Pair(_sized(code, one.numerator), one.denominator, _value(one)) for code, one in found.items()}


def _value(one: Reading) -> float | None:
    return None if one.value is None else float(one.value)


def _sized(code: str, numerator: int) -> float:
    return numerator / 60 if FIGURES[code].unit == Unit.MINUTES else numerator


def _columns() -> list[Column]:
    columns = [Column(str(header), width, wrap=False) for _path, header, width in COLUMNS]
    return [*columns, Column(_("Counts at"), 20)]


def _rows(
    asked: Asked, total: int, show: Show
) -> Iterator[tuple[list[Any], list[str | int], dict[str, tuple[float, float]]]]:
    kinds = {value: str(label) for value, label in TicketKind.choices}
    place = [path for path, _header, _width in COLUMNS].index("kind")
    records = counted(asked, [path for path, _header, _width in COLUMNS], BY_RECORDS)
    for done, record in enumerate(records, start=1):
        if done % CHUNK == 0:
            show(done, max(done, total))
        cells = [masked(value) for value in record.values]
        cells[place] = kinds.get(cells[place], cells[place])
        yield [*cells, record.moment], [_key(key) for key in record.keys], _parts(record)


def _parts(record: Counted) -> dict[str, tuple[float, float]]:
    return {code: (_sized(code, numerator), denominator) for code, (numerator, denominator) in record.parts.items()}
