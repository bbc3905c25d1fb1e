"""By what a month is assessed: one row per version of the scheme, and what each version says.

A published version is frozen by the database; see assessment/sql.py.
"""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itsm.catalog.enums import VersionState
from itsm.choices import member
from itsm.reports.assessment import codes
from itsm.reports.assessment.enums import Colour, Source
from itsm.reports.assessment.querysets import SchemeQuerySet
from itsm.reports.assessment.scoring import FULL
from itsm.versions import versions

_ZERO, _LEAST = MinValueValidator(Decimal(0)), MinValueValidator(Decimal("0.01"))
_MOST = MaxValueValidator(FULL)


def person(**options: object) -> models.ForeignKey:
    """Who did something; empty for the system and for what has not happened."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, **options
    )


class Scheme(models.Model):
    """V1, V2, …: items, bands and rules. Of the published ones the last whose `since_on` has come is used.

    since_on: the first day of the first month that is assessed by it. note: what changes and why.
    """

    number = models.PositiveSmallIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=80)
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    note = models.TextField(_("what changes and why"), max_length=2000, blank=True)
    since_on = models.DateField(_("in use from"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    drafted_by, drafted_at = person(), models.DateTimeField()
    published_by, published_at = person(), models.DateTimeField(null=True, blank=True)

    objects = SchemeQuerySet.as_manager()

    history = versions()

    class Meta:
        ordering = ("-number",)
        verbose_name = _("assessment scheme")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], name="scheme_number"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="draft"), name="scheme_one_draft"),
            models.UniqueConstraint(fields=["since_on"], name="scheme_since_once"),
            models.CheckConstraint(condition=Q(state__in=("draft", "published")), name="scheme_state_known"),
            models.CheckConstraint(condition=Q(since_on=None) | Q(since_on__day=1), name="scheme_since_first_of_month"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None)
                | Q(state="published", published_at__isnull=False, since_on__isnull=False),
                name="scheme_published_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"V{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        """The version's page."""
        return f"/reports/assessments/schemes/{self.number}/"

    @property
    def label(self) -> str:
        """V1."""
        return f"V{self.number}"

    @property
    def state_badge(self) -> VersionState:
        """The state with its colour and icon."""
        return member(VersionState, self.state)

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state == VersionState.DRAFT


class Item(models.Model):
    """A figure of the scheme. weight: points at the goal. loss: points for every whole unit short of it."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="items")
    code = models.CharField(_("figure"), max_length=8, validators=[codes.check_known])
    weight = models.DecimalField(_("points"), max_digits=5, decimal_places=2, validators=[_LEAST, _MOST])
    goal = models.DecimalField(_("goal"), max_digits=9, decimal_places=2, null=True, blank=True, validators=[_ZERO])
    loss = models.DecimalField(_("lost per unit short"), max_digits=7, decimal_places=2, validators=[_ZERO])

    history = versions()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("item of a scheme")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="item_once",
                violation_error_message=_("This figure stands in the scheme already."),
            ),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=FULL), name="item_weight"),
            models.CheckConstraint(condition=Q(goal=None) | Q(goal__gte=0), name="item_goal"),
            models.CheckConstraint(condition=Q(loss__gte=0), name="item_loss"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {codes.WEIGHED[self.code].name}"

    @property
    def figure(self) -> codes.Weighed:
        """Its name, unit and direction, and whether it is measured."""
        return codes.WEIGHED[self.code]

    @property
    def goal_words(self) -> str:
        """At least 95 %, at most 30 min, or a dash."""
        return codes.goal_words(self.code, self.goal)


class Band(models.Model):
    """What a score is called from `floor` on, up to the floor of the next band."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="bands")
    name = models.CharField(_("name"), max_length=20)
    floor = models.DecimalField(_("from"), max_digits=5, decimal_places=2, validators=[_ZERO, _MOST])
    colour = models.CharField(_("colour"), max_length=10, choices=Colour, default=Colour.BLUE)

    history = versions()

    class Meta:
        ordering = ("-floor",)
        verbose_name = _("band of a scheme")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scheme", "floor"],
                name="band_floor_once",
                violation_error_message=_("Another band begins at the same score."),
            ),
            models.UniqueConstraint(
                fields=["scheme", "name"],
                name="band_name_once",
                violation_error_message=_("Another band has the same name."),
            ),
            models.CheckConstraint(condition=Q(floor__gte=0, floor__lte=FULL), name="band_floor"),
            models.CheckConstraint(condition=Q(colour__in=Colour.values), name="band_colour_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def badge(self) -> Colour:
        """Colour and icon; its word is the band's own name."""
        return member(Colour, self.colour)


class DeductionRule(models.Model):
    """What a case costs, and how much a month's cases cost at the most.

    source: what its cases are drawn from; only by hand otherwise. amount: yuan for a case, empty for none.
    """

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="rules")
    code = models.CharField(_("code"), max_length=12)
    name = models.CharField(_("name"), max_length=80)
    points = models.DecimalField(_("points for a case"), max_digits=5, decimal_places=2, validators=[_LEAST, _MOST])
    cap = models.DecimalField(_("at most in a month"), max_digits=5, decimal_places=2, validators=[_LEAST, _MOST])
    source = models.CharField(_("drawn from"), max_length=12, choices=Source, default=Source.MANUAL)
    amount = models.DecimalField(
        _("yuan for a case"), max_digits=9, decimal_places=2, null=True, blank=True, validators=[_ZERO]
    )

    history = versions()

    class Meta:
        ordering = ("code",)
        verbose_name = _("deduction rule")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="deduction_rule_code_once",
                violation_error_message=_("Another rule has the same code."),
            ),
            models.UniqueConstraint(
                fields=["scheme", "source"],
                condition=~Q(source="manual"),
                name="deduction_rule_source_once",
                violation_error_message=_("Another rule is drawn from the same source."),
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0, cap__gte=F("points"), cap__lte=FULL),
                name="deduction_rule_cap",
                violation_error_message=_("A month's cases cost at least as much as one case, and not more than 100."),
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="deduction_rule_amount"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="deduction_rule_source_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
