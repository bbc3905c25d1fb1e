"""Tickets and what is said on them. Verbs write them; see lifecycle.py and conversation.py."""

import secrets
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Department, Vendor
from itsm.catalog.enums import Impact, Priority, Urgency
from itsm.catalog.models import Category, Module, System
from itsm.choices import member
from itsm.privacy import masked
from itsm.privacy.fields import PatientMark
from itsm.versions import versions
from slas.models import Clock
from tickets.enums import FINAL_STATES, OPEN_STATES, Audience, HoldReason, Kind, Mode, Source, State
from tickets.querysets import TicketQuerySet
from tickets.search import Vector
from tickets.texts import BELOW, FREE_TEXT

_TEXTS = ("number", "title", "description", "reporter_name", "location", "solution")


def _search_text() -> Concat:
    blank = Value(" \n ")
    parts = [part for name in _TEXTS for part in (F(name), blank)]
    return Concat(*parts[:-1], output_field=models.TextField())


def new_token() -> str:
    """A secret for a tracking link: 128 bits."""
    return secrets.token_urlsafe(16)


class Ticket(models.Model):
    """What was reported, of whichever kind, and its way to the end."""

    number = models.CharField(_("number"), max_length=24)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.INCIDENT)
    source = models.CharField(_("source"), max_length=12, choices=Source)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.NEW)
    version = models.PositiveIntegerField(default=1)
    token = models.CharField(max_length=32, default=new_token)

    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), max_length=5000)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="reported_tickets"
    )
    reporter_name = models.CharField(_("reporter"), max_length=40, blank=True)
    reporter_phone = models.CharField(_("phone"), max_length=40, blank=True)
    # What an unnamed report came from, such as the token of a survey's answer; never shown.
    origin = models.CharField(max_length=64, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, verbose_name=_("department"), db_index=False)
    location = models.CharField(_("place"), max_length=80, blank=True)

    system = models.ForeignKey(System, models.PROTECT, null=True, blank=True, verbose_name=_("system"), db_index=False)
    module = models.ForeignKey(Module, models.PROTECT, null=True, blank=True, verbose_name=_("module"), db_index=False)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name=_("fault category"), db_index=False
    )
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, blank=True, verbose_name=_("vendor"), db_index=False)
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Impact)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency)
    priority = models.CharField(_("priority"), max_length=2, choices=Priority)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        verbose_name=_("assignee"),
        db_index=False,
    )
    hold_reason = models.CharField(_("reason for waiting"), max_length=20, choices=HoldReason, blank=True)
    mode = models.CharField(_("way of working"), max_length=10, choices=Mode, blank=True)
    is_risky = models.BooleanField(_("high-risk work"), default=False)

    reported_at = models.DateTimeField(_("reported"))
    opened_at = models.DateTimeField(_("registered"))
    updated_at = models.DateTimeField(_("last change"))
    responded_at = models.DateTimeField(_("first response"), null=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True)
    promised_on = models.DateField(_("promised for"), null=True)
    due_at = models.DateTimeField(
        _("due"), help_text=_("The next deadline: the response's until somebody responds, then the resolution's.")
    )
    response_clock = models.OneToOneField(Clock, models.PROTECT, related_name="+")
    resolution_clock = models.OneToOneField(Clock, models.PROTECT, related_name="+")
    reopen_count = models.PositiveSmallIntegerField(_("reopened"), default=0)
    transfer_count = models.PositiveSmallIntegerField(_("transferred"), default=0)

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name=_("main ticket"),
        db_index=False,
    )
    out_of_scope = models.BooleanField(_("out of scope"), default=False, db_default=False)
    scope_by_hand = models.BooleanField(_("scope decided by hand"), default=False, db_default=False)
    scope_reason = models.CharField(_("reason"), max_length=300, blank=True, default="", db_default="")
    late_reason = models.CharField(_("why entered late"), max_length=300, blank=True, default="", db_default="")
    urge_count = models.PositiveSmallIntegerField(_("urged"), default=0, db_default=0)
    urged_at = models.DateTimeField(_("last urged"), null=True)
    disputed = models.BooleanField(_("passed round"), default=False, db_default=False)

    solution = models.TextField(_("solution"), max_length=5000, blank=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True)
    rating_comment = models.CharField(_("comment on the service"), max_length=500, blank=True)
    rated_at = models.DateTimeField(null=True)

    has_patient_data = PatientMark(_("patient data"), texts=FREE_TEXT["ticket"], below=BELOW)
    search = models.GeneratedField(expression=Vector(_search_text()), output_field=SearchVectorField(), db_persist=True)

    objects = TicketQuerySet.as_manager()

    history = versions("token")

    class Meta:
        verbose_name = _("ticket")
        indexes: ClassVar = [
            models.Index(  # carries what the queue's counters need, so that they read no row
                fields=["due_at", "id"],
                include=["state", "assignee", "resolution_clock"],
                name="ticket_open_due",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.Index(fields=["due_at", "id"], name="ticket_due"),
            models.Index(fields=["reported_at", "id"], name="ticket_reported"),
            models.Index(fields=["updated_at", "id"], name="ticket_updated"),
            models.Index(  # and what was open at a moment: reported before it, solved after it
                fields=["resolved_at", "reported_at"], name="ticket_resolved", condition=~Q(resolved_at=None)
            ),
            models.Index(fields=["rated_at"], name="ticket_rated", condition=~Q(rated_at=None)),
            models.Index(fields=["priority", "id"], name="ticket_priority"),
            models.Index(fields=["state", "reported_at", "id"], name="ticket_state"),
            models.Index(fields=["system", "reported_at", "id"], name="ticket_system"),
            models.Index(fields=["department", "reported_at", "id"], name="ticket_department"),
            models.Index(fields=["assignee", "state"], name="ticket_assignee"),
            models.Index(fields=["vendor", "reported_at"], name="ticket_vendor", condition=~Q(vendor=None)),
            models.Index(fields=["merged_into"], name="ticket_merged", condition=~Q(merged_into=None)),
            models.Index(  # most tickets are incidents, which no index need tell apart
                fields=["kind", "reported_at", "id"], name="ticket_kind", condition=~Q(kind="incident")
            ),
            models.Index(fields=["reported_at", "id"], name="ticket_patient_data", condition=Q(has_patient_data=True)),
            GinIndex(fields=["search"], name="ticket_search"),
        ]
        # Unique by constraint, because unique=True would add a second index for LIKE to each.
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], name="ticket_number"),
            models.UniqueConstraint(fields=["token"], name="ticket_token"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="ticket_state_known"),
            models.CheckConstraint(
                condition=(Q(state="on_hold") & ~Q(hold_reason="")) | (~Q(state="on_hold") & Q(hold_reason="")),
                name="ticket_hold_pair",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("resolved", "closed"), resolved_at__isnull=False)
                | ~Q(state__in=("resolved", "closed")),
                name="ticket_resolved_pair",
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="ticket_kind_known"),
            models.CheckConstraint(condition=Q(mode__in=("", *Mode.values)), name="ticket_mode_known"),
            models.CheckConstraint(condition=Q(arrived_at=None) | Q(mode="on_site"), name="ticket_arrived_on_site"),
            models.CheckConstraint(
                condition=~Q(mode="on_site") | ~Q(state__in=("resolved", "closed")) | Q(arrived_at__isnull=False),
                name="ticket_on_site_needs_arrival",
            ),
            models.CheckConstraint(
                condition=Q(source="survey", reporter=None) & ~Q(origin="")
                | ~Q(source="survey") & ~Q(reporter_name="") & Q(origin=""),
                name="ticket_unnamed_from_survey_only",
            ),
            models.CheckConstraint(
                condition=Q(rating=None, rated_at=None) | Q(rating__gte=1, rating__lte=5, rated_at__isnull=False),
                name="ticket_rating_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
                name="ticket_merged_pair",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="ticket_not_its_own_duplicate"
            ),
            models.CheckConstraint(
                condition=(Q(scope_by_hand=True) & ~Q(scope_reason="")) | Q(scope_by_hand=False, scope_reason=""),
                name="ticket_scope_pair",
            ),
            models.CheckConstraint(
                condition=Q(urge_count=0, urged_at=None) | Q(urge_count__gt=0, urged_at__isnull=False),
                name="ticket_urge_pair",
            ),
            models.CheckConstraint(condition=Q(reported_at__lte=F("opened_at")), name="ticket_reported_before_opened"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {masked(self.title)}"

    def get_absolute_url(self) -> str:
        """The ticket's page; an f-string, because a list makes it for every row."""
        return f"/tickets/{self.number}/"

    @property
    def track_path(self) -> str:
        """The reporter's secret page."""
        return f"/track/{self.token}/"

    @property
    def state_badge(self) -> State:
        """The state with its colour and icon."""
        return member(State, self.state)

    @property
    def kind_badge(self) -> Kind:
        """The kind with its colour and icon."""
        return member(Kind, self.kind)

    @property
    def mode_badge(self) -> Mode | None:
        """How the work is done, once it is known."""
        return member(Mode, self.mode) if self.mode else None

    @property
    def priority_badge(self) -> Priority:
        """The priority with its colour and icon."""
        return member(Priority, self.priority)

    @property
    def is_open(self) -> bool:
        """Not yet solved."""
        return self.state in OPEN_STATES

    @property
    def is_final(self) -> bool:
        """Closed, cancelled, merged or not adopted."""
        return self.state in FINAL_STATES

    @property
    def clock(self) -> Clock:
        """The clock that matters now: the response's until somebody responds, unless the resolution is due before."""
        response, resolution = self.response_clock, self.resolution_clock
        if not response.is_running:
            return resolution
        both = resolution.is_running and response.due_at and resolution.due_at
        return resolution if both and resolution.due_at < response.due_at else response

    def is_overdue(self, at: datetime) -> bool:
        """Whether a promise is broken right now on an open ticket."""
        clock = self.clock
        return self.is_open and clock.is_running and clock.due_at is not None and at > clock.due_at


class Comment(models.Model):
    """Something said on a ticket. Only ever added."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="comments")
    audience = models.CharField(max_length=10, choices=Audience)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    author_name = models.CharField(max_length=40)
    from_requester = models.BooleanField(default=False)
    body = models.TextField(max_length=5000)
    said_at = models.DateTimeField()
    has_patient_data = PatientMark(texts=FREE_TEXT["comment"])

    class Meta:
        ordering = ("said_at", "id")

    def __str__(self) -> str:
        return f"{masked(self.author_name)} {self.said_at:%Y-%m-%d %H:%M}"
