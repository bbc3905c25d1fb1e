"""Forms of the reports and of every verb. A form checks its input; the verb checks the rules."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Department, User
from itsm.accounts.roles import ROLES
from itsm.catalog.enums import Impact, Urgency
from itsm.catalog.models import Category, Module, System
from itsm.pages.fields import RecordChoice
from tickets.enums import HoldReason, Source
from tickets.models import Ticket
from tickets.moments import BACK_DATING

HANDLING_ROLES = [code for code, role in ROLES.items() if "tickets.claim" in role.permissions]
RATINGS = [
    (5, _("Very satisfied")),
    (4, _("Satisfied")),
    (3, _("So-so")),
    (2, _("Dissatisfied")),
    (1, _("Very dissatisfied")),
]


def text_area(rows: int, **attributes: str) -> forms.Textarea:
    """A text area of that height."""
    return forms.Textarea(attrs={"rows": rows, **attributes})


def departments() -> RecordChoice:
    """The department select, grouped by kind and found by pinyin initials."""
    rows = Department.objects.filter(is_active=True).order_by("kind", "position", "code")
    return RecordChoice(rows, label=_("Department"), group="get_kind_display", empty_label=_("Choose a department"))


def systems(**options: Any) -> RecordChoice:
    """The system select, found by pinyin initials or code."""
    rows = System.objects.filter(is_active=True)
    return RecordChoice(rows, label=_("System"), required=False, search=("initials", "code"), **options)


def handlers() -> RecordChoice:
    """The people who handle tickets."""
    rows = User.objects.filter(is_active=True, roles__overlap=HANDLING_ROLES)
    return RecordChoice(rows, label=_("Assignee"), note="job_title", empty_label=_("Choose a person"))


class KeyedForm(forms.Form):
    """A create form: its hidden key makes a second sending harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())


class ReportForm(KeyedForm):
    """报修: who, where, what; everything else may stay as it is."""

    name = forms.CharField(label=_("Your name"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("Phone or extension"),
        max_length=40,
        help_text=_("So that we can call you back."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    department = departments()
    description = forms.CharField(
        label=_("What is wrong?"),
        max_length=5000,
        widget=text_area(4),
        help_text=_("Please leave out patients' names and numbers."),
    )
    location = forms.CharField(label=_("Where exactly?"), max_length=80, required=False)
    system = systems(empty_label=_("Not sure"))
    impact = forms.TypedChoiceField(
        label=_("Who is affected?"),
        choices=list(reversed(Impact.choices)),
        coerce=int,
        initial=Impact.PERSON,
        widget=forms.RadioSelect,
    )
    urgency = forms.TypedChoiceField(
        label=_("How badly?"), choices=Urgency.choices, coerce=int, initial=Urgency.HAMPERED, widget=forms.RadioSelect
    )

    def clean_phone(self) -> str:
        """At least three digits, or nobody can call back."""
        phone = self.cleaned_data["phone"]
        if sum(character.isdigit() for character in phone) < 3:
            raise forms.ValidationError(_("Please give a phone number or an extension."))
        return phone


class IntakeForm(ReportForm):
    """Phone intake by the desk: six fields, the rest folded away."""

    source = forms.ChoiceField(label=_("Source"), choices=Source.choices, initial=Source.PHONE, required=False)
    module = RecordChoice(Module.objects.filter(is_active=True), label=_("Module"), required=False, group="system")
    category = RecordChoice(
        Category.objects.filter(is_active=True).exclude(parent=None),
        label=_("Fault category"),
        required=False,
        group="parent",
    )
    reported_at = forms.DateTimeField(
        label=_("Time of the call"),
        required=False,
        help_text=_("Only if it was earlier; more than 24 hours takes the project manager."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    late_reason = forms.CharField(
        label=_("Why entered late"), max_length=300, required=False, help_text=_("Only beyond 24 hours.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label, self.fields["name"].help_text = _("Caller"), ""
        self.fields["name"].widget.attrs["autofocus"] = True
        self.fields["phone"].help_text = self.fields["description"].help_text = ""

    def clean_reported_at(self) -> datetime | None:
        """Not ahead of time; how late it may be entered, and by whom, the verb decides."""
        at = self.cleaned_data["reported_at"]
        if at and at > timezone.now():
            raise forms.ValidationError(_("A report cannot be entered ahead of time."))
        return at

    def clean(self) -> dict[str, Any]:
        """A module belongs to its system; naming only the module names the system."""
        at = self.cleaned_data.get("reported_at")
        if at and timezone.now() - at > BACK_DATING and not self.cleaned_data.get("late_reason"):
            self.add_error("late_reason", _("Beyond 24 hours it takes the project manager and a reason."))
        return with_matching_module(self, super().clean())


def with_matching_module(form: forms.Form, cleaned: dict[str, Any]) -> dict[str, Any]:
    """Let the module decide the system when none is chosen; refuse a module of another system."""
    module, system = cleaned.get("module"), cleaned.get("system")
    if module and not system:
        cleaned["system"] = module.system
    elif module and module.system_id != system.pk:
        form.add_error("module", _("This module belongs to another system."))
    return cleaned


class NoForm(forms.Form):
    """A verb that needs no words."""


class AssignForm(forms.Form):
    """派单."""

    assignee = handlers()


class TransferForm(forms.Form):
    """转单."""

    assignee = handlers()
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_area(2))


class HoldForm(forms.Form):
    """挂起."""

    hold_reason = forms.ChoiceField(label=_("Waiting for"), choices=HoldReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Details"), max_length=500, required=False, widget=text_area(2))


class ResolveForm(forms.Form):
    """解决."""

    solution = forms.CharField(
        label=_("What was done"),
        max_length=5000,
        widget=text_area(4),
        help_text=_("The reporter reads this too."),
    )


class ReasonForm(forms.Form):
    """A verb that needs a reason."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_area(3))


class ReplyForm(forms.Form):
    """A public reply or an internal note."""

    body = forms.CharField(label=_("Message"), max_length=5000, widget=text_area(3))


class RateForm(forms.Form):
    """1 to 5 and a comment."""

    rating = forms.TypedChoiceField(
        label=_("How satisfied are you?"), choices=RATINGS, coerce=int, widget=forms.RadioSelect
    )
    comment = forms.CharField(label=_("Anything to add?"), max_length=500, required=False, widget=text_area(2))


class EditForm(forms.ModelForm):
    """Corrections of what was registered; carries the version that the editor saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    system = systems(empty_label=_("Not sure"))
    module = RecordChoice(Module.objects.filter(is_active=True), label=_("Module"), required=False, group="system")
    category = RecordChoice(
        Category.objects.filter(is_active=True).exclude(parent=None),
        label=_("Fault category"),
        required=False,
        group="parent",
    )

    class Meta:
        model = Ticket
        fields = ("title", "location", "system", "module", "category", "impact", "urgency")

    def clean(self) -> dict[str, Any]:
        """A module belongs to its system."""
        return with_matching_module(self, super().clean())

    def _post_clean(self) -> None:
        """Leave the record alone: the verb writes it, under its lock."""
