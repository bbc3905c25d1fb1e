"""What the audit log is narrowed by."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.audit.enums import Outcome
from itsm.audit.words import ACTS


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class EventFilter(forms.Form):
    """Person, act, record, outcome and period; every part may stay empty."""

    person = forms.CharField(
        label=_("Person"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("Name or work number")}),
    )
    verb = forms.ChoiceField(label=_("Act"), required=False)
    record = forms.CharField(
        label=pgettext_lazy("audit", "Record"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": _("Number or work number")}),
    )
    outcome = forms.ChoiceField(
        label=pgettext_lazy("audit", "Outcome"), required=False, choices=[("", _("All")), *Outcome.choices]
    )
    since = _day(_("From"))
    until = _day(_("Until"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [("", _("All")), *ACTS.items()]
