"""The contract and what it settles: its years, phases, parameters and scope."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Vendor
from itsm.catalog import terms, values
from itsm.catalog.enums import ContractState, Evaluation, PhaseKind, Progress, Renewal, ValueKind
from itsm.catalog.models.systems import Interface, Module, System
from itsm.catalog.querying.contracts import ContractQuerySet
from itsm.catalog.terms import Span
from itsm.choices import member
from itsm.versions import versions


def _person(**options: object) -> models.ForeignKey:
    """Who did something; nobody deletes people."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", **options
    )


def yuan(amount: Decimal | None) -> str:
    """An amount as people write it, "" if it is not known."""
    return "" if amount is None else f"¥ {amount:,.2f}"


class Contract(models.Model):
    """The service contract. Its columns are what is agreed now; every earlier agreement is an amendment row."""

    number = models.CharField(_("contract number"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=120)
    hospital = models.CharField(_("hospital side"), max_length=80)
    contractor = models.ForeignKey(Vendor, models.PROTECT, related_name="contracts", verbose_name=_("contractor"))
    signed_on = models.DateField(_("signed on"))
    months = models.PositiveSmallIntegerField(_("term in months"), default=24, validators=[MinValueValidator(3)])
    initial_months = models.PositiveSmallIntegerField(
        _("months of initialisation"), default=2, validators=[MinValueValidator(1)]
    )
    trial_months = models.PositiveSmallIntegerField(
        _("months of trial operation"), default=3, validators=[MinValueValidator(1)]
    )
    amount = models.DecimalField(
        _("amount in yuan"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    scope_text = models.TextField(_("scope of services"), max_length=5000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ContractState, default=ContractState.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ContractQuerySet.as_manager()

    history = versions()

    class Meta:
        ordering = ("-signed_on", "-id")
        verbose_name = _("contract")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(months__gt=F("initial_months") + F("trial_months")),
                name="contract_three_phases",
                violation_error_message=_("The term must be longer than initialisation and trial operation together."),
            ),
            models.CheckConstraint(
                condition=Q(initial_months__gte=1, trial_months__gte=1), name="contract_phase_months"
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="contract_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """The contract's page."""
        return reverse("catalog:contract", args=[self.pk])

    @property
    def state_badge(self) -> ContractState:
        """The state with its colour and icon."""
        return member(ContractState, self.state)

    @property
    def amount_words(self) -> str:
        """The amount as people write it."""
        return yuan(self.amount)

    @property
    def span(self) -> Span:
        """The whole term."""
        return Span(self.signed_on, terms.end_on(self.signed_on, self.months))

    @property
    def end_on(self) -> date:
        """The last day."""
        return self.span.end


class Amendment(models.Model):
    """What was agreed at one moment; number 1 is the contract as signed. Rows are only ever added.

    A database trigger refuses to change or delete one.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("version"))
    agreed_on = models.DateField(_("agreed on"))
    reason = models.TextField(_("what was agreed and why"), max_length=2000, blank=True)
    title = models.CharField(max_length=120)
    months = models.PositiveSmallIntegerField()
    initial_months = models.PositiveSmallIntegerField()
    trial_months = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    scope_text = models.TextField(blank=True)
    recorded_by = _person()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("contract", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "number"], name="amendment_number"),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} v{self.number}"

    @property
    def amount_words(self) -> str:
        """The amount as people write it."""
        return yuan(self.amount)


class ContractYear(models.Model):
    """A year of the contract, signed for again after its evaluation (每年一签)."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="years")
    index = models.PositiveSmallIntegerField(_("year"))
    start_on = models.DateField(_("first day"))
    end_on = models.DateField(_("last day"))
    evaluation = models.CharField(_("evaluation"), max_length=12, choices=Evaluation, blank=True)
    score = models.DecimalField(
        _("score"), max_digits=5, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal(0))]
    )
    evaluation_note = models.TextField(_("grounds"), max_length=2000, blank=True)
    evaluated_by = _person()
    evaluated_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Renewal, blank=True)
    decision_note = models.TextField(_("remark"), max_length=2000, blank=True)
    decided_by = _person()
    decided_at = models.DateTimeField(null=True, blank=True)

    history = versions()

    class Meta:
        ordering = ("contract", "index")
        verbose_name = _("contract year")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "index"], name="contract_year_index"),
            models.CheckConstraint(condition=Q(start_on__lte=F("end_on")), name="contract_year_span"),
            models.CheckConstraint(
                condition=Q(decision="") | ~Q(evaluation=""), name="contract_year_evaluated_before_decision"
            ),
            models.CheckConstraint(
                condition=Q(evaluation="", evaluated_at=None) | (~Q(evaluation="") & Q(evaluated_at__isnull=False)),
                name="contract_year_evaluation_whole",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="contract_year_decision_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract.number} · {self.index}"

    @property
    def span(self) -> Span:
        """First and last day."""
        return Span(self.start_on, self.end_on)

    @property
    def evaluation_badge(self) -> Evaluation | None:
        """The result with its colour and icon."""
        return member(Evaluation, self.evaluation) if self.evaluation else None

    @property
    def decision_badge(self) -> Renewal | None:
        """The decision with its colour and icon."""
        return member(Renewal, self.decision) if self.decision else None


class Phase(models.Model):
    """A phase of the project with its checklist."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="phases")
    kind = models.CharField(_("phase"), max_length=10, choices=PhaseKind)
    start_on = models.DateField(_("first day"))
    end_on = models.DateField(_("last day"))
    finished_by = _person()
    finished_at = models.DateTimeField(null=True, blank=True)

    history = versions()

    class Meta:
        ordering = ("contract", "start_on")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "kind"], name="phase_kind"),
            models.CheckConstraint(condition=Q(start_on__lte=F("end_on")), name="phase_span"),
        ]

    def __str__(self) -> str:
        return str(self.kind_badge.label)

    @property
    def kind_badge(self) -> PhaseKind:
        """The kind with its colour and icon."""
        return member(PhaseKind, self.kind)

    @property
    def span(self) -> Span:
        """First and last day."""
        return Span(self.start_on, self.end_on)

    def progress(self, on: date) -> Progress:
        """Where it stands on that day."""
        if self.finished_at:
            return Progress.FINISHED
        if on < self.start_on:
            return Progress.UPCOMING
        return Progress.RUNNING if on <= self.end_on else Progress.OVERDUE


class ChecklistItem(models.Model):
    """Something that must be true before a phase ends: done, or waived by the hospital with a reason."""

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="items")
    text = models.CharField(_("item"), max_length=200)
    is_mandatory = models.BooleanField(_("mandatory"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(_("evidence or remark"), max_length=300, blank=True)
    waiver = models.CharField(_("reason for waiving"), max_length=300, blank=True)
    done_by = _person()
    done_at = models.DateTimeField(null=True, blank=True)

    history = versions()

    class Meta:
        ordering = ("phase", "position", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phase", "text"], name="checklist_item_text"),
            models.CheckConstraint(condition=Q(waiver="") | Q(done_at__isnull=False), name="checklist_waiver_settles"),
        ]

    def __str__(self) -> str:
        return self.text


class Parameter(models.Model):
    """A figure that the tender leaves open or fixes: typed, with its clause. Empty: 未填."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="parameters")
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    clause = models.CharField(_("clause"), max_length=120, blank=True)
    kind = models.CharField(_("kind of value"), max_length=10, choices=ValueKind)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    suggestion = models.CharField(_("usual value"), max_length=200, blank=True)
    is_needed = models.BooleanField(_("needed"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    filled_by = _person()
    filled_at = models.DateTimeField(null=True, blank=True)

    history = versions()

    class Meta:
        ordering = ("contract", "position", "code")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "code"], name="parameter_code"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_missing(self) -> bool:
        """Whether it still has to be filled in."""
        return self.is_needed and not self.value

    @property
    def typed(self) -> values.Value | None:
        """The value as what its kind promises, None while it is empty."""
        return values.parse(self.kind, self.value) if self.value else None


class ScopeRow(models.Model):
    """From which day to which a system, module or interface is or is not covered by the contract.

    A change ends the running row and adds another; what was agreed for the past stays.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="scope_rows")
    system = models.ForeignKey(System, models.PROTECT, related_name="scope_rows", verbose_name=_("system"))
    module = models.ForeignKey(
        Module, models.PROTECT, null=True, blank=True, related_name="scope_rows", verbose_name=_("module")
    )
    interface = models.ForeignKey(
        Interface, models.PROTECT, null=True, blank=True, related_name="scope_rows", verbose_name=_("interface")
    )
    is_included = models.BooleanField(_("in scope"), default=True)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    recorded_by = _person()
    recorded_at = models.DateTimeField()

    history = versions()

    class Meta:
        ordering = ("contract", "system", "module", "interface", "from_on")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(module=None) | Q(interface=None), name="scope_row_one_part"),
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="scope_row_span"),
            models.UniqueConstraint(
                fields=["contract", "system", "module", "interface"],
                condition=Q(to_on=None),
                nulls_distinct=False,
                name="scope_row_one_running",
            ),
        ]

    def __str__(self) -> str:
        return str(self.interface or self.module or self.system)
