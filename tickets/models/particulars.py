"""What only one kind of ticket has to say: one row beside the ticket. Verbs write them; see particulars.py."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Vendor
from itsm.choices import member
from itsm.privacy.fields import PatientMark
from itsm.versions import versions
from tickets.enums import RiskLevel, Severity, Side
from tickets.models.ticket import Ticket
from tickets.texts import FREE_TEXT


class Particulars(models.Model):
    """Base of the rows beside a ticket."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, primary_key=True)

    history = versions(inherit=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.ticket_id}"


class Evaluated(Particulars):
    """Base of what is evaluated before it is built."""

    evaluation = models.TextField(_("evaluation"), max_length=2000, blank=True)
    evaluated_at = models.DateTimeField(_("evaluated"), null=True)

    class Meta:
        abstract = True


class Requirement(Evaluated):
    """需求: what is wished for and what it is good for."""

    benefit = models.TextField(_("expected benefit"), max_length=2000, blank=True)
    has_patient_data = PatientMark(texts=FREE_TEXT["requirement"])

    class Meta:
        verbose_name = _("Requirement")


class PolicyInterfaceQuerySet(models.QuerySet):
    """Policy interfaces by year."""

    def delivered_in(self, first: date, last: date) -> Self:
        """Delivered from the first to the last day, for the yearly acceptance; cancelled ones do not count."""
        return self.filter(
            ticket__state__in=("resolved", "closed"),
            ticket__resolved_at__date__gte=first,
            ticket__resolved_at__date__lte=last,
        )


class PolicyInterface(Evaluated):
    """政策性接口: demanded by a document, built free of charge."""

    document_number = models.CharField(_("policy document number"), max_length=80)
    issued_by = models.CharField(_("issued by"), max_length=80)
    effective_on = models.DateField(_("in force from"), null=True, blank=True)
    fee = models.DecimalField(_("fee in yuan"), max_digits=10, decimal_places=2, default=0)
    has_patient_data = PatientMark(texts=FREE_TEXT["policyinterface"])

    objects = PolicyInterfaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("Policy interface")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(fee=0), name="policy_interface_is_free"),
            models.CheckConstraint(condition=~Q(document_number=""), name="policy_interface_has_document"),
        ]


class Bug(Particulars):
    """BUG: where it was found, how to see it, and which version is free of it."""

    found_in = models.CharField(_("found in version"), max_length=40)
    steps = models.TextField(_("steps to see it"), max_length=2000)
    fixed_in = models.CharField(_("fixed in version"), max_length=40, blank=True)
    has_patient_data = PatientMark(texts=FREE_TEXT["bug"])

    class Meta:
        verbose_name = _("Bug")


class DataCorrection(Particulars):
    """数据修正: which records are changed and why, and the plan that two people sign."""

    scope = models.TextField(_("records concerned"), max_length=2000)
    reason = models.TextField(_("reason for the correction"), max_length=2000)
    plan = models.TextField(_("statement or plan"), max_length=5000, blank=True)
    rollback = models.TextField(_("rollback plan"), max_length=2000, blank=True)
    has_patient_data = PatientMark(texts=FREE_TEXT["datacorrection"])

    class Meta:
        verbose_name = _("Data correction")

    @property
    def standing(self) -> "models.QuerySet[Signature]":
        """The signatures that hold, oldest first."""
        return self.signatures.filter(voided_at=None).order_by("signed_at", "id")


class Signature(models.Model):
    """One person's word, with the password given again, on one version of a correction's plan."""

    correction = models.ForeignKey(DataCorrection, models.PROTECT, related_name="signatures", db_index=False)
    side = models.CharField(max_length=10, choices=Side)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["correction", "side"], condition=Q(voided_at=None), name="signature_one_per_side"
            ),
            models.UniqueConstraint(
                fields=["correction", "signer"], condition=Q(voided_at=None), name="signature_two_people"
            ),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="signature_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.signer}"


class Complaint(Particulars):
    """投诉: about whom, how grave, and what the inquiry found. Whom it is about does not see it."""

    about_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person complained about"),
    )
    about_vendor = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("vendor complained about")
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.GENERAL)
    verified = models.BooleanField(_("found to be true"), null=True)
    conclusion = models.TextField(_("conclusion"), max_length=5000, blank=True)
    has_patient_data = PatientMark(texts=FREE_TEXT["complaint"])

    class Meta:
        verbose_name = _("Complaint")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verified=None, conclusion="") | Q(verified__isnull=False) & ~Q(conclusion=""),
                name="complaint_concluded_pair",
            ),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="complaint_severity_known"),
        ]

    @property
    def severity_badge(self) -> Severity:
        """The severity with its colour and icon."""
        return member(Severity, self.severity)


class Finding(Particulars):
    """隐患: what an inspection found before it became a fault."""

    level = models.CharField(_("risk level"), max_length=10, choices=RiskLevel, default=RiskLevel.LOW)
    round_reference = models.CharField(_("inspection round"), max_length=60, blank=True)
    has_patient_data = PatientMark(texts=FREE_TEXT["finding"])

    class Meta:
        verbose_name = _("Hidden risk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(level__in=RiskLevel.values), name="finding_level_known"),
        ]

    @property
    def level_badge(self) -> RiskLevel:
        """The level with its colour and icon."""
        return member(RiskLevel, self.level)


class Alert(Particulars):
    """监控告警: what a monitor saw; the same fingerprint counts up instead of opening another ticket."""

    source = models.CharField(_("monitor"), max_length=60)
    fingerprint = models.CharField(_("fingerprint"), max_length=120, blank=True, db_index=True)
    raised_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))
    recovered_at = models.DateTimeField(_("recovered"), null=True, blank=True)
    count = models.PositiveIntegerField(_("times seen"), default=1, validators=[MinValueValidator(1)])
    has_patient_data = PatientMark(texts=FREE_TEXT["alert"])

    class Meta:
        verbose_name = _("Monitoring alert")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_seen_at__gte=F("raised_at"))
                & (Q(recovered_at=None) | Q(recovered_at__gte=F("raised_at"))),
                name="alert_forward",
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="alert_seen"),
        ]
