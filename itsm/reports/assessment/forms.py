"""Forms of the assessment. A form checks its input; the verb checks the rules."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.accounts.models import User, Vendor
from itsm.catalog.querysets import vendors_of
from itsm.pages.converters import MonthConverter
from itsm.pages.fields import RecordChoice
from itsm.reports import periods
from itsm.reports.assessment import codes
from itsm.reports.assessment.appeals import MOST_WORDS
from itsm.reports.assessment.enums import Colour, Source
from itsm.reports.assessment.lifecycle import MOST_REASON
from itsm.reports.assessment.models import Assessment, DeductionRule
from itsm.reports.periods import Period
from tickets.models import Ticket

CENT = Decimal("0.01")


def _words(label: Any, most: int, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": 4, "data-grow": ""}), **options
    )


class MonthField(forms.RegexField):
    """A month as 2026-10; the value is the period."""

    widget = forms.TextInput(attrs={"type": "month"})
    default_error_messages = {"invalid": _("Write the month as 2026-10.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(MonthConverter.regex + r"\Z", max_length=7, **options)

    def clean(self, value: Any) -> Period:
        """The period. Raises ValidationError for a month outside of what is kept."""
        text = super().clean(value)
        try:
            return periods.parse(text)
        except ValueError as error:
            raise forms.ValidationError(_("No reports are kept for this month.")) from error


class DrawForm(forms.Form):
    """Whose month is assessed; no vendor is the whole contract."""

    month = MonthField(label=_("Month"))
    vendor = RecordChoice(
        Vendor.objects.none(),
        label=_("Who is assessed"),
        required=False,
        empty_label=_("Whole contract"),
        search=("code",),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vendor"].queryset = vendors_of(user).filter(is_active=True).order_by("name")


class SeenForm(forms.Form):
    """An act on an assessment. version: the one that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ChargeForm(SeenForm):
    """A case written by hand; without points it costs what the rule says."""

    rule = forms.ModelChoiceField(DeductionRule.objects.none(), label=_("deduction rule"))
    points = forms.DecimalField(
        label=_("Points"),
        min_value=CENT,
        max_digits=5,
        decimal_places=2,
        required=False,
        help_text=_("Empty: as the rule says."),
    )
    number = forms.CharField(
        label=_("Ticket number"), max_length=20, required=False, help_text=_("If a ticket is what it is about.")
    )
    reason = _words(_("Reason"), MOST_REASON)
    field_order = ("version", "rule", "points", "number", "reason")

    def __init__(self, *args: Any, assessment: Assessment, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        rules = DeductionRule.objects.filter(scheme=assessment.scheme_id, source=Source.MANUAL)
        self.fields["rule"].queryset = rules

    def clean_number(self) -> Ticket | None:
        """The ticket of that number, if this person may see it."""
        number = self.cleaned_data["number"].strip().upper()
        if not number:
            return None
        ticket = Ticket.objects.visible_to(self.user).filter(number=number).first()
        if ticket is None:
            raise forms.ValidationError(_("There is no ticket of this number."))
        return ticket

    @property
    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        said = dict(self.cleaned_data)
        said["ticket"] = said.pop("number")
        return said


class WithdrawForm(SeenForm):
    """Why a deduction does not count."""

    reason = _words(_("Reason"), MOST_REASON)


class AppealForm(SeenForm):
    """Why whoever is assessed does not agree."""

    grounds = _words(_("Grounds"), MOST_WORDS)


class DecideForm(forms.Form):
    """What the hospital says to an appeal."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=(("upheld", pgettext_lazy("appeal", "Uphold it")), ("rejected", pgettext_lazy("appeal", "Reject it"))),
        widget=forms.RadioSelect,
    )
    points = forms.DecimalField(
        label=_("Points given back"), min_value=CENT, max_digits=5, decimal_places=2, required=False
    )
    reason = _words(_("Reason"), MOST_WORDS)

    def __init__(self, *args: Any, most: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"].help_text = _("If it is upheld. Empty: all %(most)s that were lost.") % {"most": most}

    @property
    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        upheld = self.cleaned_data["decision"] == "upheld"
        return {
            "upheld": upheld,
            "reason": self.cleaned_data["reason"],
            "points": self.cleaned_data["points"] if upheld else None,
        }


class PublishForm(forms.Form):
    """From which month on, and what changes."""

    month = MonthField(label=_("In use from"))
    note = _words(_("What changes and why"), 2000)

    @property
    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {"since_on": self.cleaned_data["month"].start_on, "note": self.cleaned_data["note"]}


class RowForm(forms.Form):
    """A row of the draft. seen: the version of the draft when the form was shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, row: Any, seen: int, posted: Any = None) -> "RowForm":
        """The form of a row that is there."""
        known = {name: getattr(row, name) for name in cls.base_fields if name != "seen"}
        return cls(posted, initial={**known, "seen": seen})

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by column."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def _weighed() -> list[tuple[str, str]]:
    def said(figure: codes.Weighed) -> str:
        return (
            f"{figure.code} {figure.name}"
            if figure.is_measured
            else f"{figure.code} {figure.name} ({_('not measured yet')})"
        )

    return [(figure.code, said(figure)) for figure in sorted(codes.WEIGHED.values(), key=lambda one: _order(one.code))]


def _order(code: str) -> tuple[int, str]:
    digits = "".join(letter for letter in code if letter.isdigit())
    return (int(digits or 0), code)


def _number(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=9, decimal_places=2, **options)


class ItemForm(RowForm):
    """A figure and what it weighs."""

    code = forms.ChoiceField(label=_("Figure"), choices=_weighed)
    weight = _number(_("Weight"), help_text=_("Points at or beyond the goal. All weights add up to 100."))
    goal = _number(_("Goal"), required=False, help_text=_("In the figure's own unit: %, minutes or number."))
    loss = _number(
        _("Lost per unit short"), help_text=_("Points for every whole per cent, minute or case short of the goal.")
    )


class BandForm(RowForm):
    """What a score is called."""

    name = forms.CharField(label=_("Name"), max_length=20)
    floor = _number(_("From this score on"))
    colour = forms.ChoiceField(label=_("Colour"), choices=Colour.choices)


class RuleForm(RowForm):
    """What a case costs."""

    code = forms.CharField(label=_("Code"), max_length=12)
    name = forms.CharField(label=_("Name"), max_length=80)
    source = forms.ChoiceField(label=_("Drawn from"), choices=Source.choices)
    points = _number(_("Points for a case"))
    cap = _number(_("At most in a month"))
    amount = _number(_("Yuan for a case"), required=False, help_text=_("Empty: no money is deducted."))


ROWS: dict[str, type[RowForm]] = {"item": ItemForm, "band": BandForm, "rule": RuleForm}


def first_month(today: date) -> str:
    """The month that is over, as a form begins with it."""
    return periods.around(today).previous().slug
