"""The form that takes a year's official table: pasted, typed or as a workbook."""

import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itsm.catalog import holiday_sheets, notices
from itsm.catalog.contract_forms import day_input, text_area
from itsm.catalog.holidays import Notice
from itsm.catalog.models import HolidayYear
from itsm.catalog.notices import Read
from itsm.errors import RuleBroken


class NoticeForm(forms.Form):
    """What the notice says. Whoever applies it must have seen its days: `previewed` names the text that was shown."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
    text = forms.CharField(
        label=_("Text of the notice"),
        required=False,
        max_length=notices.MOST_CHARACTERS,
        widget=text_area(9),
        help_text=_("Paste the whole notice. Or one line a stretch: 2027-10-01~2027-10-07 放假 国庆节"),
    )
    file = forms.FileField(
        label=_("Or a workbook"),
        required=False,
        help_text=_("An .xlsx file with date, 放假 or 上班, and the festival."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx", "class": "form-control"}),
    )
    notice_no = forms.CharField(
        label=_("Number of the notice"), required=False, max_length=60, help_text=_("Empty: read from the text.")
    )
    published_on = forms.DateField(label=_("Announced on"), required=False, widget=day_input())
    source = forms.CharField(label=_("Source"), required=False, max_length=200)
    previewed = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    found: Read | None = None

    def clean(self) -> dict[str, Any]:
        """Read the text or the workbook; fill in number and date where the text says them."""
        cleaned = super().clean()
        if cleaned.get("file"):
            self._take_workbook(cleaned)
        if self.errors:
            return cleaned
        self.found = notices.read(cleaned["text"], cleaned["year"])
        if self.found.year != cleaned["year"]:
            self.add_error("year", gettext("The text announces the year %(year)s.") % {"year": self.found.year})
        elif not self.found.days:
            self.add_error("text", _("No day was found in it. A sentence needs dates and 放假 or 上班."))
        elif HolidayYear.objects.filter(pk=cleaned["year"], is_locked=True).exists():
            self.add_error("year", _("This year's table is locked. Unlock it first, on its page."))
        cleaned["notice_no"] = cleaned["notice_no"] or self.found.notice_no
        cleaned["published_on"] = cleaned["published_on"] or self.found.published_on
        return cleaned

    def _take_workbook(self, cleaned: dict[str, Any]) -> None:
        try:
            cleaned["text"] = holiday_sheets.lines(cleaned["file"].file)
        except RuleBroken as error:  # the sentence belongs to the field
            self.add_error("file", str(error))

    @property
    def mark(self) -> str:
        """What names this text of this year."""
        text = f"{self.cleaned_data['year']}\n{self.cleaned_data['text']}"
        return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()

    def check_whole(self) -> bool:
        """Whether it can be applied: seen as it stands, and with the notice named."""
        for name in ("notice_no", "published_on"):
            if not self.cleaned_data[name]:
                self.add_error(name, _("Needed: it is kept as the ground of these days."))
        return not self.errors and self.cleaned_data["previewed"] == self.mark

    @property
    def notice(self) -> Notice:
        """What announces the table."""
        cleaned = self.cleaned_data
        return Notice(cleaned["notice_no"], cleaned["published_on"], cleaned["source"])

    def shown(self, version: int) -> "NoticeForm":
        """The form of the preview: what was read, the mark of its text, the version of the year that it replaces."""
        kept = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        return NoticeForm(initial={**kept, "previewed": self.mark, "seen": version})


class UnlockForm(forms.Form):
    """Why a table is corrected."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
