"""Forms of the verbs on a ticket's promises."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.forms import text_area

MOMENT = "%Y-%m-%dT%H:%M"


class AcknowledgeForm(forms.Form):
    """确认."""


class FixDeadlineForm(forms.Form):
    """约定时限."""

    due_at = forms.DateTimeField(
        label=_("Agreed deadline"),
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=text_area(2))


class AnnulForm(forms.Form):
    """申请撤销超时."""

    reason = forms.CharField(
        label=_("Why it should not count"),
        max_length=300,
        widget=text_area(2),
        help_text=_("Force majeure, a third party's platform, the hospital's network … The breach stays on record."),
    )


class DecideAnnulmentForm(forms.Form):
    """审批撤销."""

    approve = forms.TypedChoiceField(
        label=pgettext_lazy("annulment", "Decision"),
        choices=[("yes", _("Approve")), ("no", _("Reject"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False, widget=text_area(2))

    def clean(self) -> dict[str, Any]:
        """A rejection says why."""
        cleaned = super().clean()
        if cleaned.get("approve") is False and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Please give the reason."))
        return cleaned


class RecalculateForm(forms.Form):
    """重算."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=text_area(2))


FORMS: dict[str, type[forms.Form]] = {
    "acknowledge": AcknowledgeForm,
    "fix_deadline": FixDeadlineForm,
    "annul": AnnulForm,
    "decide_annulment": DecideAnnulmentForm,
}
