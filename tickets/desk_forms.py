"""Forms of the desk's verbs between tickets, of follow-up calls and of alert sources."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Department, User
from itsm.catalog.enums import Priority
from itsm.catalog.models import System
from itsm.pages.fields import RecordChoice
from tickets.enums import CallChannel, Kind, LinkKind, Outcome
from tickets.forms import RATINGS, KeyedForm, systems, text_area
from tickets.models import Ticket
from tickets.records import AlertSource, FollowUpRule

NUMBER_MARKS = {"placeholder": "GD20261014-0007", "autocomplete": "off", "list": "nearby", "spellcheck": "false"}


class TicketByNumber(forms.CharField):
    """A ticket that the reader may see, named by its number; any other number names none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=24, widget=forms.TextInput(attrs=NUMBER_MARKS), **options)
        self.seen = Ticket.objects.none()

    def clean(self, value: Any) -> Ticket | None:
        """The ticket; a validation error where there is none for this reader."""
        number = super().clean(value).upper()
        found = self.seen.filter(number=number).first() if number else None
        if number and found is None:
            raise forms.ValidationError(_("There is no ticket of this number."))
        return found


class ReaderForm(forms.Form):
    """A form that names other tickets: it knows who reads them."""

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, TicketByNumber):
                field.seen = Ticket.objects.visible_to(reader)


class LinkForm(ReaderForm):
    """关联."""

    kind = forms.ChoiceField(
        label=_("How they belong together"),
        choices=[choice for choice in LinkKind.choices if choice[0] != LinkKind.SPLIT_FROM],
    )
    other = TicketByNumber(label=_("Number of the other ticket"))


class UnlinkForm(ReaderForm):
    """取消关联."""

    other = TicketByNumber()


class MergeForm(ReaderForm):
    """合并为重复."""

    main = TicketByNumber(label=_("Number of the main ticket"), help_text=_("This one ends; the main one carries on."))
    reason = forms.CharField(label=_("Note"), max_length=500, required=False, widget=text_area(2))


class MergeManyForm(MergeForm):
    """合并为重复, for several rows of the queue."""

    number = forms.MultipleChoiceField(error_messages={"required": _("Choose at least one ticket.")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = self.data.getlist("number") if hasattr(self.data, "getlist") else []
        self.fields["number"].choices = [(number, number) for number in sent[:50]]


class SplitForm(KeyedForm):
    """拆单."""

    title = forms.CharField(label=_("Title"), max_length=120)
    description = forms.CharField(label=_("What is wrong?"), max_length=5000, widget=text_area(3))
    system = systems(empty_label=_("Not sure"))


class ScopeForm(forms.Form):
    """范围外."""

    out_of_scope = forms.TypedChoiceField(
        label=_("Scope"),
        choices=[("yes", _("Out of scope")), ("no", _("In scope"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=text_area(2))


class DecideForm(forms.Form):
    """定责."""

    decision = forms.CharField(label=_("Who answers for it, and why"), max_length=500, widget=text_area(2))


class AttemptForm(forms.Form):
    """One try to ask the reporter."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    rating = forms.TypedChoiceField(
        label=_("Rating"), choices=[("", _("Not given")), *RATINGS], coerce=int, empty_value=None, required=False
    )
    comment = forms.CharField(label=_("What was said"), max_length=500, required=False, widget=text_area(3))
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[choice for choice in CallChannel.choices if choice[0] != CallChannel.SELF]
    )

    def clean(self) -> dict[str, Any]:
        """Words for what is still wrong; a rating only with an answer."""
        cleaned = super().clean()
        if cleaned.get("outcome") == Outcome.UNSOLVED and not cleaned.get("comment", "").strip():
            self.add_error("comment", _("Please write down what is still wrong."))
        if cleaned.get("outcome") == Outcome.NO_ANSWER and cleaned.get("rating"):
            self.add_error("rating", _("A rating of 1 to 5 takes an answer."))
        return cleaned


class RuleForm(forms.ModelForm):
    """A rule of the follow-up calls."""

    priority = forms.ChoiceField(
        label=_("Priority"), required=False, choices=[("", _("Any")), *((p.value, p.label) for p in Priority)]
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    system = RecordChoice(
        System.objects.filter(is_active=True), label=_("System"), required=False, empty_label=_("Any")
    )
    percent = forms.IntegerField(
        label=_("Share (%)"), min_value=0, max_value=100, help_text=_("0 to 100 % of the tickets that fit.")
    )

    class Meta:
        model = FollowUpRule
        fields = ("position", "priority", "kind", "system", "percent", "dissatisfied", "by_rating")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = dict(Kind.choices)
        if self.instance.kind:
            kinds.setdefault(self.instance.kind, self.instance.kind)
        self.fields["kind"].choices = [("", _("Any")), *kinds.items()]

    def _post_clean(self) -> None:
        """Leave the record alone: the verb writes a new one."""


class SourceForm(forms.ModelForm):
    """A monitoring system that may open tickets."""

    system = RecordChoice(
        System.objects.filter(is_active=True),
        label=_("System"),
        required=False,
        empty_label=_("None"),
        help_text=_("Where an alert names no known system."),
    )
    department = RecordChoice(
        Department.objects.filter(is_active=True),
        label=_("Department"),
        group="get_kind_display",
        help_text=_("In whose name its tickets are opened."),
    )

    class Meta:
        model = AlertSource
        fields = ("slug", "name", "system", "department", "is_active")


class SignalForm(forms.Form):
    """What a monitoring system sends, as JSON."""

    fingerprint = forms.CharField(max_length=120)
    severity = forms.CharField(max_length=30)
    system_code = forms.CharField(max_length=20, required=False)
    summary = forms.CharField(max_length=2000)
    status = forms.ChoiceField(choices=[("firing", "firing"), ("resolved", "resolved")])

    def clean_severity(self) -> str:
        """As the severities are kept: in lower case."""
        return self.cleaned_data["severity"].lower()

    def clean_system_code(self) -> str:
        """As the catalogue keeps its codes."""
        return self.cleaned_data["system_code"].upper()
