"""What the API says of assessments, schemes and rankings. Texts of people are masked."""

from collections.abc import Iterator
from typing import Any

from rest_framework import serializers

from itsm.accounts.models import User
from itsm.privacy import masked
from itsm.reports.assessment import sealing
from itsm.reports.assessment.enums import Decision, DeductionState, Source, State
from itsm.reports.assessment.models import Assessment, Band, DeductionRule, Item, Scheme
from itsm.reports.assessment.ranking import Ranked
from tickets.models import Ticket


class AssessedMonthSerializer(serializers.ModelSerializer):
    """A month as a list shows it. vendor: its code; null is the whole contract. Points and yuan as text."""

    month = serializers.SerializerMethodField()
    vendor = serializers.CharField(source="vendor.code", default=None, read_only=True, allow_null=True)
    scheme = serializers.IntegerField(source="scheme.number", read_only=True)
    band = serializers.CharField(source="band.name", default=None, read_only=True, allow_null=True)

    class Meta:
        model = Assessment
        fields = (
            *("id", "month", "vendor", "scheme", "state", "version", "base", "deducted", "amount", "score", "band"),
            *("drawn_at", "submitted_at", "confirmed_at", "sha256"),
        )
        read_only_fields = fields

    def get_month(self, assessment: Assessment) -> str:
        """2026-10."""
        return assessment.period.slug


class ItemRowSerializer(serializers.Serializer):
    """An item with both halves of its figure. points: as measured; counted: with what appeals gave back."""

    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    less_is_better = serializers.BooleanField()
    weight = serializers.CharField()
    goal = serializers.CharField()
    loss = serializers.CharField()
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    points = serializers.CharField(allow_null=True)
    granted = serializers.CharField()
    counted = serializers.CharField(allow_null=True)


class CostSerializer(serializers.Serializer):
    """A rule and what its cases cost, up to its cap."""

    code = serializers.CharField()
    name = serializers.CharField()
    source = serializers.ChoiceField(choices=Source.choices)
    points = serializers.CharField()
    cap = serializers.CharField()
    cases = serializers.IntegerField()
    charged = serializers.CharField()
    counted = serializers.CharField()
    amount = serializers.CharField()


class DeductionSerializer(serializers.Serializer):
    """A case. ticket: where the reader may open it."""

    id = serializers.IntegerField()
    rule = serializers.CharField()
    points = serializers.CharField()
    granted = serializers.CharField()
    state = serializers.ChoiceField(choices=DeductionState.choices)
    reason = serializers.CharField()
    ticket = serializers.CharField(allow_null=True)
    clock = serializers.IntegerField(allow_null=True)
    outage = serializers.CharField(allow_null=True)
    charged_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawal_reason = serializers.CharField()


class AppealSerializer(serializers.Serializer):
    """An appeal; the scores before and after its decision."""

    id = serializers.IntegerField()
    against = serializers.CharField()
    grounds = serializers.CharField()
    appealed_by = serializers.CharField()
    appealed_at = serializers.DateTimeField()
    decision = serializers.ChoiceField(choices=Decision.choices)
    granted = serializers.CharField()
    reason = serializers.CharField()
    decided_by = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
    score_before = serializers.CharField(allow_null=True)
    score_after = serializers.CharField(allow_null=True)


class AssessmentSerializer(serializers.Serializer):
    """A month, whole. measured: the weights behind the score. sha256: of what was sealed, empty before that."""

    id = serializers.IntegerField()
    month = serializers.CharField()
    vendor = serializers.CharField(allow_null=True)
    scheme = serializers.IntegerField()
    state = serializers.ChoiceField(choices=State.choices)
    version = serializers.IntegerField()
    measured = serializers.CharField()
    base = serializers.CharField(allow_null=True)
    deducted = serializers.CharField()
    amount = serializers.CharField()
    score = serializers.CharField(allow_null=True)
    band = serializers.CharField(allow_null=True)
    sha256 = serializers.CharField()
    items = ItemRowSerializer(many=True)
    rules = CostSerializer(many=True)
    deductions = DeductionSerializer(many=True)
    appeals = AppealSerializer(many=True)


