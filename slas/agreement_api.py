"""The agreement for programs: every version that the reader may see, whole. Read only."""

from django.db.models import Prefetch
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.accounts.access import permission_required
from itsm.pages import rest
from slas.models import PauseRule, Policy, Rung, Target


class TargetSerializer(serializers.ModelSerializer):
    """A promise: seconds of the calendar's time; without a calendar round the clock."""

    system = serializers.CharField(source="system.code", default=None, read_only=True, allow_null=True)
    department = serializers.CharField(source="department.code", default=None, read_only=True, allow_null=True)
    vendor = serializers.CharField(source="vendor.code", default=None, read_only=True, allow_null=True)
    calendar = serializers.CharField(source="calendar.code", default=None, read_only=True, allow_null=True)

    class Meta:
        model = Target
        fields = ("kind", "priority", "subject", "system", "department", "vendor", "seconds", "calendar")
        read_only_fields = fields


class PauseRuleSerializer(serializers.ModelSerializer):
    """Whether and how long a reason may stop the clock."""

    class Meta:
        model = PauseRule
        fields = ("reason", "priority", "stops_clock", "most_seconds", "needs_consent")
        read_only_fields = fields


class RungSerializer(serializers.ModelSerializer):
    """A level of a ladder. value: percent of the target, or minutes."""

    class Meta:
        model = Rung
        fields = ("kind", "priority", "basis", "value", "recipients", "channels", "stops_on_ack", "pierces")
        read_only_fields = fields


class PolicySerializer(serializers.ModelSerializer):
    """A version with all that it says."""

    targets = TargetSerializer(many=True, read_only=True)
    pauses = PauseRuleSerializer(source="pause_rules", many=True, read_only=True)
    ladders = RungSerializer(source="rungs", many=True, read_only=True)

    class Meta:
        model = Policy
        fields = ("id", "number", "state", "note", "effective_at", "published_at", "targets", "pauses", "ladders")
        read_only_fields = fields


class Agreements(rest.Sorted, generics.ListAPIView):
    """Versions of the agreement; a vendor's contact reads the own company's part only, a draft those who work on it."""

    serializer_class = PolicySerializer
    queryset = Policy.objects.none()
    pagination_class = rest.Keyset
    sorts = {"id": ["id"]}

    def get_queryset(self) -> object:
        """What the reader may see, in as many queries for one version as for ten."""
        user = self.request.user
        promises = Prefetch("targets", Target.objects.visible_to(user).with_names())
        return Policy.objects.visible_to(user).prefetch_related(promises, "pause_rules", "rungs")

    def get(self, request: Request) -> Response:
        """One page of versions."""
        return permission_required("slas.read")(super().get)(request)
