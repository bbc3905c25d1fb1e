"""A month's assessment, its deductions and the appeals against it."""

import json
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Vendor
from itsm.choices import member
from itsm.reports import periods
from itsm.reports.assessment import codes
from itsm.reports.assessment.enums import Decision, DeductionState, State
from itsm.reports.assessment.models.scheme import Band, DeductionRule, Scheme, person
from itsm.reports.assessment.querysets import AssessmentQuerySet
from itsm.reports.assessment.scoring import FULL
from itsm.reports.periods import Period
from itsm.reports.scopes import Scope
from itsm.versions import versions
from slas.models import Clock, Outage
from tickets.models import Ticket


def _points(label: Any = None, **options: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=6, decimal_places=2, **options)


class Assessment(models.Model):
    """What a month of a vendor, or of the whole contract, is worth by a scheme.

    vendor: none is the general contractor with everybody who works for it. measured: what the figures were when it
    was drawn, item by item, see settling.measured. base: the score before the deductions; score: after them, empty
    where nothing is measured. content, sha256: canonical JSON of all of it, sealed when it was confirmed.
    """

    vendor = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="assessments", verbose_name=_("vendor")
    )
    month_on = models.DateField(_("month"))
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="assessments", verbose_name=_("assessment scheme"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)
    measured = models.JSONField(default=list)
    base = _points(_("score before deductions"), null=True)
    deducted = _points(_("points deducted"), default=0)
    amount = models.DecimalField(_("yuan deducted"), max_digits=11, decimal_places=2, default=0)
    score = _points(_("score"), null=True)
    band = models.ForeignKey(Band, models.PROTECT, null=True, related_name="+", verbose_name=_("band"))
    drawn_by, drawn_at = person(), models.DateTimeField(_("drawn"))
    submitted_by, submitted_at = person(), models.DateTimeField(_("submitted"), null=True)
    confirmed_by, confirmed_at = person(), models.DateTimeField(_("confirmed"), null=True)
    content = models.TextField(blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")

    objects = AssessmentQuerySet.as_manager()

    history = versions("content")

    class Meta:
        ordering = ("-month_on", "vendor__code", "-pk")
        verbose_name = _("assessment")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "month_on"], name="assessment_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(month_on__day=1), name="assessment_first_of_month"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="assessment_state_known"),
            models.CheckConstraint(
                condition=Q(score=None, base=None)
                | Q(score__gte=0, score__lte=FULL, base__gte=0, base__lte=FULL, band__isnull=False),
                name="assessment_score",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at=None) | (~Q(state="draft") & Q(submitted_at__isnull=False)),
                name="assessment_submitted_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", confirmed_at__isnull=False, sha256__regex=r"^[0-9a-f]{64}$")
                | (~Q(state="confirmed") & Q(confirmed_at=None, sha256="", content="")),
                name="assessment_confirmed_is_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period.slug} {self.whose}"

    def get_absolute_url(self) -> str:
        """The assessment's page."""
        return f"/reports/assessments/{self.pk}/"

    @property
    def period(self) -> Period:
        """The month."""
        return periods.around(self.month_on)

    @property
    def scope(self) -> Scope:
        """Whose figures count."""
        return Scope(vendor=self.vendor_id)

    @property
    def whose(self) -> str:
        """The vendor's name, or what the whole contract is called."""
        return str(self.vendor) if self.vendor else gettext("Whole contract")

    @property
    def state_badge(self) -> State:
        """The state with its colour and icon."""
        return member(State, self.state)

    @property
    def is_draft(self) -> bool:
        """Whether it has not been handed over yet."""
        return self.state == State.DRAFT

    @property
    def is_submitted(self) -> bool:
        """Whether it may be appealed against."""
        return self.state == State.SUBMITTED

    @property
    def is_confirmed(self) -> bool:
        """Whether it is sealed."""
        return self.state == State.CONFIRMED

    @cached_property
    def sealed(self) -> dict[str, Any]:
        """The content, read; {} before it is confirmed."""
        found: dict[str, Any] = json.loads(self.content) if self.content else {}
        return found


