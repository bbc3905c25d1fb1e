"""The register of the contract's goals."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itsm.catalog import registry
from itsm.catalog.history import history
from itsm.pages.columns import ExportColumn
from itsm.pages.register_forms import RegisterForm
from itsm.pages.registers import Column, Fact, Register, Tab
from itsm.reports.boards import goals
from itsm.reports.figures import FIGURES
from itsm.reports.models import Goal
from itsm.reports.models.goals import AGREEABLE

READ, EDIT = "reports.goals", Goal.EDIT


class GoalForm(RegisterForm):
    """目标."""

    GROUPS = ((_("What is agreed"), ("code", "value", "since_on", "name")),)

    code = forms.ChoiceField(label=_("figure"), choices=lambda: [(code, FIGURES[code].name) for code in AGREEABLE])
    since_on = forms.DateField(
        label=_("in force from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("It holds until a later goal of the same figure; what was measured before keeps its own."),
    )

    class Meta:
        model = Goal
        fields = ("code", "value", "since_on", "name")
        help_texts = {"value": _("In the figure's own unit: per cent, minutes, or points.")}


def _words(goal: Goal) -> str:
    return goals.words(goal.code, goal.value)


def _since(goal: Goal) -> str:
    since, ends = goal.since_on.isoformat(), getattr(goal, "superseded_on", None)
    if ends is None or not goal.is_active:
        return since
    return gettext("%(first)s to %(last)s") % {"first": since, "last": (ends - timedelta(days=1)).isoformat()}


def _facts(goal: Goal) -> list[Fact]:
    figure = FIGURES[goal.code]
    return [
        Fact(_("Figure"), goal.figure_name),
        Fact(_("Goal"), _words(goal)),
        Fact(_("In force from"), _since(goal)),
        Fact(_("How it is counted"), f"{figure.formula} {figure.cohort}"),
    ]


def _rows(_user: Any) -> Any:
    return Goal.objects.with_successor()


GOALS = Register(
    app="boards",
    noun="goal",
    path="goals/",
    title=_("Contract goals"),
    one=_("goal"),
    about=_("What each figure has to attain, and since when. Dashboards and reports judge by the goal of that day."),
    icon="target-arrow",
    model=Goal,
    rows=_rows,
    read=READ,
    edit=EDIT,
    verbs=registry,
    columns=(
        Column("code", _("Figure"), "figure_name", sort=("code", "since_on"), wide=True),
        Column("value", _("Goal"), _words),
        Column("since_on", _("In force from"), _since, sort=("since_on", "id")),
        Column("name", _("Agreed where"), sort=("initials",)),
    ),
    form=GoalForm,
    order=("code", "since_on"),
    facts=_facts,
    panels=(history,),
    tabs=(Tab("boards:goal_list", _("Contract goals"), READ),),
    export_columns=(
        ExportColumn(_("Code"), "code"),
        ExportColumn(_("Figure"), "figure_name", 28),
        ExportColumn(_("Goal"), "value"),
        ExportColumn(_("In force from"), "since_on"),
        ExportColumn(_("Agreed where"), "name", 28),
        ExportColumn(_("In use"), "is_active"),
    ),
)
