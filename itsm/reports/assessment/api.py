"""Assessments for programs: the same forms, verbs and rights as the pages."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status, views
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.accounts.access import permission_required
from itsm.pages import rest
from itsm.reports import asking
from itsm.reports.assessment import api_rows, appeals, drawing, lifecycle, ranking
from itsm.reports.assessment.api_rows import (
    AssessedMonthSerializer,
    AssessmentSerializer,
    RankedSerializer,
    SchemeSerializer,
)
from itsm.reports.assessment.forms import AppealForm, ChargeForm, DecideForm, DrawForm, SeenForm, WithdrawForm
from itsm.reports.assessment.models import Assessment, Scheme
from itsm.reports.assessment.permissions import NEEDS
from itsm.reports.enums import Dimension

READ = "reports.assessments"
RANK = "reports.every_assessment"
_PERIOD = OpenApiParameter("period", OpenApiTypes.STR, description="2026, 2026-Q4 or 2026-10; this month unless given.")
_OF = OpenApiParameter("dimension", str, OpenApiParameter.PATH, enum=[one.value for one in ranking.DIMENSIONS])


def load(request: Request, pk: int) -> Assessment:
    """The assessment, where this person may read it; else 404."""
    return get_object_or_404(Assessment.objects.visible_to(request.user).with_people(), pk=pk)


def shown(request: Request, assessment: Assessment, code: int = status.HTTP_200_OK) -> Response:
    """The assessment as the reader is shown it."""
    fresh = Assessment.objects.with_people().get(pk=assessment.pk)
    return Response(AssessmentSerializer(api_rows.said(fresh, request.user)).data, status=code)


class Assessments(rest.Sorted, generics.ListAPIView):
    """The assessed months."""

    serializer_class = AssessedMonthSerializer
    queryset = Assessment.objects.none()
    pagination_class = rest.Keyset
    sorts = {"month": ["-month_on", "-id"]}

    def get_queryset(self) -> Any:
        """Those that the reader may see."""
        return Assessment.objects.visible_to(self.request.user).with_row()

    def get(self, request: Request) -> Response:
        """One page, the newest month first."""
        return permission_required(READ)(super().get)(request)

    @extend_schema(request=rest.FormSerializer(DrawForm), responses={201: AssessmentSerializer})
    @transaction.atomic
    def post(self, request: Request) -> Response:
        """起草: assess a month that is over; a draft that is there is drawn again."""
        return permission_required(NEEDS["draw"])(self._draw)(request)

    def _draw(self, request: Request) -> Response:
        said = rest.checked(DrawForm(rest.sent(request), user=request.user))
        drawn = drawing.draw(said["month"], by=request.user, at=timezone.now(), vendor=said["vendor"])
        return shown(request, drawn, status.HTTP_201_CREATED)


class OneAssessment(views.APIView):
    """A month with its items, deductions and appeals."""

    @extend_schema(responses=AssessmentSerializer)
    def get(self, request: Request, assessment: int) -> Response:
        """The assessment; a ticket behind a deduction is named where the reader may open it."""
        return permission_required(READ)(self._answer)(request, assessment)

    def _answer(self, request: Request, assessment: int) -> Response:
        return shown(request, load(request, assessment))


def _charge(found: Assessment, request: Request) -> None:
    """扣分: charge a case by hand."""
    form = ChargeForm(rest.sent(request), assessment=found, user=request.user)
    rest.checked(form)
    lifecycle.charge(found, by=request.user, at=timezone.now(), **form.values)


def _withdraw(found: Assessment, request: Request, deduction: int) -> None:
    """撤销扣分: a deduction of a draft does not count, for a reason."""
    case = get_object_or_404(found.deductions.select_related("assessment"), pk=deduction)
    said = rest.checked(WithdrawForm(rest.sent(request)))
    lifecycle.withdraw(case, by=request.user, at=timezone.now(), **said)


def _submit(found: Assessment, request: Request) -> None:
    """提交: hand the assessment over."""
    lifecycle.submit(found, by=request.user, at=timezone.now(), **rest.checked(SeenForm(rest.sent(request))))


def _appeal(found: Assessment, request: Request, deduction: int) -> None:
    """申诉: against a deduction."""
    case = get_object_or_404(found.deductions.select_related("rule"), pk=deduction)
    said = rest.checked(AppealForm(rest.sent(request)))
    appeals.appeal(found, by=request.user, at=timezone.now(), deduction=case, **said)


def _appeal_item(found: Assessment, request: Request, item: str) -> None:
    """申诉: against the points of an item, which its figure's code names."""
    if item not in {row["code"] for row in found.measured}:
        raise Http404
    said = rest.checked(AppealForm(rest.sent(request)))
    appeals.appeal(found, by=request.user, at=timezone.now(), item=item, **said)


