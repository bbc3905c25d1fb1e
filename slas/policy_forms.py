"""Forms of the agreement's rows. A form checks its input; the verb checks the rules. Lengths are typed in minutes."""

from importlib import import_module
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from itsm.catalog.models import Calendar
from itsm.notifications.enums import Channel
from slas.enums import Recipient
from slas.forms import MOMENT
from slas.models import PauseRule, Rung, Target
from slas.models.agreement import MOST_MINUTES

MINUTE = 60


def words(name: str) -> dict[str, Any]:
    """The callers' words that itsm.wiring names: SUBJECTS or WAITS."""
    return getattr(import_module("itsm.wiring"), name)()


class RowForm(forms.ModelForm):
    """A row of the draft. seen: the draft's version that the editor saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    minutes: forms.IntegerField | None = None
    seconds_column = ""

    def __init__(self, *args: Any, seen: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("seen", seen)
        stored = getattr(self.instance, self.seconds_column, None) if self.seconds_column else None
        if stored:
            self.initial["minutes"] = -(-stored // MINUTE)

    def _post_clean(self) -> None:
        """Leave the record alone: the verb writes it."""

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by column."""
        typed = {name: self.cleaned_data[name] for name in self._meta.fields}
        if self.seconds_column:
            minutes = self.cleaned_data["minutes"]
            typed[self.seconds_column] = minutes * MINUTE if minutes else None
        return typed


def _minutes(label: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)], **options
    )


class TargetForm(RowForm):
    """A promise."""

    seconds_column = "seconds"
    minutes = _minutes(_("Target in minutes"), help_text=_("Business minutes of the calendar."))
    subject = forms.ChoiceField(label=_("Kind of ticket"), required=False)
    calendar = forms.ModelChoiceField(
        Calendar.objects.filter(is_active=True),
        label=_("Calendar"),
        required=False,
        empty_label=_("Round the clock (24×7)"),
    )

    class Meta:
        model = Target
        fields = ("kind", "priority", "subject", "system", "department", "vendor", "calendar")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = list(words("SUBJECTS").items())


class PauseRuleForm(RowForm):
    """Whether and how long a reason may stop the clock."""

    seconds_column = "most_seconds"
    minutes = _minutes(_("At most (minutes)"), required=False, help_text=_("Empty: without a limit."))
    reason = forms.ChoiceField(label=_("Reason for waiting"))

    class Meta:
        model = PauseRule
        fields = ("reason", "priority", "stops_clock", "needs_consent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = list(words("WAITS").items())


class RungForm(RowForm):
    """A level of the ladder."""

    recipients = forms.MultipleChoiceField(
        label=_("Who is told"), choices=Recipient.choices, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: as each person has chosen."),
    )

    class Meta:
        model = Rung
        fields = ("kind", "priority", "basis", "value", "recipients", "channels", "stops_on_ack", "pierces")


class PublishForm(forms.Form):
    """From when, and what changes."""

    effective_at = forms.DateTimeField(
        label=_("Effective from"),
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )
    note = forms.CharField(
        label=_("What changes and why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "data-grow": ""})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("effective_at", timezone.localtime().replace(second=0, microsecond=0))


FORMS: dict[str, type[RowForm]] = {"target": TargetForm, "pause_rule": PauseRuleForm, "rung": RungForm}
