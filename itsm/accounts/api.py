"""People for programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.accounts.models import User
from itsm.errors import NotAllowed
from itsm.pages import rest


class PersonSerializer(serializers.ModelSerializer):
    """A person as the register shows them."""

    department = serializers.CharField(source="department.code", default=None, read_only=True, allow_null=True)
    vendor = serializers.CharField(source="vendor.code", default=None, read_only=True, allow_null=True)
    roles = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = User
        fields = ("id", "work_number", "name", "job_title", "phone", "department", "vendor", "roles", "is_active")
        read_only_fields = fields


class People(rest.Sorted, generics.ListAPIView):
    """Everybody for who keeps the accounts, else oneself."""

    serializer_class = PersonSerializer
    pagination_class = rest.Keyset
    sorts = {"work_number": ["work_number"]}

    def get_queryset(self) -> Any:
        """The register, as far as this person may see it."""
        if getattr(self, "swagger_fake_view", False):
            return User.objects.none()
        return User.objects.visible_to(self.request.user).with_row()

    def get(self, request: Request) -> Response:
        """One page of rows."""
        return super().get(request)


class HandlerSerializer(serializers.ModelSerializer):
    """A person to whom tickets can be assigned."""

    class Meta:
        model = User
        fields = ("id", "work_number", "name", "job_title")
        read_only_fields = fields


class Handlers(generics.ListAPIView):
    """Who handles tickets: the choices of assigning and transferring."""

    serializer_class = HandlerSerializer
    pagination_class = None
    queryset = User.objects.handling().order_by("work_number")

    @extend_schema(operation_id="handlers")
    def get(self, request: Request) -> Response:
        """All of them, for those who assign or transfer."""
        if not (request.user.may("tickets.assign") or request.user.may("tickets.transfer")):
            raise NotAllowed(str(rest.NOT_YOURS))
        return super().get(request)
