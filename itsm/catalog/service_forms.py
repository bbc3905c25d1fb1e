"""Forms of the service catalogue."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Department
from itsm.catalog.contract_forms import day_input, text_area
from itsm.catalog.enums import ServiceRoot
from itsm.catalog.models import ServiceItem, ServiceOverride, ServiceVersion
from itsm.catalog.paper_forms import systems
from itsm.catalog.services import WORDS
from itsm.pages.register_forms import optional


class WordsForm(forms.ModelForm):
    """What an item promises."""

    class Meta:
        model = ServiceVersion
        fields = WORDS
        widgets = {"description": text_area(3)}
        help_texts = {"target_minutes": _("Only if the level can be measured in minutes.")}

    @property
    def words(self) -> dict[str, Any]:
        """What was typed, by column."""
        return {name: self.cleaned_data[name] for name in WORDS}

    def _post_clean(self) -> None:
        """Leave the version alone: the verb writes it, under its lock."""


class ItemForm(WordsForm):
    """A new item: its code, its root, and its first draft."""

    code = forms.CharField(label=_("Code"), max_length=20)
    root = forms.ChoiceField(label=_("Service area"), choices=ServiceRoot.choices, widget=forms.RadioSelect)

    def clean_code(self) -> str:
        """A code is there once."""
        code = self.cleaned_data["code"].strip()
        if ServiceItem.objects.filter(code=code).exists():
            raise forms.ValidationError(_("This code is taken."))
        return code


class OverrideForm(forms.ModelForm):
    """专用服务级别: where, what, since when and why."""

    department = optional(Department.objects.filter(is_active=True).order_by("position", "code"), label=_("Department"))
    system = systems()

    class Meta:
        model = ServiceOverride
        fields = ("department", "system", "level", "target_minutes", "from_on", "to_on", "reason")
        widgets = {"from_on": day_input(), "to_on": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("from_on", timezone.localdate())

    def clean(self) -> dict[str, Any]:
        """It is for some place, and ends after it begins."""
        cleaned = super().clean()
        if not cleaned.get("department") and not cleaned.get("system"):
            self.add_error("department", _("Name a department, a system or both."))
        start, end = cleaned.get("from_on"), cleaned.get("to_on")
        if start and end and end < start:
            self.add_error("to_on", _("The last day must not lie before the first."))
        return cleaned

    def _post_clean(self) -> None:
        """Leave the record alone: the verb writes it, under its lock."""
