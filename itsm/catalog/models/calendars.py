"""When the desk works: the official tables of the years, calendars and their versions."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itsm.accounts.reference import TAKEN, Reference
from itsm.catalog.enums import HolidayKind, VersionState
from itsm.catalog.querying.calendars import CalendarQuerySet, CalendarVersionQuerySet, HolidayYearQuerySet
from itsm.choices import member
from itsm.versions import versions


class HolidayYear(models.Model):
    """A year's official table of days off and make-up workdays, as one notice announces it."""

    year = models.PositiveSmallIntegerField(
        _("year"), primary_key=True, validators=[MinValueValidator(2000), MaxValueValidator(2200)]
    )
    notice_no = models.CharField(_("number of the notice"), max_length=60)
    published_on = models.DateField(_("announced on"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    is_locked = models.BooleanField(_("locked"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = HolidayYearQuerySet.as_manager()

    history = versions()

    class Meta:
        ordering = ("-year",)
        verbose_name = _("holiday year")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2200), name="holiday_year_range"),
        ]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        """The year's page."""
        return reverse("catalog:holiday", args=[self.pk])


class HolidayDay(models.Model):
    """A date that is not what its weekday says: off, or a workday at a weekend."""

    year = models.ForeignKey(HolidayYear, models.PROTECT, related_name="days")
    date = models.DateField(_("date"), unique=True)
    kind = models.CharField(_("kind"), max_length=4, choices=HolidayKind)
    name = models.CharField(_("name"), max_length=40)

    history = versions()

    class Meta:
        ordering = ("date",)
        verbose_name = _("holiday")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=HolidayKind.values), name="holiday_day_kind"),
            models.CheckConstraint(condition=Q(date__year=F("year")), name="holiday_day_in_year"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"

    @property
    def kind_badge(self) -> HolidayKind:
        """The kind with its colour and icon."""
        return member(HolidayKind, self.kind)


class Calendar(Reference):
    """A calendar by which deadlines are counted; when it is open stands in its versions."""

    code = models.CharField(_("code"), max_length=20, unique=True, error_messages=TAKEN)
    name = models.CharField(_("name"), max_length=60)
    initials = models.CharField(max_length=60, editable=False)
    description = models.CharField(_("remarks"), max_length=300, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = CalendarQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = _("calendar")

    def __str__(self) -> str:
        return self.name

    @property
    def counts(self) -> "CalendarVersion | None":
        """The version that counts: the newest published one, read along by `with_current` or now."""
        if hasattr(self, "current"):
            return self.current[0] if self.current else None
        return self.versions.published().order_by("-number").first()

    def get_absolute_url(self) -> str:
        """The calendar's page."""
        return reverse("catalog:calendar_detail", args=[self.pk])


class CalendarVersion(models.Model):
    """When a calendar is open: a draft, numbered and frozen by a database trigger once it is published.

    weekly: windows by weekday, {"0": [["08:00:00", "12:00:00"]], …}, Monday is "0". exceptions: by date,
    {"2026-05-12": {"name": "…", "windows": […]}}. makeup_windows: those of a make-up workday; None stands for
    Monday's. rules: what deadlines are counted by, composed of these and the official tables when it is published.
    """

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    weekly = models.JSONField(_("weekly windows"), default=dict)
    exceptions = models.JSONField(_("exceptions"), default=dict, blank=True)
    follows_holidays = models.BooleanField(_("follows the official holidays"), default=True)
    makeup_windows = models.JSONField(_("windows of make-up workdays"), null=True, blank=True)
    rules = models.JSONField(null=True, blank=True, editable=False)
    note = models.CharField(_("what changed and why"), max_length=300, blank=True)
    drafted_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarVersionQuerySet.as_manager()

    history = versions()

    class Meta:
        ordering = ("calendar", F("number").desc(nulls_first=True))
        verbose_name = _("calendar version")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_number"),
            models.UniqueConstraint(fields=["calendar"], condition=Q(state="draft"), name="calendar_version_one_draft"),
            models.CheckConstraint(
                condition=Q(state="draft", number=None, rules=None, published_at=None)
                | Q(state="published", number__isnull=False, rules__isnull=False, published_at__isnull=False),
                name="calendar_version_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} V{self.number}" if self.number else str(self.calendar)

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state == VersionState.DRAFT

    @property
    def state_badge(self) -> VersionState:
        """The state with its colour and icon."""
        return member(VersionState, self.state)

    @property
    def form(self) -> dict[str, Any]:
        """What people enter; the rules follow from it and the official tables."""
        return {name: getattr(self, name) for name in FORM}


FORM = ("zone", "weekly", "exceptions", "follows_holidays", "makeup_windows")
