"""The form that asks for a file."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from itsm.exports.enums import Kind
from itsm.exports.sources import Source


class RequestForm(forms.Form):
    """Which kind of file, and which columns of the list."""

    kind = forms.ChoiceField(label=_("Kind of file"), widget=forms.RadioSelect)
    columns = forms.MultipleChoiceField(
        label=_("Columns of the file"), required=False, widget=forms.CheckboxSelectMultiple
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = source.choices()
        self.fields["kind"].choices = [(kind, Kind(kind).label) for kind in source.kinds]
        self.fields["kind"].initial = source.kinds[0]
        self.fields["columns"].choices = [(choice.key, choice.label) for choice in choices]
        self.fields["columns"].initial = [choice.key for choice in choices if choice.chosen]
        self.fields["columns"].required = bool(choices) and self.is_bound
        self.fields["columns"].error_messages["required"] = _("Choose at least one column.")
        self.fields["key"].initial = uuid4
