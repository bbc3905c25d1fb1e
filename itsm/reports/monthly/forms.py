"""Forms of the monthly report. A form checks its input; the verb checks the rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from itsm.pages.converters import MonthConverter
from itsm.reports import periods
from itsm.reports.monthly.lifecycle import MOST_TEXT
from itsm.reports.periods import Period


class MonthForm(forms.Form):
    """Which month."""

    month = forms.RegexField(MonthConverter.regex + r"\Z", label=_("Month"), max_length=7)

    def clean_month(self) -> Period:
        """The month as a period."""
        try:
            return periods.parse(self.cleaned_data["month"])
        except ValueError as error:
            raise forms.ValidationError(_("No reports are kept for this month.")) from error


class WriteForm(forms.Form):
    """The words of a section. version: of the words that the editor saw."""

    text = forms.CharField(
        label=_("Text"), max_length=MOST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    version = forms.CharField(max_length=64, widget=forms.HiddenInput)


class NothingForm(forms.Form):
    """A verb that takes no words."""


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3, "id": None}))


FORMS: dict[str, type[forms.Form]] = {
    **dict.fromkeys(("redraw", "submit", "review", "approve"), NothingForm),
    **dict.fromkeys(("return", "correct"), ReasonForm),
}


def form_of(verb: str, sent: Any = None) -> forms.Form:
    """The form of a verb on an edition."""
    return FORMS[verb](sent)