def said(assessment: Assessment, user: User) -> dict[str, Any]:
    """What would be sealed of it, as this reader may be told."""
    found = sealing.content(assessment)
    keys = assessment.deductions.values_list("pk", flat=True)
    appeals = assessment.appeals.values_list("pk", flat=True)
    return {
        **{name: found[name] for name in ("month", "measured", "base", "deducted", "amount", "score", "band")},
        "id": assessment.pk,
        "vendor": found["vendor"]["code"] if found["vendor"] else None,
        "scheme": assessment.scheme.number,
        "state": assessment.state,
        "version": assessment.version,
        "sha256": assessment.sha256,
        "items": found["items"],
        "rules": found["rules"],
        "deductions": list(_named(found["deductions"], list(keys), user)),
        "appeals": [{"id": pk, **masked(row)} for pk, row in zip(appeals, found["appeals"], strict=True)],
    }


def _named(rows: list[dict[str, Any]], keys: list[int], user: User) -> Iterator[dict[str, Any]]:
    """The deductions; a ticket that the reader may not open is not named."""
    numbers = [row["ticket"] for row in rows if row["ticket"]]
    seen = set(Ticket.objects.visible_to(user).filter(number__in=numbers).values_list("number", flat=True))
    for pk, row in zip(keys, rows, strict=True):
        texts = {name: masked(row[name]) for name in ("reason", "withdrawal_reason")}
        yield {**row, **texts, "id": pk, "ticket": row["ticket"] if row["ticket"] in seen else None}


class ItemSerializer(serializers.ModelSerializer):
    """An item of a scheme. is_measured: whether the product reckons the figure."""

    name = serializers.CharField(source="figure.name", read_only=True)
    is_measured = serializers.BooleanField(source="figure.is_measured", read_only=True)
    less_is_better = serializers.BooleanField(source="figure.less_is_better", read_only=True)

    class Meta:
        model = Item
        fields = ("code", "name", "is_measured", "less_is_better", "weight", "goal", "loss")
        read_only_fields = fields


class BandSerializer(serializers.ModelSerializer):
    """What a score is called from `floor` on."""

    class Meta:
        model = Band
        fields = ("name", "floor", "colour")
        read_only_fields = fields


class RuleSerializer(serializers.ModelSerializer):
    """What a case costs. id: for charging a case by hand. amount: yuan."""

    class Meta:
        model = DeductionRule
        fields = ("id", "code", "name", "points", "cap", "source", "amount")
        read_only_fields = fields


class SchemeSerializer(serializers.ModelSerializer):
    """A version with all that it says."""

    items = ItemSerializer(many=True, read_only=True)
    bands = BandSerializer(many=True, read_only=True)
    rules = RuleSerializer(many=True, read_only=True)

    class Meta:
        model = Scheme
        fields = ("number", "name", "state", "note", "since_on", "published_at", "items", "bands", "rules")
        read_only_fields = fields


class RankedSerializer(serializers.Serializer):
    """A vendor or a system. place and score: null where too little is measured."""

    place = serializers.IntegerField(allow_null=True)
    id = serializers.IntegerField()
    name = serializers.CharField()
    score = serializers.CharField(allow_null=True)
    measured = serializers.CharField()
    points = serializers.DictField(child=serializers.CharField(allow_null=True))
    tickets = serializers.IntegerField()
    open_tickets = serializers.IntegerField()


def ranked(row: Ranked) -> dict[str, Any]:
    """A row of a ranking."""
    return {
        "place": row.place,
        "id": row.key,
        "name": masked(row.name),
        "score": None if row.score is None else f"{row.score:f}",
        "measured": f"{row.measured:f}",
        "points": {code: None if points is None else f"{points:f}" for code, points in row.points.items()},
        "tickets": row.tickets,
        "open_tickets": row.open_tickets,
    }
