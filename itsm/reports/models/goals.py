"""What the contract agrees on for a figure, from a day on."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itsm.accounts.reference import Reference
from itsm.reports.figures import FIGURES

# Counts and ranks of values cannot be promised as a share or a mean.
AGREEABLE = ("K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K9", "K10", "K11", "K11M", "K12", "K20", "K31T", "K31H")


class GoalQuerySet(models.QuerySet):
    """Goals by use."""

    def in_use(self) -> "GoalQuerySet":
        """Those that count, the latest of each figure first."""
        return self.filter(is_active=True).order_by("code", "-since_on")


class Goal(Reference):
    """A goal that a figure has to attain from `since_on` until a later row of the same figure.

    name: where it is agreed. Whether more or less is better is the figure's own.
    """

    BLAMED: ClassVar[dict[str, str]] = {"goal_once_a_day": "since_on", "goal_value": "value"}
    EDIT = "reports.edit_goals"

    code = models.CharField(_("figure"), max_length=8)
    value = models.DecimalField(_("goal"), max_digits=9, decimal_places=2)
    since_on = models.DateField(_("in force from"))
    name = models.CharField(_("agreed where"), max_length=80)
    initials = models.CharField(_("pinyin initials"), max_length=80, db_index=True, editable=False)

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ("code", "-since_on")
        verbose_name = _("goal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code", "since_on"],
                condition=Q(is_active=True),
                name="goal_once_a_day",
                violation_error_message=_("A goal for this figure from this day is there already."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="goal_value",
                violation_error_message=_("A goal is not below zero."),
            ),
            models.CheckConstraint(condition=Q(code__in=AGREEABLE), name="goal_figure_known"),
        ]

    def __str__(self) -> str:
        return f"{self.figure_name} {self.since_on}"

    @property
    def figure_name(self) -> str:
        """What the figure is called."""
        return str(FIGURES[self.code].name)

    def get_absolute_url(self) -> str:
        """The goal's page."""
        return reverse("boards:goal_detail", args=[self.pk])
