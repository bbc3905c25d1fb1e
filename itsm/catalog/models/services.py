"""The service catalogue: items under three fixed roots, their versions, and levels tailored to a place."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Department
from itsm.catalog.enums import OverrideState, ServiceRoot, VersionState
from itsm.catalog.models.systems import System
from itsm.catalog.querying.services import ServiceItemQuerySet, ServiceVersionQuerySet
from itsm.catalog.tailoring import Tailored
from itsm.choices import member
from itsm.versions import versions


class ServiceItem(models.Model):
    """A service that can be asked for; what it promises stands in its versions."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    root = models.CharField(_("service area"), max_length=12, choices=ServiceRoot)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = ServiceItemQuerySet.as_manager()

    history = versions()

    class Meta:
        ordering = ("root", "position", "code")
        verbose_name = _("service item")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(root__in=ServiceRoot.values), name="service_item_root"),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """The item's page."""
        return reverse("catalog:service", args=[self.pk])

    @property
    def root_badge(self) -> ServiceRoot:
        """The root with its colour and icon."""
        return member(ServiceRoot, self.root)


class ServiceVersion(models.Model):
    """What an item promises: draft → published → withdrawn. A database trigger freezes a published one."""

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), max_length=2000)
    audience = models.CharField(_("for whom"), max_length=120)
    hours = models.CharField(_("service time"), max_length=80)
    channel = models.CharField(_("how to ask"), max_length=120)
    deliverable = models.CharField(_("deliverable"), max_length=200)
    level = models.CharField(_("service level"), max_length=200)
    target_minutes = models.PositiveIntegerField(
        _("target in minutes"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    responsible = models.CharField(_("responsible party"), max_length=80)
    drafted_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ServiceVersionQuerySet.as_manager()

    history = versions()

    class Meta:
        ordering = ("item", "-number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "number"], name="service_version_number"),
            models.UniqueConstraint(fields=["item"], condition=Q(state="draft"), name="service_version_one_draft"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="published"), name="service_version_one_published"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None) | (~Q(state="draft") & Q(published_at__isnull=False)),
                name="service_version_published",
            ),
            models.CheckConstraint(
                condition=Q(state="retired", retired_at__isnull=False) | (~Q(state="retired") & Q(retired_at=None)),
                name="service_version_retired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} V{self.number}"

    @property
    def state_badge(self) -> VersionState:
        """The state with its colour and icon."""
        return member(VersionState, self.state)


class ServiceOverride(models.Model):
    """A level of an item for one department, one system or both; it counts once approved."""

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="overrides")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    system = models.ForeignKey(
        System, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("system")
    )
    level = models.CharField(_("service level"), max_length=200)
    target_minutes = models.PositiveIntegerField(
        _("target in minutes"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    reason = models.CharField(_("reason"), max_length=300)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=OverrideState, default=OverrideState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("remark"), max_length=300, blank=True)

    history = versions()

    class Meta:
        ordering = ("item", "-proposed_at")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(department=None, system=None),
                name="service_override_place",
                violation_error_message=_("Name a department, a system or both."),
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")),
                name="service_override_span",
                violation_error_message=_("The last day must not lie before the first."),
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None) | (~Q(state="proposed") & Q(decided_at__isnull=False)),
                name="service_override_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.level

    @property
    def state_badge(self) -> OverrideState:
        """The state with its colour and icon."""
        return member(OverrideState, self.state)

    @property
    def tailored(self) -> Tailored:
        """Its reach, for the rule that chooses."""
        return Tailored(self.pk, self.department_id, self.system_id, self.from_on, self.to_on)
