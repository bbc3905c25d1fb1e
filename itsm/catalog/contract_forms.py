"""Forms of the contract's pages. A form checks its input; the verb checks the rules."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.accounts.enums import VendorKind
from itsm.accounts.models import User, Vendor
from itsm.catalog.contracts import AGREED, DRAFTED
from itsm.catalog.enums import Evaluation, Renewal
from itsm.catalog.models import Contract, Interface, Module, System
from itsm.errors import FieldsRefused, RuleBroken
from itsm.pages.fields import RecordChoice


def day_input() -> forms.DateInput:
    """A day by the browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def text_area(rows: int) -> forms.Textarea:
    """A text area of that height."""
    return forms.Textarea(attrs={"rows": rows})


def blame(form: forms.BaseForm, error: RuleBroken) -> None:
    """Put a verb's sentences at the fields that they are about."""
    errors = error.errors if isinstance(error, FieldsRefused) else {"": [str(error)]}
    for name, sentences in errors.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


def contractors() -> RecordChoice:
    """The companies in use, the general contractors first."""
    rows = Vendor.objects.filter(is_active=True, kind=VendorKind.CONTRACTOR)
    return RecordChoice(rows, label=_("Contractor"), search=("code",), empty_label=_("Choose a vendor"))


class ContractForm(forms.ModelForm):
    """What is agreed. The amount only for those who may see it; `version` is the one that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    contractor = contractors()

    class Meta:
        model = Contract
        fields = DRAFTED
        widgets = {"signed_on": day_input(), "scope_text": text_area(4)}

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not reader.may("catalog.amounts"):
            del self.fields["amount"]
        if self.instance.pk:
            self.initial.setdefault("version", self.instance.version)

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by column."""
        return {name: value for name, value in self.cleaned_data.items() if name in DRAFTED}


class AmendForm(ContractForm):
    """补充协议: what changes, since when and why. Number, sides and signing date stay."""

    agreed_on = forms.DateField(label=_("Agreed on"), widget=day_input())
    reason = forms.CharField(label=_("What was agreed and why"), max_length=2000, widget=text_area(3))

    class Meta(ContractForm.Meta):
        fields = AGREED

    contractor = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("agreed_on", timezone.localdate())


class ReasonForm(forms.Form):
    """A reason."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=text_area(2))


class NoteForm(forms.Form):
    """Evidence or a remark, if there is one."""

    note = forms.CharField(label=_("Evidence or remark"), max_length=300, required=False)


class BareForm(forms.Form):
    """A verb that takes no words."""


class ItemForm(forms.Form):
    """One thing more on a phase's checklist."""

    text = forms.CharField(label=_("Item"), max_length=200)
    is_mandatory = forms.BooleanField(label=_("Mandatory"), required=False, initial=True)


class ValueForm(forms.Form):
    """A parameter's value; `before` is what the person saw."""

    value = forms.CharField(label=_("Value"), max_length=200, required=False)
    before = forms.CharField(widget=forms.HiddenInput, max_length=200, required=False)


class EvaluateForm(forms.Form):
    """年度评价."""

    evaluation = forms.ChoiceField(label=_("Evaluation"), choices=Evaluation.choices, widget=forms.RadioSelect)
    score = forms.DecimalField(
        label=_("Score"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False
    )
    note = forms.CharField(label=_("Grounds"), max_length=2000, widget=text_area(2))


class DecideForm(forms.Form):
    """续签决定."""

    decision = forms.ChoiceField(
        label=pgettext_lazy("contract year", "Decision"), choices=Renewal.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Remark"), max_length=2000, required=False, widget=text_area(2))


class ScopeForm(forms.Form):
    """范围调整: a system, or some of its modules and interfaces, in or out from a day on."""

    system = RecordChoice(
        System.objects.filter(is_active=True),
        label=_("System"),
        search=("initials", "code"),
        empty_label=_("Choose a system"),
    )
    module = RecordChoice(
        Module.objects.filter(is_active=True),
        label=_("Module"),
        required=False,
        group="system",
        empty_label=_("The whole system"),
    )
    interface = RecordChoice(
        Interface.objects.filter(is_active=True),
        label=_("Interface"),
        required=False,
        search=(),
        group="system",
        empty_label=_("None"),
    )
    is_included = forms.TypedChoiceField(
        label=_("From then on"),
        choices=[("1", _("in scope")), ("0", _("out of scope"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="1",
    )
    from_on = forms.DateField(label=_("From"), widget=day_input())
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """At most one part, and a part of that system."""
        cleaned = super().clean()
        module, interface = cleaned.get("module"), cleaned.get("interface")
        if module and interface:
            self.add_error("interface", _("Choose a module or an interface, not both."))
        part = module or interface
        if part and cleaned.get("system") and part.system_id != cleaned["system"].pk:
            self.add_error("module" if module else "interface", _("It does not belong to this system."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        cleaned = self.cleaned_data
        part = cleaned["module"] or cleaned["interface"] or cleaned["system"]
        return {"parts": [part], **{name: cleaned[name] for name in ("is_included", "from_on", "note")}}
