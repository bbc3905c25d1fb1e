"""The service levels agreed on: one row per version of the agreement, and what each version says.

A published version is frozen by the database; see slas/sql.py.
"""

from datetime import UTC, datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Department, Vendor
from itsm.catalog.enums import Priority, VersionState
from itsm.catalog.models import Calendar, System
from itsm.choices import member
from itsm.notifications.enums import Channel
from itsm.versions import versions
from slas.enums import Basis, Kind, Recipient
from slas.lengths import spelt
from slas.querysets import PolicyQuerySet, TargetQuerySet

MOST_MINUTES = 525_600
MOST_SECONDS = MOST_MINUTES * 60
ALWAYS_SO = datetime(2000, 1, 1, tzinfo=UTC)


def _person(**options: object) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", **options
    )


class Policy(models.Model):
    """A version of the agreement. The published one with the latest `effective_at` holds."""

    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    note = models.TextField(_("what changes and why"), max_length=2000, blank=True)
    effective_at = models.DateTimeField(_("effective from"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    drafted_by = _person()
    drafted_at = models.DateTimeField()
    published_by = _person()
    published_at = models.DateTimeField(null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    history = versions()

    class Meta:
        ordering = ("-number",)
        verbose_name = _("service level agreement")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], name="policy_number"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="draft"), name="policy_one_draft"),
            models.CheckConstraint(condition=Q(state__in=("draft", "published")), name="policy_state_known"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None)
                | Q(state="published", published_at__isnull=False, effective_at__isnull=False),
                name="policy_published_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"SLA V{self.number}"

    def get_absolute_url(self) -> str:
        """The version's page."""
        return reverse("slas:policy", args=[self.number])

    @property
    def state_badge(self) -> VersionState:
        """The state with its colour and icon."""
        return member(VersionState, self.state)

    @property
    def since_words(self) -> str:
        """From when on it holds; the first one of an installation holds for all the past."""
        if self.effective_at is None or self.effective_at <= ALWAYS_SO:
            return gettext("from the beginning") if self.effective_at else "—"
        return f"{timezone.localtime(self.effective_at):%Y-%m-%d %H:%M}"

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state == VersionState.DRAFT


