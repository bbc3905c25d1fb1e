"""Monthly reports for programs: the same forms, verbs and rights as the pages."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers, status, views
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.accounts.access import permission_required
from itsm.pages import rest
from itsm.privacy import masked
from itsm.reports.monthly import canonical, comparing, drafting, lifecycle, page
from itsm.reports.monthly import views as pages
from itsm.reports.monthly.enums import Section, State
from itsm.reports.monthly.forms import FORMS, MonthForm, WriteForm, form_of
from itsm.reports.monthly.models import Edition, Report
from itsm.reports.monthly.permissions import NEEDS
from itsm.reports.monthly.verbs import ACTS

READ = "reports.monthly"
HALF = OpenApiParameter("half", str, OpenApiParameter.PATH, enum=["numerator", "denominator"])
CODE = OpenApiParameter("code", str, OpenApiParameter.PATH, description="A figure: K2")


class ReportSerializer(serializers.ModelSerializer):
    """A month's report as a list shows it. edition: the newest that the reader may read."""

    month = serializers.SerializerMethodField()
    edition = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    is_overdue = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields = ("id", "month", "due_on", "missing_year", "submitted_at", "was_late", "is_overdue", "edition", "state")
        read_only_fields = fields

    def get_month(self, report: Report) -> str:
        """2026-10."""
        return report.period.slug

    def get_is_overdue(self, report: Report) -> bool:
        """Whether it is late and not submitted."""
        return report.is_overdue(timezone.now())

    def get_edition(self, report: Report) -> int | None:
        """The number of the newest edition that the reader may read."""
        found = page.newest(report, self.context["request"].user)
        return found.number if found else None

    @extend_schema_field(serializers.ChoiceField(choices=State.choices))
    def get_state(self, report: Report) -> str:
        """Of the newest edition of all."""
        return report.editions.order_by("-number").values_list("state", flat=True).first() or ""


class FigureSerializer(serializers.Serializer):
    """A figure as it was read. Durations in seconds; value: in its unit."""

    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    value = serializers.CharField(allow_null=True)
    formula_version = serializers.IntegerField()


class SectionSerializer(serializers.Serializer):
    """said: what follows from the figures. version: to be sent along when the text is written anew."""

    code = serializers.ChoiceField(choices=Section.choices)
    title = serializers.CharField()
    said = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()
    version = serializers.CharField()


class DifferenceSerializer(serializers.Serializer):
    """What today's data give instead. count: how many tickets differ."""

    count = serializers.IntegerField()
    figures = serializers.ListField(child=serializers.CharField())
    added = serializers.ListField(child=serializers.CharField())
    removed = serializers.ListField(child=serializers.CharField())


class EditionSerializer(serializers.Serializer):
    """An edition with what it says. sha256: of what was sealed, empty for a draft."""

    month = serializers.CharField()
    edition = serializers.IntegerField()
    label = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    due_on = serializers.DateField(allow_null=True)
    is_overdue = serializers.BooleanField()
    as_of = serializers.DateTimeField(allow_null=True)
    sha256 = serializers.CharField()
    submitted_by = serializers.CharField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    reviewed_by = serializers.CharField(allow_null=True)
    reviewed_at = serializers.DateTimeField(allow_null=True)
    approved_by = serializers.CharField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    return_reason = serializers.CharField()
    figures = FigureSerializer(many=True)
    sections = SectionSerializer(many=True)
    difference = DifferenceSerializer()


class RecordSerializer(serializers.Serializer):
    """A ticket as it was sealed."""

    number = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField()
    priority = serializers.CharField()
    state = serializers.CharField()
    source = serializers.CharField()
    system = serializers.CharField(allow_null=True)
    department = serializers.CharField(allow_null=True)
    reported_at = serializers.DateTimeField()
    responded_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)


def shown(request: Request, edition: Edition, code: int = status.HTTP_200_OK) -> Response:
    """The edition as the reader is shown it."""
    edition = Edition.objects.with_people().get(pk=edition.pk)
    return Response(EditionSerializer(_said(edition, request.user)).data, status=code)


def _said(edition: Edition, user: Any) -> dict[str, Any]:
    said = page.shown(edition, user)
    content = said.content or {"figures": {}, "as_of": None}
    names = {f"{name}_by": getattr(edition, f"{name}_by") for name in ("submitted", "reviewed", "approved")}
    return {
        "month": edition.report.period.slug,
        "edition": edition.number,
        "label": edition.label,
        "state": edition.state,
        "due_on": edition.report.due_on,
        "is_overdue": edition.report.is_overdue(timezone.now()),
        "as_of": content["as_of"],
        "sha256": said.seal.sha256 if said.seal else "",
        **{name: person.name if person else None for name, person in names.items()},
        **{f"{name}_at": getattr(edition, f"{name}_at") for name in ("submitted", "reviewed", "approved")},
        "reason": masked(edition.reason),
        "return_reason": masked(edition.return_reason),
        "figures": [{"code": code, **figure} for code, figure in content["figures"].items()],
        "sections": [_section(block.part) for block in page.blocks(said, edition)] if said.content else [],
        "difference": _difference(said, edition),
    }


