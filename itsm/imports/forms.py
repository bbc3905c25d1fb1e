"""Forms of the imports."""

from django import forms
from django.utils.translation import gettext_lazy as _

from itsm.imports.enums import Mode


class SendForm(forms.Form):
    """A workbook to import."""

    file = forms.FileField(
        label=_("Workbook"),
        help_text=_("An .xlsx file; its first sheet is read."),
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "class": "form-control",
            }
        ),
    )


class ApplyForm(forms.Form):
    """All rows or the good ones."""

    mode = forms.ChoiceField(choices=Mode.choices)
