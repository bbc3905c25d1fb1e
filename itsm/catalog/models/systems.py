"""Reference data of the desk. Rows that records point at are retired, never deleted."""

import re
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Vendor
from itsm.accounts.reference import TAKEN, Reference
from itsm.catalog.enums import CodeKind, Impact, Priority, Tier, Urgency
from itsm.catalog.querysets import PartQuerySet, SystemQuerySet
from itsm.choices import member
from itsm.versions import versions


class Maintained(Reference):
    """What is looked after: by whom, whose product it is, and whether the contract covers it.

    A module or an interface that leaves vendor or owners empty has those of its system.
    """

    vendor = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("vendor")
    )
    primary_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="primary_%(class)ss",
        verbose_name=_("primary owner"),
    )
    backup_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="backup_%(class)ss",
        verbose_name=_("backup owner"),
    )
    in_scope = models.BooleanField(_("in scope"), default=True)
    release = models.CharField(_("software version"), max_length=40, blank=True)
    description = models.TextField(_("remarks"), max_length=2000, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(primary_owner=None) | Q(backup_owner=None) | ~Q(primary_owner=F("backup_owner")),
                name="%(class)s_two_owners",
                violation_error_message=_("Primary and backup owner must be different people."),
            ),
        ]


class System(Maintained):
    """A hospital system under maintenance, with its 主 and 备 owner."""

    BLAMED = {"system_two_owners": "backup_owner"}

    code = models.CharField(_("code"), max_length=20, unique=True, error_messages=TAKEN)
    name = models.CharField(_("name"), max_length=80)
    initials = models.CharField(_("pinyin initials"), max_length=80, db_index=True, editable=False)
    tier = models.CharField(_("tier"), max_length=1, choices=Tier)

    objects = SystemQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code")
        verbose_name = _("system")
        constraints: ClassVar = [*Maintained.Meta.constraints]

    def __str__(self) -> str:
        return self.name

    @property
    def tier_badge(self) -> Tier:
        """The tier with its colour and icon."""
        return member(Tier, self.tier)


class Part(Maintained):
    """Something of a system; a new one that is given no code takes the next of its system."""

    PREFIX: ClassVar[str]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Fill in the code."""
        self.code = self.code or self.next_code()
        super().save(*args, **kwargs)

    def next_code(self) -> str:
        """The code behind the system's last one: LIS-M08."""
        head = f"{self.system.code}-{self.PREFIX}"
        kept = type(self).objects.filter(code__startswith=head).values_list("code", flat=True)
        numbers = [int(found[1]) for code in kept if (found := re.fullmatch(re.escape(head) + r"(\d{1,6})", code))]
        return f"{head}{max(numbers, default=0) + 1:02d}"


class Module(Part):
    """A part of a system that a fault can be pinned to."""

    BLAMED = {"module_two_owners": "backup_owner", "module_name_in_system": "name"}
    PREFIX = "M"

    system = models.ForeignKey(System, models.PROTECT, related_name="modules", verbose_name=_("system"))
    code = models.CharField(_("code"), max_length=30, unique=True, blank=True, error_messages=TAKEN)
    name = models.CharField(_("name"), max_length=80)
    initials = models.CharField(_("pinyin initials"), max_length=80, blank=True, editable=False)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ("system", "position")
        verbose_name = _("module")
        constraints: ClassVar = [
            *Maintained.Meta.constraints,
            models.UniqueConstraint(
                fields=["system", "name"],
                name="module_name_in_system",
                violation_error_message=_("This system has a module of that name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Interface(Part):
    """A connection from a system to another system of ours (`counterpart`) or to an outside party."""

    BLAMED = {
        "interface_two_owners": "backup_owner",
        "interface_name_in_system": "name",
        "interface_one_counterpart": "party",
        "interface_not_to_itself": "counterpart",
    }
    PREFIX = "I"

    system = models.ForeignKey(System, models.PROTECT, related_name="interfaces", verbose_name=_("system"))
    code = models.CharField(_("code"), max_length=30, unique=True, blank=True, error_messages=TAKEN)
    name = models.CharField(_("name"), max_length=80)
    initials = models.CharField(_("pinyin initials"), max_length=80, blank=True, editable=False)
    counterpart = models.ForeignKey(
        System,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="met_by",
        verbose_name=_("counterpart system"),
    )
    party = models.CharField(_("outside party"), max_length=80, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ("system", "position", "id")
        verbose_name = _("interface")
        constraints: ClassVar = [
            *Maintained.Meta.constraints,
            models.UniqueConstraint(
                fields=["system", "name"],
                name="interface_name_in_system",
                violation_error_message=_("This system has an interface of that name already."),
            ),
            models.CheckConstraint(
                condition=Q(counterpart=None) | Q(party=""),
                name="interface_one_counterpart",
                violation_error_message=_("Name either a counterpart system or an outside party, not both."),
            ),
            models.CheckConstraint(
                condition=Q(counterpart=None) | ~Q(counterpart=F("system")),
                name="interface_not_to_itself",
                violation_error_message=_("A system has no interface with itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} → {self.name}"

    @property
    def other_side(self) -> str:
        """With whom the data is exchanged."""
        return str(self.counterpart) if self.counterpart_id else self.party


class Category(Reference):
    """Fault category of two levels (a trigger keeps it so); a closed list that all vendors share."""

    code = models.CharField(_("code"), max_length=20, unique=True, error_messages=TAKEN)
    name = models.CharField(_("name"), max_length=60)
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True, editable=False)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("upper category"),
        limit_choices_to={"parent": None},
    )
    needs_text = models.BooleanField(
        _("needs free text"),
        default=False,
        help_text=_("Whoever chooses it must say in words what it was."),
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("position", "code")
        verbose_name = _("fault category")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Two levels: what has an upper category is none itself."""
        super().clean()
        if self.parent is None:
            return
        if self.parent.parent_id or self.parent_id == self.pk:
            raise ValidationError({"parent": _t("Choose an upper category of the first level.")})
        if self.pk and self.children.exists():
            raise ValidationError({"parent": _t("It has subcategories itself, so it stays on the first level.")})


class Code(Reference):
    """Why a fault happened, or how it was solved: one row of a closed list (原因, 解决方式)."""

    BLAMED = {"code_in_kind": "code", "code_name_in_kind": "name"}

    kind = models.CharField(_("kind"), max_length=12, choices=CodeKind)
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True, editable=False)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("kind", "position", "code")
        verbose_name = _("code of cause or solution")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "code"],
                name="code_in_kind",
                violation_error_message=_("This code is taken."),
            ),
            models.UniqueConstraint(
                fields=["kind", "name"],
                name="code_name_in_kind",
                violation_error_message=_("This name is taken."),
            ),
            models.CheckConstraint(condition=Q(kind__in=CodeKind.values), name="code_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class PriorityRule(models.Model):
    """One cell of the impact × urgency matrix."""

    impact = models.PositiveSmallIntegerField(choices=Impact)
    urgency = models.PositiveSmallIntegerField(choices=Urgency)
    priority = models.CharField(max_length=2, choices=Priority)

    history = versions()

    class Meta:
        ordering = ("impact", "urgency")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["impact", "urgency"], name="priority_rule_cell"),
        ]

    def __str__(self) -> str:
        return f"{self.impact} × {self.urgency} → {self.priority}"
