"""What the registers can be narrowed to; one definition for list, export and API."""

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from itsm.accounts.enums import DepartmentKind, VendorKind
from itsm.accounts.models import User
from itsm.catalog.enums import CodeKind, Tier
from itsm.catalog.models import Category, System
from itsm.catalog.querysets import vendors_of
from itsm.pages.register_forms import RegisterFilter

SCOPES = [("1", _("in scope")), ("0", _("out of scope"))]
GAPS = [
    ("any", _("Anything missing")),
    ("primary_owner", _("No primary owner")),
    ("backup_owner", _("No backup owner")),
    ("vendor", _("No vendor")),
    ("modules", _("No module")),
]


def _vendors(request: HttpRequest) -> QuerySet:
    return vendors_of(request.user)


def _systems(request: HttpRequest) -> QuerySet:
    return System.objects.visible_to(request.user)


def _owners(request: HttpRequest) -> QuerySet:
    seen = _systems(request)
    return User.objects.filter(Exists(seen.filter(primary_owner=OuterRef("pk"))))


class ScopeFilter(django_filters.ChoiceFilter):
    """In or out of the contract's scope."""

    def __init__(self) -> None:
        super().__init__(field_name="in_scope", choices=SCOPES, label=_("Scope"))

    def filter(self, rows: QuerySet, value: str) -> QuerySet:
        """Rows of that scope; all of them when none is chosen."""
        return rows.filter(in_scope=value == "1") if value else rows


class SystemFilter(RegisterFilter):
    """Tier, scope, vendor, owner, and what is missing."""

    tier = django_filters.ChoiceFilter(choices=Tier.choices, label=_("Tier"))
    in_scope = ScopeFilter()
    vendor = django_filters.ModelChoiceFilter(queryset=_vendors, label=_("Vendor"))
    owner = django_filters.ModelChoiceFilter(queryset=_owners, method="owned_by", label=_("Owner"))
    missing = django_filters.ChoiceFilter(choices=GAPS, method="lacking", label=_("Missing items"))

    class Meta:
        model = System
        fields: tuple[str, ...] = ()

    def owned_by(self, rows: QuerySet, _name: str, owner: User) -> QuerySet:
        """As primary or as backup owner."""
        return rows.filter(Q(primary_owner=owner) | Q(backup_owner=owner))

    def lacking(self, rows: QuerySet, _name: str, gap: str) -> QuerySet:
        """Of the maintained systems, those that lack it."""
        return rows.lacking(gap)


class PartFilter(RegisterFilter):
    """System and scope of a module or an interface."""

    system = django_filters.ModelChoiceFilter(queryset=_systems, label=_("System"))
    in_scope = ScopeFilter()


class CategoryFilter(RegisterFilter):
    """The upper category."""

    parent = django_filters.ModelChoiceFilter(queryset=Category.objects.filter(parent=None), label=_("Upper category"))


class CodeFilter(RegisterFilter):
    """Cause or solution."""

    kind = django_filters.ChoiceFilter(choices=CodeKind.choices, label=_("Kind"))


class DepartmentFilter(RegisterFilter):
    """The department's kind."""

    kind = django_filters.ChoiceFilter(choices=DepartmentKind.choices, label=_("Department kind"))


class VendorFilter(RegisterFilter):
    """What the company is to the hospital."""

    kind = django_filters.ChoiceFilter(choices=VendorKind.choices, label=_("Vendor kind"))