class Target(models.Model):
    """How long a kind of promise may take at a priority.

    subject: what the caller measures, a plain word of its own; "" holds for whatever has no target of its own.
    system, department: only there. vendor: what this company promised the contractor (OLA).
    calendar: none counts round the clock.
    """

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="targets")
    kind = models.CharField(_("promise"), max_length=12, choices=Kind)
    priority = models.CharField(_("priority"), max_length=2, choices=Priority)
    subject = models.CharField(_("kind of ticket"), max_length=20, blank=True, default="")
    system = models.ForeignKey(
        System, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("system")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("vendor")
    )
    seconds = models.PositiveIntegerField(
        _("target"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SECONDS)]
    )
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("calendar")
    )

    objects = TargetQuerySet.as_manager()

    history = versions()

    class Meta:
        ordering = ("subject", "kind", "priority", "pk")
        verbose_name = _("target")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["policy", "kind", "priority", "subject", "system", "department", "vendor"],
                name="target_once",
                nulls_distinct=False,
                violation_error_message=_("This promise stands in the agreement already."),
            ),
            models.CheckConstraint(
                condition=Q(seconds__gte=1, seconds__lte=MOST_SECONDS),
                name="target_seconds_sane",
                violation_error_message=_("A target takes from 1 second to 525,600 minutes (a year)."),
            ),
            models.CheckConstraint(
                condition=Q(kind="vendor", vendor__isnull=False) | (~Q(kind="vendor") & Q(vendor=None)),
                name="target_vendor_pair",
                violation_error_message=_("A vendor's part names the vendor; other promises name none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind} {self.priority}: {self.seconds} s".lstrip()

    @property
    def length(self) -> str:
        """The target in words: 8 working h."""
        return spelt(self.seconds, working=self.calendar_id is not None)


class PauseRule(models.Model):
    """Whether and how long a clock may stand still for a reason at a priority.

    reason: a word of the caller's. A reason without a rule stops the clock without a limit.
    most_seconds: business seconds of the clock's calendar; then it counts on by itself.
    """

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="pause_rules")
    reason = models.CharField(_("reason for waiting"), max_length=40)
    priority = models.CharField(_("priority"), max_length=2, choices=Priority)
    stops_clock = models.BooleanField(_("stops the clock"), default=True)
    most_seconds = models.PositiveIntegerField(
        _("at most"), null=True, blank=True, validators=[MinValueValidator(60), MaxValueValidator(MOST_SECONDS)]
    )
    needs_consent = models.BooleanField(_("takes the project manager's consent"), default=False)

    history = versions()

    class Meta:
        ordering = ("reason", "priority")
        verbose_name = _("pause rule")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "reason", "priority"], name="pause_rule_once"),
            models.CheckConstraint(
                condition=Q(most_seconds=None) | Q(most_seconds__gte=60, most_seconds__lte=MOST_SECONDS),
                name="pause_rule_most",
                violation_error_message=_("A pause may last from 1 to 525,600 minutes (a year)."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.priority}"

    @property
    def limit(self) -> str:
        """The longest wait in words; "" without a limit."""
        return spelt(self.most_seconds) if self.most_seconds else ""


class Rung(models.Model):
    """A level of the escalation ladder of a kind of promise at a priority.

    value: percent of the target, or minutes. stops_on_ack: not told any more once somebody has acknowledged.
    pierces: goes out in quiet hours, too.
    """

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="rungs")
    kind = models.CharField(_("promise"), max_length=12, choices=Kind)
    priority = models.CharField(_("priority"), max_length=2, choices=Priority)
    basis = models.CharField(_("counted as"), max_length=8, choices=Basis)
    value = models.PositiveIntegerField(_("value"), validators=[MaxValueValidator(MOST_MINUTES)])
    recipients = ArrayField(models.CharField(max_length=10, choices=Recipient), verbose_name=_("who is told"))
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel), verbose_name=_("channels"), default=list, blank=True
    )
    stops_on_ack = models.BooleanField(_("stops once acknowledged"), default=True)
    pierces = models.BooleanField(_("also in quiet hours"), default=False)

    history = versions()

    class Meta:
        ordering = ("priority", "kind", "pk")
        verbose_name = _("escalation level")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["policy", "kind", "priority", "basis", "value"],
                name="rung_once",
                violation_error_message=_("This level stands on the ladder already."),
            ),
            models.CheckConstraint(
                condition=~Q(recipients=[]),
                name="rung_tells_somebody",
                violation_error_message=_("A level tells somebody."),
            ),
            models.CheckConstraint(
                condition=~Q(basis="percent") | Q(value__gte=1, value__lte=1000),
                name="rung_percent",
                violation_error_message=_("A share of the target lies between 1 % and 1000 %."),
            ),
            models.CheckConstraint(
                condition=Q(value__lte=MOST_MINUTES),
                name="rung_value_sane",
                violation_error_message=_("At most 525,600 minutes (a year)."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.priority} {self.kind} {self.basis} {self.value}"

    @property
    def words(self) -> str:
        """When it is reached: 80 % of the target."""
        return level_words(f"{self.basis}:{self.value}")

    @property
    def recipient_words(self) -> str:
        """Whom it tells."""
        return "、".join(str(Recipient(one).label) for one in self.recipients)

    @property
    def channel_words(self) -> str:
        """By which channels."""
        return "、".join(str(Channel(one).label) for one in self.channels)


def level_words(code: str) -> str:
    """A level's code in words: 80 % of the target, 30 min after the deadline."""
    basis, _colon, value = code.partition(":")
    if code == f"{Basis.SINCE}:0":
        return gettext("at once")
    words = {
        Basis.PERCENT: gettext("{value} % of the target"),
        Basis.SINCE: gettext("{value} min after the start"),
        Basis.BEFORE: gettext("{value} min before the deadline"),
        Basis.AFTER: gettext("{value} min after the deadline"),
    }
    return words[Basis(basis)].format(value=value) if basis in words else code
