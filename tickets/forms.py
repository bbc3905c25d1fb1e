"""Forms of the reports and of the editor; those of the verbs are in verb_forms.py."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.fields import FilesMixin
from itsm.accounts.models import Department, User
from itsm.catalog.enums import Impact, Urgency
from itsm.catalog.models import Category, Module, System
from itsm.pages.fields import RecordChoice
from itsm.privacy.forms import MaskedTexts
from tickets.enums import Kind, Source
from tickets.kinds import facts, open_to_reporters
from tickets.models import Ticket
from tickets.moments import BACK_DATING

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


def guarded() -> forms.TextInput:
    """One line of text that the browser looks through for patient data while it is typed."""
    return forms.TextInput(attrs={"data-guard": ""})


def departments() -> RecordChoice:
    """The department select, grouped by kind and found by pinyin initials."""
    rows = Department.objects.filter(is_active=True).order_by("kind", "position", "code")
    return RecordChoice(rows, label=_("Department"), group="get_kind_display", empty_label=_("Choose a department"))


def systems(**options: Any) -> RecordChoice:
    """The system select, found by pinyin initials or code."""
    rows = System.objects.filter(is_active=True)
    return RecordChoice(rows, label=_("System"), required=False, search=("initials", "code"), **options)


def modules() -> RecordChoice:
    """The modules of the systems in use, in groups."""
    rows = Module.objects.filter(is_active=True, system__is_active=True)
    return RecordChoice(rows, label=_("Module"), required=False, group="system")


def handlers() -> RecordChoice:
    """The people who handle tickets."""
    people = User.objects.handling()
    return RecordChoice(people, label=_("Assignee"), note="job_title", empty_label=_("Choose a person"))


class KeyedForm(forms.Form):
    """A create form: its hidden key makes a second sending harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())


PROMPTS = {
    Kind.REQUEST: _("What do you need?"),
    Kind.CONSULTATION: _("What is your question?"),
    Kind.REQUIREMENT: _("What should be possible?"),
    Kind.POLICY_INTERFACE: _("What does the policy demand?"),
    Kind.DATA_CORRECTION: _("What is wrong with the data?"),
    Kind.COMPLAINT: _("What is your complaint?"),
    Kind.FINDING: _("What was found?"),
    Kind.ALERT: _("What does the monitor say?"),
}


def kind_field(kinds: list[Kind]) -> forms.ChoiceField:
    """The choice of the kind; whoever says nothing reports a fault."""
    return forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind.value, kind.label) for kind in kinds],
        initial=Kind.INCIDENT.value,
        required=False,
        widget=forms.RadioSelect,
    )


class ReportForm(FilesMixin, KeyedForm):
    """报修: who, where, what; everything else may stay as it is."""

    kind = kind_field(open_to_reporters())

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
    location = forms.CharField(label=_("Where exactly?"), max_length=80, required=False, widget=guarded())
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

    @property
    def prompts(self) -> dict[str, str]:
        """What the description is called for a kind that is no fault."""
        return {kind.value: str(label) for kind, label in PROMPTS.items()}

    def clean_kind(self) -> Kind:
        """A fault unless something else is said."""
        return Kind(self.cleaned_data["kind"] or Kind.INCIDENT)

    def clean_phone(self) -> str:
        """At least three digits, or nobody can call back."""
        phone = self.cleaned_data["phone"]
        if sum(character.isdigit() for character in phone) < 3:
            raise forms.ValidationError(_("Please give a phone number or an extension."))
        return phone


class IntakeForm(ReportForm):
    """Phone intake by the desk: six fields, the rest folded away."""

    kind = kind_field(list(Kind))
    source = forms.ChoiceField(
        label=_("Source"),
        choices=[choice for choice in Source.choices if choice[0] != Source.SURVEY],
        initial=Source.PHONE,
        required=False,
    )
    is_risky = forms.BooleanField(
        label=_("High-risk work"),
        required=False,
        help_text=_("Live equipment, heights, core network, production data: the safety checklist comes first."),
    )
    solution = forms.CharField(
        label=_("Answered at once"),
        max_length=5000,
        required=False,
        widget=text_area(3),
        help_text=_("What you told the caller; the consultation is then registered as resolved."),
    )
    module = modules()
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
        cleaned = with_matching_module(self, super().clean())
        if cleaned.get("kind") != Kind.CONSULTATION:
            cleaned["solution"] = ""
        return cleaned


def with_matching_module(form: forms.Form, cleaned: dict[str, Any]) -> dict[str, Any]:
    """Let the module decide the system when none is chosen; refuse a module of another system."""
    module, system = cleaned.get("module"), cleaned.get("system")
    if module and not system:
        cleaned["system"] = module.system
    elif module and module.system_id != system.pk:
        form.add_error("module", _("This module belongs to another system."))
    return cleaned


class EditForm(MaskedTexts, forms.ModelForm):
    """Corrections of what was registered; carries the version that the editor saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    system = systems(empty_label=_("Not sure"))
    module = modules()
    category = RecordChoice(
        Category.objects.filter(is_active=True).exclude(parent=None),
        label=_("Fault category"),
        required=False,
        group="parent",
    )

    class Meta:
        model = Ticket
        fields = ("title", "location", "system", "module", "category", "impact", "urgency", "mode", "is_risky")
        widgets = {name: guarded() for name in ("title", "location")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not facts(self.instance.kind).has_work:
            del self.fields["mode"], self.fields["is_risky"]
        self.offer_masked(("title", "location"))

    def clean(self) -> dict[str, Any]:
        """A module belongs to its system."""
        return with_matching_module(self, super().clean())

    def _post_clean(self) -> None:
        """Leave the record alone: the verb writes it, under its lock."""
