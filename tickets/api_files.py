"""Files of tickets for programs: listed, sent and fetched by the rights of the pages."""

from uuid import UUID

from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, views
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.pages import rest
from tickets import attaching, files, permissions
from tickets import views as pages
from tickets.models import Attachment
from tickets.verb_forms import AttachForm


class FileSerializer(serializers.ModelSerializer):
    """A file on a ticket; its bytes have an address of their own."""

    id = serializers.UUIDField(source="file.uuid", read_only=True)
    name = serializers.CharField(source="file.name", read_only=True)
    size = serializers.IntegerField(source="file.size", read_only=True)
    sha256 = serializers.CharField(source="file.sha256", read_only=True)
    patient_data = serializers.BooleanField(source="file.patient_data", read_only=True)

    class Meta:
        model = Attachment
        fields = ("id", "name", "size", "sha256", "patient_data", "audience", "added_by_name", "added_at")
        read_only_fields = fields


class SentSerializer(serializers.Serializer):
    """What became of the files that were sent."""

    added = FileSerializer(many=True)
    refused = serializers.ListField(child=serializers.CharField(), help_text="A sentence for each refused file.")


class Files(views.APIView):
    """The files of a ticket."""

    parser_classes = [MultiPartParser]

    @extend_schema(responses=FileSerializer(many=True))
    def get(self, request: Request, number: str) -> Response:
        """Those that this person may know of."""
        ticket = pages.load(request, number)
        return Response(
            FileSerializer(ticket.attachments.visible_to(request.user).select_related("file"), many=True).data
        )

    @extend_schema(request=rest.FormSerializer(AttachForm), responses={201: SentSerializer})
    def post(self, request: Request, number: str) -> Response:
        """Add files; a refused one does not keep the others out."""
        ticket = pages.load(request, number)
        permissions.check_can(request.user, "attach", ticket)
        cleaned = rest.checked(AttachForm(rest.sent(request), request.FILES))
        added = attaching.attach(ticket, by=request.user, at=timezone.now(), **cleaned)
        answer = {"added": FileSerializer(added, many=True).data, "refused": cleaned["uploads"].refused}
        return Response(answer, status=status.HTTP_201_CREATED)


class OneFile(views.APIView):
    """A file of a ticket."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, number: str, uuid: UUID) -> HttpResponseBase:
        """Its bytes, to be kept and not shown; reading is audited."""
        return files.download(files.found(request, number, uuid), request.user)