def _section(part: Any) -> dict[str, Any]:
    words = {"code": part.code, "title": part.title, "said": part.said, "text": masked(part.text)}
    return {**words, "version": canonical.digest(part.text)}


def _difference(said: page.Shown, edition: Edition) -> dict[str, Any]:
    if said.content is None:
        return {"count": 0, "figures": [], "added": [], "removed": []}
    found = comparing.differences(said.content, edition.report.period)
    figures = [line.code for line in found.lines]
    return {"count": found.count, "figures": figures, "added": found.added, "removed": found.removed}


class Reports(rest.Sorted, generics.ListAPIView):
    """The reports of the months."""

    serializer_class = ReportSerializer
    queryset = Report.objects.none()
    pagination_class = rest.Keyset
    sorts = {"month": ["-start_on", "-id"]}

    def get_queryset(self) -> Any:
        """Those that the reader may see."""
        return Report.objects.visible_to(self.request.user)

    def get(self, request: Request) -> Response:
        """One page, the newest month first."""
        return permission_required(READ)(super().get)(request)

    @extend_schema(request=rest.FormSerializer(MonthForm), responses={201: ReportSerializer})
    def post(self, request: Request) -> Response:
        """起草: begin the report of a month that is over; one that is there stays as it is."""
        return permission_required(NEEDS["draft"])(self._draft)(request)

    def _draft(self, request: Request) -> Response:
        month = rest.checked(MonthForm(rest.sent(request)))["month"]
        report = drafting.draft(month, by=request.user, at=timezone.now())
        said = ReportSerializer(report, context={"request": request}).data
        return Response(said, status=status.HTTP_201_CREATED)


class OneReport(views.APIView):
    """The newest edition of a month's report."""

    @extend_schema(operation_id="monthly_newest", responses=EditionSerializer)
    def get(self, request: Request, month: str) -> Response:
        """The newest edition that the reader may read."""
        return permission_required(READ)(self._answer)(request, month)

    def _answer(self, request: Request, month: str) -> Response:
        return shown(request, pages.current(request, month))


class OneEdition(views.APIView):
    """One edition of a month's report."""

    @extend_schema(operation_id="monthly_edition", responses=EditionSerializer)
    def get(self, request: Request, month: str, edition: int) -> Response:
        """The edition with its figures, words and what differs today."""
        return permission_required(READ)(self._answer)(request, month, edition)

    def _answer(self, request: Request, month: str, edition: int) -> Response:
        return shown(request, pages.load_edition(request, month, edition))


class Records(views.APIView):
    """The tickets that a half of a figure counted."""

    @extend_schema(operation_id="monthly_records", parameters=[CODE, HALF], responses=RecordSerializer(many=True))
    def get(self, request: Request, month: str, edition: int, code: str, half: str) -> Response:
        """Those that the reader may open, as they were sealed."""
        return permission_required(READ)(self._answer)(request, month, edition, code, half)

    def _answer(self, request: Request, month: str, edition: int, code: str, half: str) -> Response:
        found = pages.load_edition(request, month, edition)
        said = page.shown(found, request.user)
        try:
            rows, _hidden = page.records(said.content or {"lists": {}}, code, half, request.user)
        except KeyError as error:
            raise Http404 from error
        return Response(RecordSerializer([row.facts for row in rows], many=True).data)


class SectionForm(WriteForm):
    """The words of a section, with its code."""

    section = forms.ChoiceField(choices=Section.choices)


class Write(views.APIView):
    """The words of a section."""

    @extend_schema(request=rest.FormSerializer(SectionForm), responses=EditionSerializer)
    @transaction.atomic
    def post(self, request: Request, month: str) -> Response:
        """Write a section anew; version: of the words that you saw (409 if somebody saved meanwhile)."""
        return permission_required(NEEDS["write"])(self._write)(request, month)

    def _write(self, request: Request, month: str) -> Response:
        found = pages.current(request, month)
        said = rest.checked(SectionForm(rest.sent(request)))
        return shown(request, lifecycle.write(found, by=request.user, at=timezone.now(), **said))


def verb_view(name: str) -> type[views.APIView]:
    """The view of a verb on the newest edition: the page's own form and domain call."""

    class Verb(views.APIView):
        @extend_schema(
            operation_id=f"monthly_{name}", request=rest.FormSerializer(FORMS[name]), responses=EditionSerializer
        )
        @transaction.atomic
        def post(self, request: Request, month: str) -> Response:
            return permission_required(NEEDS[name])(self._act)(request, month)

        def _act(self, request: Request, month: str) -> Response:
            found = pages.current(request, month)
            words = rest.checked(form_of(name, rest.sent(request)))
            return shown(request, ACTS[name](found, by=request.user, at=timezone.now(), **words))

    Verb.__doc__ = Verb.post.__doc__ = (ACTS[name].__doc__ or "").partition("\n")[0]
    return Verb