def _decide(found: Assessment, request: Request, appeal: int) -> None:
    """裁定: uphold an appeal and give points back (all unless told), or reject it."""
    made = get_object_or_404(found.appeals.select_related("assessment", "deduction"), pk=appeal)
    form = DecideForm(rest.sent(request), most=appeals.lost(made))
    rest.checked(form)
    appeals.decide(made, by=request.user, at=timezone.now(), **form.values)


def _confirm(found: Assessment, request: Request) -> None:
    """确认: seal the assessment."""
    lifecycle.confirm(found, by=request.user, at=timezone.now(), **rest.checked(SeenForm(rest.sent(request))))


class Verb(NamedTuple):
    """What an address below an assessment does. needs: whose right it takes."""

    address: str
    form: type[forms.Form]
    act: Callable[..., None]
    needs: str


VERBS = {
    "charge": Verb("charge/", ChargeForm, _charge, "charge"),
    "withdraw": Verb("deductions/<int:deduction>/withdraw/", WithdrawForm, _withdraw, "withdraw"),
    "submit": Verb("submit/", SeenForm, _submit, "submit"),
    "appeal": Verb("deductions/<int:deduction>/appeal/", AppealForm, _appeal, "appeal"),
    "appeal_item": Verb("items/<slug:item>/appeal/", AppealForm, _appeal_item, "appeal"),
    "decide": Verb("appeals/<int:appeal>/decide/", DecideForm, _decide, "decide"),
    "confirm": Verb("confirm/", SeenForm, _confirm, "confirm"),
}


def verb_view(name: str) -> type[views.APIView]:
    """The view of a verb on an assessment. version: the one that you saw (409 if somebody saved meanwhile)."""
    verb = VERBS[name]

    class View(views.APIView):
        @extend_schema(
            operation_id=f"assessment_{name}", request=rest.FormSerializer(verb.form), responses=AssessmentSerializer
        )
        @transaction.atomic
        def post(self, request: Request, assessment: int, **parts: Any) -> Response:
            return permission_required(NEEDS[verb.needs])(self._act)(request, assessment, **parts)

        def _act(self, request: Request, assessment: int, **parts: Any) -> Response:
            found = load(request, assessment)
            verb.act(found, request, **parts)
            return shown(request, found)

    View.__doc__ = View.post.__doc__ = verb.act.__doc__
    return View


class Schemes(rest.Sorted, generics.ListAPIView):
    """Versions of the scheme, whole. Read only."""

    serializer_class = SchemeSerializer
    queryset = Scheme.objects.none()
    pagination_class = rest.Keyset
    sorts = {"number": ["-number", "-id"]}

    def get_queryset(self) -> Any:
        """What the reader may see."""
        return Scheme.objects.visible_to(self.request.user).prefetch_related("items", "bands", "rules")

    def get(self, request: Request) -> Response:
        """One page, the newest first."""
        return permission_required(READ)(super().get)(request)


class Ranking(views.APIView):
    """Vendors or systems, the best first."""

    @extend_schema(parameters=[_PERIOD, _OF], responses=RankedSerializer(many=True))
    def get(self, request: Request, dimension: str) -> Response:
        """By the weights of the period's scheme, without deductions; [] where none is published."""
        return permission_required(RANK)(self._answer)(request, dimension)

    def _answer(self, request: Request, dimension: str) -> Response:
        if dimension not in ranking.DIMENSIONS:
            raise Http404
        now = timezone.now()
        period = asking.ask(request.query_params.dict(), request.user, at=now).period
        scheme = ranking.scheme_of(period)
        rows = ranking.of(Dimension(dimension), scheme, period, at=now, user=request.user) if scheme else []
        return Response(RankedSerializer([api_rows.ranked(row) for row in rows], many=True).data)
