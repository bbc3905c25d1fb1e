"""Who is signed in, for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, views
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.accounts.models import User


class MeSerializer(serializers.ModelSerializer):
    """The person and what the roles allow."""

    department = serializers.CharField(source="department.code", default=None, read_only=True, allow_null=True)
    vendor = serializers.CharField(source="vendor.code", default=None, read_only=True, allow_null=True)
    email = serializers.CharField(read_only=True)
    permissions = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ("work_number", "name", "job_title", "phone", "email", "department", "vendor", "roles", "permissions")
        read_only_fields = fields

    def get_permissions(self, person: User) -> list[str]:
        """What the roles may do, as app.verb."""
        return sorted(person.permissions)


class Me(views.APIView):
    """The person behind the token or session."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Name, department, roles and permissions."""
        return Response(MeSerializer(request.user).data)
