"""Forms of what only one kind has to say. On a page with several kinds each has the kind as its prefix."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import User, Vendor
from itsm.errors import RuleBroken
from itsm.pages.fields import RecordChoice
from itsm.privacy.forms import MaskedTexts
from tickets import particulars
from tickets.enums import Kind
from tickets.models import Alert, Bug, Complaint, DataCorrection, Finding, PolicyInterface, Requirement, Ticket
from tickets.texts import FREE_TEXT


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SheetForm(MaskedTexts, forms.ModelForm):
    """Base: reads the columns, offers stored ones masked, and leaves the record to the verb."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = [name for name in FREE_TEXT[self._meta.model._meta.model_name] if name in self.fields]
        self.offer_masked(texts)
        for name in texts:
            self.fields[name].widget.attrs["data-guard"] = ""

    def _post_clean(self) -> None:
        """Leave the record alone: the verb writes it, under its lock."""


class RequirementForm(SheetForm):
    """需求."""

    class Meta:
        model = Requirement
        fields = particulars.SHEETS[Kind.REQUIREMENT].fields
        widgets = {"benefit": _area(2)}


class PolicyInterfaceForm(SheetForm):
    """政策性接口."""

    class Meta:
        model = PolicyInterface
        fields = particulars.SHEETS[Kind.POLICY_INTERFACE].fields
        widgets = {"effective_on": _day()}
        help_texts = {"fee": _("By contract these interfaces are free of charge.")}

    def clean_fee(self) -> Any:
        """Nothing but 0."""
        fee = self.cleaned_data["fee"]
        try:
            particulars.check_free(fee)
        except RuleBroken as error:
            raise ValidationError(str(error)) from error
        return fee


class BugForm(SheetForm):
    """BUG."""

    class Meta:
        model = Bug
        fields = particulars.SHEETS[Kind.BUG].fields
        widgets = {"steps": _area(3)}


class DataCorrectionForm(SheetForm):
    """数据修正."""

    class Meta:
        model = DataCorrection
        fields = particulars.SHEETS[Kind.DATA_CORRECTION].fields
        widgets = {"scope": _area(2), "reason": _area(2)}
        help_texts = {"scope": _("Which table and which records; no patients' names or numbers.")}


class ComplaintForm(SheetForm):
    """投诉."""

    about_person = RecordChoice(
        User.objects.filter(is_active=True).exclude(roles__overlap=["CLI"]),
        label=_("Person complained about"),
        required=False,
        note="job_title",
        empty_label=_("Nobody by name"),
    )
    about_vendor = RecordChoice(
        Vendor.objects.filter(is_active=True),
        label=_("Vendor complained about"),
        required=False,
        search=("code",),
        empty_label=_("No company"),
    )

    class Meta:
        model = Complaint
        fields = particulars.SHEETS[Kind.COMPLAINT].fields


class FindingForm(SheetForm):
    """隐患."""

    class Meta:
        model = Finding
        fields = particulars.SHEETS[Kind.FINDING].fields


class AlertForm(SheetForm):
    """监控告警."""

    raised_at = forms.DateTimeField(
        label=_("First seen"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    class Meta:
        model = Alert
        fields = particulars.SHEETS[Kind.ALERT].fields


FORMS: dict[Kind, type[SheetForm]] = {
    Kind.REQUIREMENT: RequirementForm,
    Kind.POLICY_INTERFACE: PolicyInterfaceForm,
    Kind.BUG: BugForm,
    Kind.DATA_CORRECTION: DataCorrectionForm,
    Kind.COMPLAINT: ComplaintForm,
    Kind.FINDING: FindingForm,
    Kind.ALERT: AlertForm,
}


class Sheets:
    """The forms of every kind on one page; only the chosen kind's is read."""

    def __init__(self, kind: str, sent: Any = None, *, auto_id: str = "id_%s") -> None:
        self.kind = kind
        self.forms = {
            of: form(sent if of == kind else None, prefix=of.value, auto_id=auto_id) for of, form in FORMS.items()
        }

    def __iter__(self) -> Any:
        """Each kind with its form and whether it is the chosen one."""
        return iter([(of, form, of == self.kind) for of, form in self.forms.items()])

    def is_valid(self) -> bool:
        """Whether the chosen kind's form is."""
        form = self.forms.get(Kind(self.kind))
        return form is None or form.is_valid()

    @property
    def cleaned_data(self) -> dict[str, Any]:
        """What the chosen kind's form says."""
        form = self.forms.get(Kind(self.kind))
        return {} if form is None else said(form)


def said(form: SheetForm) -> dict[str, Any]:
    """The cleaned columns; an empty moment is left out, so that its default holds."""
    return {name: value for name, value in form.cleaned_data.items() if name != "raised_at" or value}


def sheet_of(sent: QueryDict) -> SheetForm | None:
    """The form of the kind that was sent: bound if its fields were sent too; None where the kind has none."""
    chosen = sent.get("kind", "")
    form = FORMS.get(Kind(chosen)) if chosen in Kind else None
    if form is None:
        return None
    answered = any(name.startswith(f"{chosen}-") for name in sent)
    return form(sent if answered else None, prefix=chosen, auto_id="convert_%s")


def of(ticket: Ticket, sent: Any = None) -> SheetForm | None:
    """The form of the ticket's own particulars; None where its kind has none."""
    form = FORMS.get(Kind(ticket.kind))
    return form(sent, instance=particulars.of(ticket), prefix="detail") if form else None
