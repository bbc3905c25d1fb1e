"""Forms of calendars: what one is called, its hours, and its dated exceptions."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itsm.catalog import hours
from itsm.catalog.calendar_page import WEEKDAYS
from itsm.catalog.calendar_rules import Windows
from itsm.catalog.contract_forms import day_input, text_area
from itsm.catalog.hours import BadHours
from itsm.catalog.models import Calendar, CalendarVersion
from itsm.catalog.words import FAULTS
from itsm.pages.register_forms import RegisterForm

MOST_DAYS = 92
BLANK_ROWS = 3
CLOSED = _("closed all day")


class CalendarForm(RegisterForm):
    """What a calendar is called; its hours are drafted and published apart."""

    class Meta:
        model = Calendar
        fields = ("code", "name", "description")
        widgets = {"description": text_area(2)}
        help_texts = {"code": _("Short and fixed, such as WORK or NIGHT.")}


class HoursField(forms.CharField):
    """Windows of a day, typed as 08:00–12:00 13:30–17:30."""

    def __init__(self, *, empty: Any = CLOSED, **options: Any) -> None:
        widget = forms.TextInput(attrs={"placeholder": empty, "autocomplete": "off"})
        super().__init__(required=False, max_length=200, widget=widget, **options)

    def clean(self, value: Any) -> Windows:
        """The windows as the rules keep them."""
        text = super().clean(value)
        try:
            return hours.written(hours.read(text))
        except BadHours as bad:
            raise forms.ValidationError(FAULTS[bad.fault]) from None


class HoursForm(forms.Form):
    """The hours of a calendar: seven weekdays, and what holds beside them."""

    weekday_0 = HoursField(label=WEEKDAYS[0])
    weekday_1 = HoursField(label=WEEKDAYS[1])
    weekday_2 = HoursField(label=WEEKDAYS[2])
    weekday_3 = HoursField(label=WEEKDAYS[3])
    weekday_4 = HoursField(label=WEEKDAYS[4])
    weekday_5 = HoursField(label=WEEKDAYS[5])
    weekday_6 = HoursField(label=WEEKDAYS[6])
    follows_holidays = forms.BooleanField(
        label=_("Follow the official holidays and make-up workdays"),
        required=False,
        help_text=_("Without the table of a year, no deadline of that year can be counted."),
    )
    makeup = HoursField(label=_("Hours of a make-up workday"), empty=_("as on Monday"))
    note = forms.CharField(label=_("What changes and why"), max_length=300)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, calendar: Calendar, version: CalendarVersion | None) -> "HoursForm":
        """The form with what the version says."""
        initial: dict[str, Any] = {"seen": calendar.version, "follows_holidays": True}
        if version:
            initial |= {f"weekday_{day}": hours.shown(windows) for day, windows in version.weekly.items()}
            initial["follows_holidays"] = version.follows_holidays
            initial["makeup"] = hours.shown(version.makeup_windows or [])
            initial["note"] = version.note if version.is_draft else ""
        return cls(initial=initial)

    @property
    def weekdays(self) -> list[forms.BoundField]:
        """The fields of the week."""
        return [self[f"weekday_{day}"] for day in range(7)]

    def copied(self) -> "HoursForm":
        """The same with Monday's hours on Tuesday to Friday too, as they are typed."""
        data = self.data.copy()
        for day in range(1, 5):
            data[f"weekday_{day}"] = data.get("weekday_0", "")
        initial = {name: data.get(name) for name in self.fields}
        return HoursForm(initial={**initial, "follows_holidays": bool(data.get("follows_holidays"))})

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, as a version keeps it."""
        cleaned = self.cleaned_data
        return {
            "weekly": {str(day): cleaned[f"weekday_{day}"] for day in range(7)},
            "follows_holidays": cleaned["follows_holidays"],
            "makeup_windows": cleaned["makeup"] or None,
        }


class ExceptionForm(forms.Form):
    """A date, or some in a row, that are not as their weekday says."""

    first = forms.DateField(label=_("From"), required=False, widget=day_input())
    last = forms.DateField(label=_("Until"), required=False, widget=day_input())
    name = forms.CharField(label=_("What it is called"), required=False, max_length=40)
    windows = HoursField(label=_("Opening hours"))
    remove = forms.BooleanField(label=_("Remove"), required=False)

    def clean(self) -> dict[str, Any]:
        """Nothing, or at least a date and a name."""
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if cleaned.get("remove") or self.errors:
            return cleaned
        if first is None and (last or cleaned.get("name") or cleaned.get("windows")):
            self.add_error("first", _("Give the date."))
        if first and not cleaned.get("name"):
            self.add_error("name", _("Give it a name; it is shown where a deadline is explained."))
        if first and last and not 0 <= (last - first).days < MOST_DAYS:
            self.add_error("last", _("The last day must lie within three months after the first."))
        return cleaned

    @property
    def days(self) -> list[date]:
        """The dates; none for a row that is empty or to be removed."""
        first = self.cleaned_data.get("first")
        if first is None or self.cleaned_data["remove"]:
            return []
        last = self.cleaned_data["last"] or first
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]


class _Exceptions(forms.BaseFormSet):
    """The rows of exceptions; each date once."""

    def clean(self) -> None:
        """No date stands in two rows."""
        if any(self.errors):
            return
        days = [day for form in self.forms for day in form.days]
        twice = sorted({day for day in days if days.count(day) > 1})
        if twice:
            raise forms.ValidationError(gettext("%(date)s stands in two rows.") % {"date": twice[0].isoformat()})

    @property
    def values(self) -> dict[str, Any]:
        """The exceptions as a version keeps them."""
        rows = ((day, form.cleaned_data) for form in self.forms for day in form.days)
        return {
            day.isoformat(): {"name": row["name"], "windows": row["windows"]} for day, row in sorted(rows, key=_day)
        }


def _day(row: tuple[date, Any]) -> date:
    return row[0]


ExceptionFormSet = forms.formset_factory(ExceptionForm, formset=_Exceptions, extra=BLANK_ROWS, max_num=200)


def exceptions_of(version: CalendarVersion | None) -> Any:
    """The rows with what the version says: neighbouring dates that are alike in one, and some blank ones."""
    return ExceptionFormSet(initial=list(_rows(version.exceptions if version else {})), prefix="exceptions")


def _rows(exceptions: Mapping[str, Any]) -> Any:
    days = sorted((date.fromisoformat(day), rule) for day, rule in exceptions.items())
    numbered = [(day.toordinal() - number, rule, day) for number, (day, rule) in enumerate(days)]
    for (_run, name, windows), group in groupby(numbered, key=lambda row: (row[0], row[1]["name"], row[1]["windows"])):
        run = [day for _number, _rule, day in group]
        last = run[-1] if len(run) > 1 else None
        yield {"first": run[0], "last": last, "name": name, "windows": hours.shown(windows)}
