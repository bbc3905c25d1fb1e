"""The pages of the figures: all of a period, and the tickets behind one."""

from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.http import require_GET

from itsm.accounts.access import permission_required
from itsm.pages import keyset
from itsm.reports import asking, names, outage_sums, readings, words
from itsm.reports.asking import Question
from itsm.reports.enums import Dimension
from itsm.reports.figures import FIGURES, GROUPS, MAIN, Figure
from itsm.reports.kpis import Reading
from itsm.reports.readings import DENOMINATOR, NUMERATOR, Readings
from itsm.reports.rows import Asked
from itsm.reports.statements import HALVES

SIZE = 25
MOST_OUTAGES = 200


class Line(NamedTuple):
    """A figure of the page, its parts with the addresses of their tickets, and what it was before."""

    figure: Figure
    value: str
    numerator: str
    denominator: str
    numerator_url: str
    denominator_url: str
    before: str
    change: words.Change | None


class Row(NamedTuple):
    """A row of a table by a dimension: its name, the page of it alone, and each figure with its tickets' address."""

    name: str
    url: str
    cells: list[tuple[Figure, str, str]]


@require_GET
@login_required
@permission_required("reports.read")
def kpis(request: HttpRequest) -> HttpResponse:
    """GET /reports/kpis/?period=2026-10&system=…&by=system: every figure, and a table by one dimension."""
    asked = asking.ask(request.GET, request.user, at=timezone.now())
    found, before = _read(asked), _read(asked, asked.period.previous())
    context = {
        **_asked(asked),
        "groups": [(heading, [_line(code, found, before, asked) for code in codes]) for heading, codes in GROUPS],
        "dimensions": [(one.label, asked.url(by=one.value), one.value == asked.dimension) for one in Dimension],
        "main": [FIGURES[code] for code in MAIN],
        "rows": _rows(asked) if asked.dimension else [],
        "dimension": Dimension(asked.dimension).label if asked.dimension else "",
        "filters": asking.filters(asked),
        "export_url": reverse("exports:new", args=["figures"]) + asked.url(by=""),
    }
    return render(request, "reports/kpis.html", context)


@require_GET
@login_required
@permission_required("reports.read")
def records(request: HttpRequest, code: str, half: str) -> HttpResponse:
    """GET /reports/kpis/K4/numerator/?period=2026-10: the tickets that a half of a figure counts."""
    if code not in FIGURES or half not in HALVES:
        raise Http404
    asked = asking.ask(request.GET, request.user, at=timezone.now())
    tickets = readings.records(code, half, asked.period, at=asked.at, scope=asked.scope, user=asked.user)
    page = keyset.page(tickets.with_row(), request, keys=["-reported_at", "-id"], size=SIZE)
    reading = _read(asked)[code]
    context = {
        **_asked(asked),
        "figure": FIGURES[code],
        "title": words.title(code),
        "line": _line(code, {code: reading}, {}, asked),
        "half": half,
        "is_numerator": half == NUMERATOR,
        "count": tickets.count(),
        "times": reading.numerator if half == NUMERATOR else reading.denominator,
        "tickets": page.rows,
        "pager": page,
        "back_url": reverse("reports:kpis") + asked.url(),
        **(_outages(asked, code) if code in outage_sums.CODES else {}),
    }
    return render(request, "reports/records.html", context)


def _outages(asked: Question, code: str) -> dict[str, Any]:
    """What availability is counted from, the latest first."""
    counted = Asked(asked.period, asked.at, asked.scope, asked.user)
    found = outage_sums.behind(counted, code).with_row().order_by("-started_at", "-id")
    return {"of_outages": True, "outages": found[:MOST_OUTAGES]}


def _read(asked: Question, period: Any = None) -> Readings:
    return readings.read(period or asked.period, at=asked.at, scope=asked.scope, user=asked.user)


def _asked(asked: Question) -> dict[str, Any]:
    """What every page of figures shows of the question."""
    return {
        "asked": asked,
        "period": asked.period,
        "previous_url": asked.url(period=asked.period.previous().slug),
        "following_url": asked.url(period=asked.period.following().slug),
        "spans": asking.spans(asked),
        "narrowing": asked.narrowing(),
        "clear_url": "?period=" + asked.period.slug,
        "is_over": asked.period.end_at <= asked.at,
    }


def _line(code: str, found: Readings, before: Readings, asked: Question) -> Line:
    reading, earlier = found[code], before.get(code, Reading(code, 0, 0))
    return Line(
        FIGURES[code],
        words.value(reading),
        words.numerator(reading),
        words.denominator(reading),
        _url(code, NUMERATOR, asked.url(by="")) if reading.numerator and not FIGURES[code].is_rank else "",
        _url(code, DENOMINATOR, asked.url(by="")) if reading.denominator else "",
        words.value(earlier),
        words.change(reading, earlier) if before else None,
    )


def _rows(asked: Question) -> list[Row]:
    found = readings.by(asked.dimension, asked.period, at=asked.at, scope=asked.scope, user=asked.user)
    busy = [row for row in found if _is_busy(row[2])]
    if asked.dimension not in names.CHOICES:  # these have an order of their own
        busy.sort(key=lambda row: -row[2]["N"].numerator)
    return [_row(key, name, figures, asked) for key, name, figures in busy]


def _is_busy(figures: Readings) -> bool:
    """Whether anything happened; that a system was there all the time is no row."""
    return any(reading.denominator for code, reading in figures.items() if code != "K12")


def _row(key: Any, name: str | Promise, figures: Readings, asked: Question) -> Row:
    query = asked.url(**{asked.dimension: "none" if key is None else key, "by": ""})
    cells = [
        (FIGURES[code], words.bare(figures[code]), _url(code, DENOMINATOR, query) if figures[code].denominator else "")
        for code in MAIN
    ]
    return Row(str(name), query, cells)


def _url(code: str, half: str, query: str) -> str:
    return reverse("reports:records", args=[code, half]) + query