class Deduction(models.Model):
    """One case. ticket, clock, outage: what it was drawn from, or points to; a clock comes with its ticket.

    points: as charged; a rule's cap and what appeals gave back are reckoned in settling.py.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="deductions")
    rule = models.ForeignKey(DeductionRule, models.PROTECT, related_name="+", verbose_name=_("deduction rule"))
    points = _points(_("points"))
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="+")
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, blank=True, related_name="+")
    outage = models.ForeignKey(Outage, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=DeductionState, default=DeductionState.STANDING)
    charged_by, charged_at = person(), models.DateTimeField()
    withdrawn_by, withdrawn_at = person(), models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True)

    history = versions()

    class Meta:
        ordering = ("rule__code", "pk")
        verbose_name = _("deduction")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "rule", "clock"], condition=Q(clock__isnull=False), name="deduction_clock_once"
            ),
            models.UniqueConstraint(
                fields=["assessment", "rule", "outage"], condition=Q(outage__isnull=False), name="deduction_outage_once"
            ),
            models.UniqueConstraint(
                fields=["assessment", "rule", "ticket"],
                condition=Q(ticket__isnull=False, clock=None, outage=None),
                name="deduction_ticket_once",
            ),
            models.CheckConstraint(condition=Q(points__gt=0), name="deduction_points"),
            models.CheckConstraint(condition=~Q(reason=""), name="deduction_says_why"),
            models.CheckConstraint(
                condition=Q(state="standing", withdrawn_at=None)
                | (Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
                name="deduction_withdrawn_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.points}"

    @property
    def is_standing(self) -> bool:
        """Whether it counts."""
        return self.state == DeductionState.STANDING

    @property
    def state_badge(self) -> DeductionState:
        """The state with its colour and icon."""
        return member(DeductionState, self.state)


class Appeal(models.Model):
    """A word against one deduction or one item's points, and what the hospital says to it.

    item_code: the item, "" where a deduction is meant. granted: points given back. score_before, score_after: what
    the decision made of the score.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="appeals")
    deduction = models.ForeignKey(Deduction, models.PROTECT, null=True, blank=True, related_name="appeals")
    item_code = models.CharField(_("figure"), max_length=8, blank=True)
    grounds = models.CharField(_("grounds"), max_length=1000)
    appealed_by, appealed_at = person(), models.DateTimeField(_("appealed"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, default=Decision.OPEN)
    granted = _points(_("points granted"), default=0)
    decision_reason = models.CharField(_("reason of the decision"), max_length=1000, blank=True)
    decided_by, decided_at = person(), models.DateTimeField(null=True, blank=True)
    score_before, score_after = _points(null=True, blank=True), _points(null=True, blank=True)

    history = versions()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("appeal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["deduction"],
                condition=Q(decision="open", deduction__isnull=False),
                name="appeal_one_open_per_deduction",
            ),
            models.UniqueConstraint(
                fields=["assessment", "item_code"],
                condition=Q(decision="open") & ~Q(item_code=""),
                name="appeal_one_open_per_item",
            ),
            models.CheckConstraint(
                condition=Q(deduction__isnull=False, item_code="") | (Q(deduction=None) & ~Q(item_code="")),
                name="appeal_one_target",
            ),
            models.CheckConstraint(condition=~Q(grounds=""), name="appeal_says_why"),
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="appeal_decision_known"),
            models.CheckConstraint(
                condition=Q(decision="open", decided_at=None, granted=0)
                | (Q(decision="rejected", decided_at__isnull=False, granted=0) & ~Q(decision_reason=""))
                | (Q(decision="upheld", decided_at__isnull=False, granted__gt=0) & ~Q(decision_reason="")),
                name="appeal_decided_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.target

    @property
    def target(self) -> str:
        """What it is against."""
        if self.deduction_id:
            return str(self.deduction)
        return f"{self.item_code} {codes.WEIGHED[self.item_code].name}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for its decision."""
        return self.decision == Decision.OPEN

    @property
    def decision_badge(self) -> Decision:
        """The decision with its colour and icon."""
        return member(Decision, self.decision)
