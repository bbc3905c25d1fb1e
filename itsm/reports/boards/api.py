"""Series for programs: every figure by day or month with its goal, and every tile as it stands."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, views
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.accounts.access import permission_required
from itsm.errors import RuleBroken
from itsm.reports import api as figures
from itsm.reports import asking, outage_sums, periods, readings
from itsm.reports.asking import Question
from itsm.reports.boards import cohorts, frame, goals
from itsm.reports.boards.cohorts import COHORTS
from itsm.reports.counting import FAMILIES
from itsm.reports.enums import Better, Span, Unit
from itsm.reports.figures import FIGURES, Figure
from itsm.reports.kpis import Reading
from itsm.reports.periods import Period
from itsm.reports.rows import Asked

STEPS = (Span.MONTH, Span.DAY)
MOST_COUNTED = 24  # points of a figure whose parts do not add up: each is counted by itself
STEP = OpenApiParameter("step", OpenApiTypes.STR, enum=[one.value for one in STEPS])
KEY = OpenApiParameter("key", OpenApiTypes.STR, OpenApiParameter.PATH, enum=[*FIGURES, *COHORTS])


class PointSerializer(serializers.Serializer):
    """A point: whole numbers, durations in seconds; value is null where nothing counts, goal where none is agreed."""

    period = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    goal = serializers.FloatField(allow_null=True)


class NamedSeriesSerializer(serializers.Serializer):
    """A series that there is. kind: "figure" has points by day or month, "tile" one point as of now."""

    key = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField()
    unit = serializers.ChoiceField(choices=[(one.value, one.value) for one in Unit])
    better = serializers.ChoiceField(choices=[(one.value, one.value) for one in Better])


class SeriesSerializer(NamedSeriesSerializer, figures.AskedSerializer):
    """A series with its points, the earliest first."""

    step = serializers.CharField()
    points = PointSerializer(many=True)


class AllSeries(views.APIView):
    """Which series there are, each with its definition."""

    @extend_schema(responses=NamedSeriesSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Every figure and every tile."""
        return permission_required("reports.read")(self._answer)(request)

    def _answer(self, _request: Request) -> Response:
        return Response([*map(_figure, FIGURES.values()), *map(_tile, COHORTS.values())])


class OneSeries(views.APIView):
    """The points of one series, as this person may see them."""

    @extend_schema(parameters=[KEY, STEP, *figures.ASKED], responses=SeriesSerializer)
    def get(self, request: Request, key: str) -> Response:
        """A figure by month or day of the period; a tile as one point."""
        return permission_required("reports.read")(self._answer)(request, key)

    def _answer(self, request: Request, key: str) -> Response:
        asked = asking.ask(request.query_params, request.user, at=timezone.now())
        if key in COHORTS:
            return Response(_of_tile(key, asked))
        if key in FIGURES:
            return Response(_of_figure(key, request.query_params.get("step", Span.MONTH), asked))
        raise Http404


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "key": figure.code,
        "kind": "figure",
        "name": str(figure.name),
        "definition": f"{figure.formula} {figure.cohort}",
        "unit": figure.unit.value,
        "better": figure.better.value,
    }


def _tile(cohort: cohorts.Cohort) -> dict[str, Any]:
    words = {"name": str(cohort.title), "definition": str(cohort.definition)}
    return {"key": cohort.key, "kind": "tile", **words, "unit": Unit.COUNT.value, "better": Better.NONE.value}


def _of_tile(key: str, asked: Question) -> dict[str, Any]:
    count = cohorts.count(key, asked)
    point = {**_span(asked.period), "numerator": count, "denominator": count, "value": float(count), "goal": None}
    return {**_tile(COHORTS[key]), **figures.said(asked), "step": asked.period.kind.value, "points": [point]}


def _of_figure(code: str, step: str, asked: Question) -> dict[str, Any]:
    if step not in STEPS:
        raise RuleBroken(_("A series goes by month or by day."))
    agreed = goals.all_of()
    points = [
        _point(period, reading, goals.on(agreed, code, period.last_on)) for period, reading in _read(code, step, asked)
    ]
    return {**_figure(FIGURES[code]), **figures.said(asked), "step": step, "points": points}


def _read(code: str, step: str, asked: Question) -> list[tuple[Period, Reading]]:
    spans = list(asked.period.months()) if step == Span.MONTH else [periods.day(on) for on in asked.period.days()]
    if code in outage_sums.CODES:
        whole = Asked(periods.between(spans[0].start_on, spans[-1].last_on), asked.at, asked.scope, asked.user)
        return [(span, found[code]) for span, found in zip(spans, outage_sums.over(whole, spans), strict=True)]
    if FIGURES[code].additive:
        days = frame.daily(asked, periods.between(spans[0].start_on, spans[-1].last_on), frozenset({code}))
        return [(span, frame.summed(days, span)[code]) for span in spans]
    if len(spans) > MOST_COUNTED:
        raise RuleBroken(_("This figure does not add up: ask for at most %(n)s points.") % {"n": MOST_COUNTED})
    return [(span, _counted(code, span, asked)) for span in spans]


def _counted(code: str, span: Period, asked: Question) -> Reading:
    question = Asked(span, asked.at, asked.scope, asked.user)
    holding = [one for one in FAMILIES if code in one.pairs(question) or code in one.spreads(question)]
    return readings.grouped(question, [()], holding, with_outages=False)[()][()][code]


def _span(period: Period) -> dict[str, Any]:
    return {"period": period.slug, "start": period.start_at, "end": period.end_at}


def _point(period: Period, reading: Reading, goal: Any) -> dict[str, Any]:
    value = reading.value
    return {
        **_span(period),
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "value": None if value is None else float(value),
        "goal": None if goal is None else float(goal),
    }
