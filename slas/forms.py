"""Forms of the service levels."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Department
from itsm.catalog.enums import Priority
from itsm.catalog.models import Calendar, System
from slas import calculator
from slas.calculator import ALWAYS, Answer
from slas.enums import Kind
from slas.matching import Subject
from slas.models.agreement import MOST_MINUTES

MOMENT = "%Y-%m-%dT%H:%M"


class CalculatorForm(forms.Form):
    """A start, and either minutes of a calendar or what the agreement promises at a priority."""

    start = forms.DateTimeField(
        label=_("Start"),
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )
    calendar = forms.ChoiceField(label=_("Calendar"), required=False)
    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)]
    )
    priority = forms.ChoiceField(label=_("Priority"), choices=[("", "—"), *Priority.choices], required=False)
    kind = forms.ChoiceField(
        label=_("Promise"), choices=[choice for choice in Kind.choices if choice[0] != Kind.VENDOR], required=False
    )
    system = forms.ModelChoiceField(System.objects.filter(is_active=True), label=_("System"), required=False)
    department = forms.ModelChoiceField(
        Department.objects.filter(is_active=True), label=_("Department"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Calendar.objects.filter(is_active=True).values_list("code", "name")
        self.fields["calendar"].choices = [*rows, (ALWAYS, _("Round the clock (24×7)"))]
        self.initial.setdefault("start", timezone.localtime().replace(second=0, microsecond=0))

    def clean(self) -> dict[str, Any]:
        """Minutes or a priority, for without either there is nothing to count."""
        cleaned = super().clean()
        if not cleaned.get("minutes") and not cleaned.get("priority") and not self.errors:
            self.add_error("minutes", _("Give minutes, or choose a priority to count what is promised."))
        return cleaned

    def answer(self) -> Answer:
        """What is asked for. Raises RuleBroken."""
        said = self.cleaned_data
        start: datetime = said["start"]
        if said["minutes"]:
            return calculator.by_calendar(said["calendar"], start, said["minutes"])
        place = (said["system"] and said["system"].pk, said["department"] and said["department"].pk)
        return calculator.by_agreement(said["kind"] or Kind.RESOLUTION, Subject(said["priority"], *place), start)
