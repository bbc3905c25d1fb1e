"""The service levels for programs."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, views
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.accounts.access import permission_required
from slas import calculator
from slas.forms import CalculatorForm

_ASKED = [
    OpenApiParameter("start", OpenApiTypes.STR, description="2026-09-30T15:00, local time"),
    OpenApiParameter("calendar", OpenApiTypes.STR, description="A calendar's code, or 24x7"),
    OpenApiParameter("minutes", OpenApiTypes.INT),
    OpenApiParameter("priority", OpenApiTypes.STR, description="Instead of minutes: what the agreement promises"),
    OpenApiParameter("kind", OpenApiTypes.STR),
    OpenApiParameter("system", OpenApiTypes.INT),
    OpenApiParameter("department", OpenApiTypes.INT),
]


class Deadline(views.APIView):
    """时限试算: the same answer as the page and `manage.py explain_due --json`."""

    @extend_schema(parameters=_ASKED, responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        """The deadline and each step to it; asked for nothing, the calendars. 422 where it cannot be counted."""
        return permission_required("slas.read")(self._answer)(request)

    def _answer(self, request: Request) -> Response:
        if not request.query_params:
            return Response({"calendars": dict(CalculatorForm().fields["calendar"].choices)})
        form = CalculatorForm(request.query_params)
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        return Response(calculator.as_data(form.answer()))
