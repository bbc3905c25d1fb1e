"""Forms and filters of papers, contacts and configuration items."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import User, Vendor
from itsm.catalog.contract_forms import day_input
from itsm.catalog.enums import Environment, ItemKind, ItemState, PaperKind, RelationKind, Validity
from itsm.catalog.models import ConfigurationItem, Contact, Paper, System
from itsm.catalog.querying.papers import of_reader
from itsm.pages.fields import RecordChoice
from itsm.pages.register_forms import RegisterFilter, RegisterForm, optional


def vendors() -> RecordChoice:
    """The companies in use."""
    rows = Vendor.objects.filter(is_active=True)
    return RecordChoice(rows, label=_("Vendor"), search=("initials", "code"), empty_label=_("Choose a vendor"))


def systems(help_text: object = "") -> RecordChoice:
    """The systems in use, or none of them."""
    rows = System.objects.filter(is_active=True)
    return optional(rows, label=_("System"), search=("initials", "code"), note="code", help_text=help_text)


class PaperForm(RegisterForm):
    """证照."""

    vendor = vendors()
    system = systems(_("Empty: the paper holds for all systems of the vendor."))

    class Meta:
        model = Paper
        fields = ("vendor", "kind", "name", "number", "system", "issued_on", "expires_on", "note")
        widgets = {"issued_on": day_input(), "expires_on": day_input()}


class ContactForm(RegisterForm):
    """联系人."""

    vendor = vendors()
    system = systems()

    class Meta:
        model = Contact
        fields = ("vendor", "name", "duty", "phone", "email", "system", "note")


class ItemForm(RegisterForm):
    """配置项."""

    GROUPS = (
        (_("What it is"), ("code", "name", "kind", "system", "release")),
        (_("Where and whose"), ("environment", "state", "location", "owner", "description")),
    )

    system = systems()
    owner = optional(User.objects.holding("catalog.items").filter(is_active=True), label=_("Owner"), note="job_title")

    class Meta:
        model = ConfigurationItem
        fields = (
            *("code", "name", "kind", "system", "release"),
            *("environment", "state", "location", "owner", "description"),
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}


class RelateForm(forms.Form):
    """A relation to another item."""

    kind = forms.ChoiceField(label=_("Relation"), choices=RelationKind.choices)
    target = RecordChoice(
        ConfigurationItem.objects.filter(is_active=True),
        label=_("Other item"),
        search=("initials", "code"),
        note="code",
        empty_label=_("Choose an item"),
    )
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)


class VerifyForm(forms.Form):
    """What was found on the spot."""

    note = forms.CharField(label=_("What was found"), max_length=200, required=False)


class PaperFilter(RegisterFilter):
    """Kind, vendor and validity of a paper."""

    kind = django_filters.ChoiceFilter(choices=PaperKind.choices, label=_("Kind of paper"))
    vendor = django_filters.ModelChoiceFilter(queryset=lambda request: _vendors_of(request.user), label=_("Vendor"))
    validity = django_filters.ChoiceFilter(
        choices=[(Validity.VALID, _("Valid")), (Validity.EXPIRED, _("Expired"))], method="valid", label=_("Validity")
    )

    def valid(self, rows: QuerySet, _name: str, wanted: str) -> QuerySet:
        """Valid today, or over."""
        today = timezone.localdate()
        return rows.valid(today) if wanted == Validity.VALID else rows.filter(expires_on__lt=today)


class ContactFilter(RegisterFilter):
    """The vendor of a contact."""

    vendor = django_filters.ModelChoiceFilter(queryset=lambda request: _vendors_of(request.user), label=_("Vendor"))


class ItemFilter(RegisterFilter):
    """Kind, system, environment and state of a configuration item."""

    kind = django_filters.ChoiceFilter(choices=ItemKind.choices, label=_("Kind of item"))
    system = django_filters.ModelChoiceFilter(queryset=System.objects.all(), label=_("System"))
    environment = django_filters.ChoiceFilter(choices=Environment.choices, label=_("Environment"))
    state = django_filters.ChoiceFilter(choices=ItemState.choices, label=_("State"))


def _vendors_of(user: User) -> QuerySet:
    """The companies whose papers this person sees."""
    seen = Paper.objects.filter(of_reader(user)).values("vendor")
    return Vendor.objects.filter(pk__in=seen)
