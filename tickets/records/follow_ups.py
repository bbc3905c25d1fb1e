"""回访: which tickets are asked after, the calls, and what they told. follow_ups.py writes them."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import User
from itsm.catalog.enums import Priority
from itsm.catalog.models import System
from itsm.choices import member
from itsm.versions import versions
from tickets.enums import CallChannel, FollowUpState, Kind, Outcome
from tickets.records.querysets import FollowUpQuerySet, RuleQuerySet


class FollowUpRule(models.Model):
    """Which share of which ended tickets is called back. Never changed: a new row replaces an old one.

    Empty columns match everything; the first matching rule in the order of `position` decides.
    """

    position = models.PositiveSmallIntegerField(_("order"), help_text=_("The first rule that fits decides."))
    priority = models.CharField(_("priority"), max_length=2, choices=Priority, blank=True)
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    system = models.ForeignKey(System, models.PROTECT, null=True, blank=True, verbose_name=_("system"))
    dissatisfied = models.BooleanField(_("only after a rating of 1 or 2"), default=False)
    percent = models.PositiveSmallIntegerField(_("share"), help_text=_("0 to 100 % of the tickets that fit."))
    seed = models.CharField(max_length=40)
    by_rating = models.BooleanField(
        _("a rating will do"),
        default=True,
        help_text=_("The reporter's own confirmation with 3 to 5 stars on the tracking page counts as a call."),
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    objects = RuleQuerySet.as_manager()

    history = versions()

    class Meta:
        ordering = ("position", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="follow_up_rule_percent"),
            models.CheckConstraint(
                condition=Q(retired_at=None) | Q(retired_at__gte=models.F("made_at")), name="follow_up_rule_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.percent} %"

    @property
    def kind_label(self) -> str:
        """The kind in words; the stored word where the product has no such kind."""
        return str(dict(Kind.choices).get(self.kind, self.kind))


class FollowUp(models.Model):
    """One call to make after a ticket has ended; the desk's to do."""

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="follow_ups", db_index=False)
    cycle = models.PositiveSmallIntegerField(help_text=_("How often the ticket had been reopened."))
    rule = models.ForeignKey(FollowUpRule, models.PROTECT, related_name="follow_ups", db_index=False)
    state = models.CharField(max_length=12, choices=FollowUpState, default=FollowUpState.OPEN)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"))
    next_at = models.DateTimeField(_("next call"))
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True)
    finished_at = models.DateTimeField(null=True)

    objects = FollowUpQuerySet.as_manager()

    history = versions()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="follow_up_open", condition=Q(state="open")),
            models.Index(fields=["finished_at", "id"], name="follow_up_finished", condition=~Q(state="open")),
            models.Index(fields=["made_at"], name="follow_up_made"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "cycle"], name="follow_up_once"),
            models.CheckConstraint(
                condition=Q(state="open", finished_at=None) | (~Q(state="open") & Q(finished_at__isnull=False)),
                name="follow_up_finished_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="done", outcome__in=("solved", "unsolved")) | (~Q(state="done") & Q(outcome="")),
                name="follow_up_outcome_pair",
            ),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__gte=1, rating__lte=5), name="follow_up_rating"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.cycle}"

    @property
    def state_badge(self) -> FollowUpState:
        """The state with its colour and icon."""
        return member(FollowUpState, self.state)

    @property
    def outcome_badge(self) -> Outcome | None:
        """What the call told, with its colour and icon; None before it told anything."""
        return member(Outcome, self.outcome) if self.outcome else None

    @property
    def is_open(self) -> bool:
        """Whether somebody has yet to call."""
        return self.state == FollowUpState.OPEN

    def is_overdue(self, at: datetime) -> bool:
        """Whether the call should have been made by now."""
        return self.is_open and at > self.due_at


class Attempt(models.Model):
    """One try to ask the reporter. Only ever added."""

    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    channel = models.CharField(_("channel"), max_length=10, choices=CallChannel)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True)
    comment = models.CharField(_("what was said"), max_length=500, blank=True)

    class Meta:
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__gte=1, rating__lte=5, outcome__in=("solved", "unsolved")),
                name="attempt_rating",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follow_up_id} {self.outcome}"

    @property
    def outcome_badge(self) -> Outcome:
        """What the call told, with its colour and icon."""
        return member(Outcome, self.outcome)
