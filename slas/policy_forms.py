"""Forms of the agreement's rows. A form checks its input; the verb checks the rules.

What a row is about (promise, priority, place) is said once, when it is made; an edit changes what it says.
"""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Department, Vendor
from itsm.catalog.enums import Priority
from itsm.catalog.models import Calendar, System
from itsm.notifications.enums import Channel
from itsm.pages.fields import RecordChoice
from slas import policy_words
from slas.enums import Basis, Kind, Recipient
from slas.forms import MOMENT
from slas.lengths import parsed, typed
from slas.models.agreement import MOST_SECONDS

MINUTE = 60
# Columns of the rows whose sentences belong to another field of the form.
FIELDS = {"seconds": "length", "most_seconds": "length"}


class LengthField(forms.CharField):
    """A length as people say it: 8 小时, 30 分钟, 1 h 30 min; a bare number is minutes. The value is seconds."""

    default_error_messages = {
        "unread": _("Please write a length like 30 min or 8 h."),
        "range": _("A length lies between 1 minute and 525,600 minutes (a year)."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 40, **options})
        self.widget.attrs["placeholder"] = _("30 min, 8 h")

    def prepare_value(self, value: Any) -> Any:
        """Stored seconds as they are typed; what somebody typed stays."""
        return typed(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        """Seconds, None for an empty field."""
        text = super().clean(value)
        if not text:
            return None
        seconds = parsed(text)
        if seconds is None:
            raise forms.ValidationError(self.error_messages["unread"], code="unread")
        if not MINUTE <= seconds <= MOST_SECONDS:
            raise forms.ValidationError(self.error_messages["range"], code="range")
        return seconds


class RowForm(forms.Form):
    """What a row of the draft says. seen: the draft's version that the editor saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    columns: tuple[str, ...] = ()  # saved under their own names
    length_column = ""

    @classmethod
    def of(cls, row: Any, seen: int, posted: Any = None) -> "RowForm":
        """The form of a row that is there."""
        known = {name: getattr(row, name) for name in cls.columns} | {"seen": seen}
        if cls.length_column:
            known["length"] = getattr(row, cls.length_column)
        return cls(posted, initial=known)

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by column."""
        found = {name: self.cleaned_data[name] for name in self.columns}
        return {**found, self.length_column: self.cleaned_data["length"]} if self.length_column else found


def _calendar() -> forms.ModelChoiceField:
    rows = Calendar.objects.filter(is_active=True)
    return forms.ModelChoiceField(rows, label=_("Counts by"), required=False, empty_label=_("Round the clock (24×7)"))


def _place(model: type, label: Any, **options: Any) -> RecordChoice:
    rows = model.objects.filter(is_active=True)
    return RecordChoice(rows, label=label, required=False, empty_label=_("All"), **options)


def _priorities() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Priorities"), choices=Priority.choices, widget=forms.CheckboxSelectMultiple
    )


class TargetForm(RowForm):
    """A promise."""

    columns = ("calendar",)
    length_column = "seconds"
    length = LengthField(label=_("Target"), widget=forms.TextInput(attrs={"data-focus": ""}))
    calendar = _calendar()


class PauseRuleForm(RowForm):
    """Whether and how long a reason may stop the clock."""

    columns = ("stops_clock", "needs_consent")
    length_column = "most_seconds"
    stops_clock = forms.BooleanField(
        label=_("Stops the clock"), required=False, initial=True, widget=forms.CheckboxInput(attrs={"data-focus": ""})
    )
    length = LengthField(label=_("At most"), required=False, help_text=_("Empty: without a limit."))
    needs_consent = forms.BooleanField(label=_("Takes the project manager's consent"), required=False)


class RungForm(RowForm):
    """A level of the ladder."""

    columns = ("basis", "value", "recipients", "channels", "stops_on_ack", "pierces")
    value = forms.IntegerField(label=_("Value"), min_value=0, max_value=MOST_SECONDS // MINUTE)
    basis = forms.ChoiceField(label=_("Counted as"), choices=Basis.choices)
    recipients = forms.MultipleChoiceField(
        label=_("Who is told"),
        choices=Recipient.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("A level tells somebody.")},
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: as each person has chosen, and in the groups of the roles that are told."),
    )
    stops_on_ack = forms.BooleanField(label=_("Stops once acknowledged"), required=False, initial=True)
    pierces = forms.BooleanField(label=_("Also in quiet hours"), required=False)


class NewTargetForm(forms.Form):
    """A promise at one priority or more, for everywhere or only there."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("Promise"), choices=Kind.choices)
    subject = forms.ChoiceField(label=_("Kind of ticket"), choices=policy_words.subject_choices, required=False)
    system = _place(System, _("System"))
    department = _place(Department, _("Department"))
    vendor = _place(
        Vendor, _("Vendor"), search=("code",), help_text=_("Only for a vendor's part (OLA): who promised it to us.")
    )
    calendar = _calendar()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for priority in Priority:
            self.fields[f"length_{priority}"] = LengthField(label=priority.label, required=False)

    def clean(self) -> dict[str, Any]:
        """At least one priority has a target."""
        cleaned = super().clean()
        wrong = any(name.startswith("length_") for name in self.errors)
        if not wrong and not any(cleaned.get(f"length_{priority}") for priority in Priority):
            raise forms.ValidationError(_("Please give the target of at least one priority."))
        return cleaned

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows to be added: a priority without a target has none."""
        common = {name: self.cleaned_data[name] for name in ("kind", "subject", "system", "department", "vendor")}
        common["calendar"] = self.cleaned_data["calendar"]
        lengths = ((priority.value, self.cleaned_data[f"length_{priority}"]) for priority in Priority)
        return [{**common, "priority": priority, "seconds": seconds} for priority, seconds in lengths if seconds]


class NewPauseRuleForm(PauseRuleForm):
    """The rule of a reason at some priorities."""

    reason = forms.ChoiceField(label=_("Reason for waiting"), choices=policy_words.wait_choices)
    priorities = _priorities()
    field_order = ("seen", "reason", "priorities")

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows to be added."""
        reason = self.cleaned_data["reason"]
        return [{**self.values, "reason": reason, "priority": one} for one in self.cleaned_data["priorities"]]


class NewRungForm(RungForm):
    """A level on the ladders of some priorities."""

    kind = forms.ChoiceField(label=_("Promise"), choices=Kind.choices)
    priorities = _priorities()
    field_order = ("seen", "kind", "priorities")

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows to be added."""
        kind = self.cleaned_data["kind"]
        return [{**self.values, "kind": kind, "priority": one} for one in self.cleaned_data["priorities"]]


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


EDITS: dict[str, type[RowForm]] = {"target": TargetForm, "pause_rule": PauseRuleForm, "rung": RungForm}
ADDS: dict[str, type[forms.Form]] = {"target": NewTargetForm, "pause_rule": NewPauseRuleForm, "rung": NewRungForm}
