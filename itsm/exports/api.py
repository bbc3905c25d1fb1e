"""Exports for programs: ask for a file, look how far it is, fetch it."""

from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.db import transaction
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status, views
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.errors import NotAllowed
from itsm.exports import handing, jobs
from itsm.exports.enums import Kind
from itsm.exports.forms import RequestForm
from itsm.exports.models import Export
from itsm.exports.sources import asked_of, sources
from itsm.pages import rest

MOST_QUERY = 2_000


class ExportSerializer(serializers.ModelSerializer):
    """An export. asked: what the list was narrowed by; words: the same as the file says it."""

    words = serializers.JSONField(read_only=True)

    class Meta:
        model = Export
        fields = (
            *("id", "source", "title", "kind", "asked", "columns", "state", "requested_at", "total", "done"),
            *("ended_at", "sentence", "as_of", "words", "sums", "size", "sha256", "expires_at", "downloads"),
        )
        read_only_fields = fields


class RequestSerializer(serializers.Serializer):
    """What an export is asked for with."""

    source = serializers.CharField(help_text="What it is made from, such as tickets.")
    kind = serializers.ChoiceField(choices=Kind.choices)
    query = serializers.CharField(required=False, help_text="As the list's own address has it: tab=all&system=3")
    columns = serializers.ListField(child=serializers.CharField(), required=False, help_text="None: the usual ones.")


def _check(request: Request) -> None:
    if not request.user.may("exports.use"):
        raise NotAllowed(_("Your role does not allow this."))


def _found(request: Request, export: int) -> Export:
    _check(request)
    return get_object_or_404(Export.objects.visible_to(request.user), pk=export)


class Exports(rest.Sorted, generics.ListAPIView):
    """The own exports."""

    serializer_class = ExportSerializer
    pagination_class = rest.Keyset
    sorts = {"requested": ["-id"]}

    def get_queryset(self) -> Any:
        """Nobody sees another person's."""
        if getattr(self, "swagger_fake_view", False):
            return Export.objects.none()
        return Export.objects.visible_to(self.request.user)

    def get(self, request: Request) -> Response:
        """One page of rows."""
        _check(request)
        return super().get(request)

    @extend_schema(
        request=RequestSerializer,
        responses={201: ExportSerializer},
        parameters=[OpenApiParameter("Idempotency-Key", UUID, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request) -> Response:
        """导出: ask for a file of what a list shows."""
        _check(request)
        sent = rest.sent(request)
        source = sources().get(sent.get("source", ""))
        if source is None:
            raise rest.Invalid({"source": [_("Choose one of: %(words)s.") % {"words": "、".join(sources())}]})
        cleaned = rest.checked(RequestForm(_asked(request, sent, source), source=source))
        asked = asked_of(_query(sent.get("query", "")), source)
        export = jobs.request(source, by=request.user, at=timezone.now(), asked=asked, **cleaned)
        return Response(ExportSerializer(export).data, status=status.HTTP_201_CREATED)


def _asked(request: Request, sent: QueryDict, source: Any) -> QueryDict:
    """What the form takes: without a word on columns the usual ones, and the key of the header."""
    form = sent.copy()
    if not form.getlist("columns"):
        form.setlist("columns", [choice.key for choice in source.choices() if choice.chosen])
    form["key"] = request.headers.get("Idempotency-Key", "")
    return form


def _query(text: str) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, words in parse_qs(text[:MOST_QUERY]).items():
        query.setlist(name, words)
    return query


class OneExport(views.APIView):
    """An export."""

    @extend_schema(responses=ExportSerializer)
    def get(self, request: Request, export: int) -> Response:
        """How far it is."""
        return Response(ExportSerializer(_found(request, export)).data)


class CancelExport(views.APIView):
    """The end of an export before its time."""

    @extend_schema(request=None, responses=ExportSerializer)
    @transaction.atomic
    def post(self, request: Request, export: int) -> Response:
        """取消: give it up."""
        cancelled = jobs.cancel(_found(request, export), by=request.user, at=timezone.now())
        return Response(ExportSerializer(cancelled).data)


class ExportFile(views.APIView):
    """The file of an export."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, export: int) -> HttpResponseBase:
        """Its bytes; every time is audited."""
        return handing.answer(jobs.take(_found(request, export), by=request.user, at=timezone.now()))
