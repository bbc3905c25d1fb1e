"""The figures for programs: the same reading as the pages, by period and scope, and the tickets behind each."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, views
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.accounts.access import permission_required
from itsm.pages import rest
from itsm.reports import asking, readings
from itsm.reports.asking import Question
from itsm.reports.enums import Better, Dimension, Unit
from itsm.reports.figures import FIGURES
from itsm.reports.statements import HALVES
from tickets.api import RowSerializer
from tickets.models import Ticket

_WORDS = {
    "period": _("2026, 2026-Q4, 2026-10, 2026-10-14 or 2026-10-01..2026-10-15; the current month unless given."),
    **{one.value: _("Only these records; “none” are those that name nothing here.") for one in Dimension},
}
ASKED = [OpenApiParameter(name, OpenApiTypes.STR, description=str(words)) for name, words in _WORDS.items()]
CODE = OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(FIGURES))
HALF = OpenApiParameter("half", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(HALVES))
DIMENSION = OpenApiParameter("dimension", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(Dimension.values))


class ReadingSerializer(serializers.Serializer):
    """A figure: numerator and denominator whole numbers, durations in seconds; no value where nothing counts."""

    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.ChoiceField(choices=[(one.value, one.value) for one in Unit])
    better = serializers.ChoiceField(choices=[(one.value, one.value) for one in Better])
    formula = serializers.CharField()
    cohort = serializers.CharField()
    formula_version = serializers.IntegerField()
    is_additive = serializers.BooleanField()
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)


class AskedSerializer(serializers.Serializer):
    """What was asked: the period, half-open, and the moment of reading."""

    period = serializers.CharField()
    label = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    as_of = serializers.DateTimeField()
    scope = serializers.DictField(child=serializers.CharField())


class FiguresSerializer(AskedSerializer):
    """All figures of a period."""

    figures = ReadingSerializer(many=True)


class GroupSerializer(serializers.Serializer):
    """The figures of one value of a dimension; key is null for the records that name nothing there."""

    key = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    figures = ReadingSerializer(many=True)


class GroupsSerializer(AskedSerializer):
    """All figures of a period, told apart by a dimension."""

    dimension = serializers.ChoiceField(choices=[(one.value, one.value) for one in Dimension])
    groups = GroupSerializer(many=True)


class Figures(views.APIView):
    """Every figure of a period."""

    @extend_schema(parameters=ASKED, responses=FiguresSerializer)
    def get(self, request: Request) -> Response:
        """Numerator, denominator, value and definition of each, as this person may see it."""
        return permission_required("reports.read")(self._answer)(request)

    def _answer(self, request: Request) -> Response:
        asked = _ask(request)
        found = readings.read(asked.period, at=asked.at, scope=asked.scope, user=asked.user)
        return Response({**said(asked), "figures": described(found)})


class FiguresBy(views.APIView):
    """Every figure of a period by system, module, vendor, department, priority, kind, source or engineer."""

    @extend_schema(parameters=[DIMENSION, *ASKED], responses=GroupsSerializer)
    def get(self, request: Request, dimension: str) -> Response:
        """One group for each value that has any; K1 to K9 by kind are of that kind, else of incidents."""
        return permission_required("reports.read")(self._answer)(request, dimension)

    def _answer(self, request: Request, dimension: str) -> Response:
        if dimension not in Dimension.values:
            raise Http404
        asked = _ask(request)
        found = readings.by(dimension, asked.period, at=asked.at, scope=asked.scope, user=asked.user)
        groups = [
            {"key": None if key is None else str(key), "name": str(name), "figures": described(figures)}
            for key, name, figures in found
        ]
        return Response({**said(asked), "dimension": dimension, "groups": groups})


class FigureTickets(rest.Sorted, generics.ListAPIView):
    """The tickets that the numerator or the denominator of a figure counts."""

    serializer_class = RowSerializer
    queryset = Ticket.objects.none()
    pagination_class = rest.Keyset
    sorts = {"reported": ["-reported_at", "-id"]}

    def get_queryset(self) -> Any:
        """Those that the reader may see; each once, however often it counts."""
        code, half = self.kwargs["code"], self.kwargs["half"]
        if code not in FIGURES or half not in HALVES:
            raise Http404
        asked = _ask(self.request)
        found = readings.records(code, half, asked.period, at=asked.at, scope=asked.scope, user=asked.user)
        return found.with_row()

    @extend_schema(parameters=[CODE, HALF, *ASKED])
    def get(self, request: Request, code: str, half: str) -> Response:
        """One page of tickets, the last reported first."""
        return permission_required("reports.read")(super().get)(request, code, half)


def _ask(request: Request) -> Question:
    return asking.ask(request.query_params, request.user, at=timezone.now())


def said(asked: Question) -> dict[str, Any]:
    """What was asked, for an answer."""
    return {
        "period": asked.period.slug,
        "label": asked.period.label,
        "start": asked.period.start_at,
        "end": asked.period.end_at,
        "as_of": asked.at,
        "scope": asked.scope.query(),
    }


def described(found: readings.Readings) -> list[dict[str, Any]]:
    """Each figure with its definition."""
    return [_described(reading) for reading in found.values()]


def _described(reading: Any) -> dict[str, Any]:
    figure, value = FIGURES[reading.code], reading.value
    return {
        "code": figure.code,
        "name": str(figure.name),
        "unit": figure.unit.value,
        "better": figure.better.value,
        "formula": str(figure.formula),
        "cohort": str(figure.cohort),
        "formula_version": figure.formula_version,
        "is_additive": figure.additive,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "value": None if value is None else float(value),
    }
