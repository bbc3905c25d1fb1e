"""Forms of the catalogue's registers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Department, User, Vendor
from itsm.catalog.models import Category, Code, Interface, Module, System
from itsm.pages.fields import RecordChoice
from itsm.pages.register_forms import RegisterForm, optional

IDENTITY, PEOPLE, SCOPE = _("What it is"), _("Who answers for it"), _("Scope and order")
ORDER_HELP = _("Leave it empty to stand last.")


def owners(label: Any) -> RecordChoice:
    """The people who can answer for a system."""
    return optional(User.objects.handling(), label=label, note="job_title")


def vendors(help_text: Any = "") -> RecordChoice:
    """The companies in use."""
    return optional(
        Vendor.objects.filter(is_active=True), label=_("Vendor"), search=("initials", "code"), help_text=help_text
    )


def systems(label: Any, **options: Any) -> RecordChoice:
    """The systems in use."""
    rows = System.objects.filter(is_active=True)
    return RecordChoice(rows, label=label, search=("initials", "code"), note="code", **options)


class _Placed(RegisterForm):
    """A record with a position that may be left to the verb."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "position" in self.fields:
            self.fields["position"].required = False
            self.fields["position"].help_text = ORDER_HELP
            if not self.instance.pk:
                self.initial.pop("position", None)
                self.fields["position"].initial = None

    def clean_position(self) -> int:
        """Empty is: where it stands already, or last."""
        given = self.cleaned_data["position"]
        return given if given is not None else self.instance.position


class SystemForm(_Placed):
    """系统."""

    GROUPS = (
        (IDENTITY, ("code", "name", "tier", "release", "vendor")),
        (PEOPLE, ("primary_owner", "backup_owner")),
        (SCOPE, ("in_scope", "position", "description")),
    )

    vendor = vendors()
    primary_owner = owners(_("Primary owner"))
    backup_owner = owners(_("Backup owner"))

    class Meta:
        model = System
        fields = (
            *("code", "name", "tier", "release", "vendor", "primary_owner", "backup_owner"),
            *("in_scope", "position", "description"),
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"code": _("Short and fixed, as people call it: LIS, PACS.")}


class _PartForm(_Placed):
    """A part of a system; what it leaves empty it has from its system."""

    vendor = vendors(_("Empty: the vendor of the system."))
    primary_owner = owners(_("Primary owner"))
    backup_owner = owners(_("Backup owner"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("Leave it empty to take the next one.")
        self.fields["primary_owner"].help_text = _("Empty: the owners of the system.")

    def clean_code(self) -> str:
        """Empty is: the code it has, or the next one."""
        return self.cleaned_data["code"] or self.instance.code


class ModuleForm(_PartForm):
    """模块."""

    GROUPS = (
        (IDENTITY, ("system", "name", "code", "release", "vendor")),
        (PEOPLE, ("primary_owner", "backup_owner")),
        (SCOPE, ("in_scope", "position", "description")),
    )

    system = systems(_("System"), empty_label=_("Choose a system"))

    class Meta:
        model = Module
        fields = (
            *("system", "name", "code", "release", "vendor", "primary_owner", "backup_owner"),
            *("in_scope", "position", "description"),
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}


class InterfaceForm(_PartForm):
    """接口."""

    GROUPS = (
        (IDENTITY, ("system", "name", "counterpart", "party", "code", "release", "vendor")),
        (PEOPLE, ("primary_owner", "backup_owner")),
        (SCOPE, ("in_scope", "position", "description")),
    )

    system = systems(_("System"), empty_label=_("Choose a system"))
    counterpart = systems(
        _("Counterpart system"),
        required=False,
        empty_label=_("None"),
        help_text=_("A system of the hospital; otherwise name the outside party."),
    )

    class Meta:
        model = Interface
        fields = (
            *("system", "name", "counterpart", "party", "code", "release", "vendor"),
            *("primary_owner", "backup_owner", "in_scope", "position", "description"),
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"party": _("For example the health insurance's platform.")}

    def clean(self) -> dict[str, Any]:
        """One of the two sides must be named."""
        cleaned = super().clean()
        if not self.errors and not cleaned["counterpart"] and not cleaned["party"]:
            self.add_error("counterpart", _("Choose a counterpart system or name an outside party."))
        return cleaned


class CategoryForm(_Placed):
    """故障分类."""

    parent = optional(Category.objects.filter(is_active=True, parent=None), label=_("Upper category"))

    class Meta:
        model = Category
        fields = ("code", "name", "parent", "position", "needs_text")


class CodeForm(_Placed):
    """原因代码、解决代码."""

    class Meta:
        model = Code
        fields = ("kind", "code", "name", "position")


class DepartmentForm(_Placed):
    """科室."""

    parent = optional(
        Department.objects.filter(is_active=True).order_by("kind", "position", "code"),
        label=_("Belongs to"),
        group="get_kind_display",
    )

    class Meta:
        model = Department
        fields = ("code", "name", "kind", "parent", "position", "raises_priority")


class VendorForm(RegisterForm):
    """厂商."""

    class Meta:
        model = Vendor
        fields = ("code", "name", "kind", "phone")
