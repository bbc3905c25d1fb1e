"""People and what they belong to. The user model is the lowest table of the product."""

from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itsm.accounts import roles
from itsm.accounts.browsers import browser_name
from itsm.accounts.enums import DepartmentKind, Scope, Standing, VendorKind
from itsm.accounts.querysets import UserQuerySet
from itsm.accounts.reference import TAKEN, Reference
from itsm.versions import versions


class Department(Reference):
    """A place of the hospital that reports faults or handles them."""

    BLAMED = {"department_not_in_itself": "parent"}

    code = models.CharField(_("code"), max_length=20, unique=True, error_messages=TAKEN)
    name = models.CharField(_("name"), max_length=80)
    initials = models.CharField(_("pinyin initials"), max_length=80, db_index=True, editable=False)
    kind = models.CharField(_("department kind"), max_length=20, choices=DepartmentKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    raises_priority = models.BooleanField(
        _("raises priority"),
        default=False,
        help_text=_("Theatre, intensive care, emergency and blood bank raise a ticket by one level."),
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("position", "code")
        verbose_name = _("department")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="department_not_in_itself",
                violation_error_message=_("A department cannot belong to itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """No department stands above itself."""
        super().clean()
        above = self.parent
        while above is not None and self.pk:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("A department cannot belong to itself.")})
            above = above.parent


class Vendor(Reference):
    """A company whose people or software the hospital relies on; its papers are in the catalogue."""

    code = models.CharField(_("code"), max_length=20, unique=True, error_messages=TAKEN)
    name = models.CharField(_("name"), max_length=120)
    initials = models.CharField(_("pinyin initials"), max_length=120, db_index=True, editable=False)
    kind = models.CharField(_("vendor kind"), max_length=20, choices=VendorKind)
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    class Meta:
        ordering = ("code",)
        verbose_name = _("vendor")

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Creates people; the work number is what they sign in with."""

    def create_user(self, work_number: str, password: str | None = None, **fields: Any) -> "User":
        """Save a new person; without a password nobody can sign in as them."""
        user = self.model(work_number=work_number, **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who can sign in: hospital staff, the contractor's team, or a vendor's contact."""

    work_number = models.CharField(_("work number"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=40)
    initials = models.CharField(_("pinyin initials"), max_length=40, db_index=True, blank=True)
    job_title = models.CharField(_("post"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("department")
    )
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("vendor")
    )
    roles = ArrayField(models.CharField(max_length=3), verbose_name=_("roles"), default=list, blank=True)
    sees_department = models.BooleanField(_("sees the tickets of the own department"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(_("joined at"), auto_now_add=True)
    left_on = models.DateField(_("last day"), null=True, blank=True)
    enabled_at = models.DateTimeField(_("enabled at"), null=True, blank=True)
    password_changed_at = models.DateTimeField(_("password set at"), null=True, blank=True)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[UserManager] = UserManager()
    history = versions("password", "last_login")

    USERNAME_FIELD = "work_number"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("work_number",)
        verbose_name = _("person")
        indexes: ClassVar = [GinIndex(fields=["roles"], name="user_roles")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="user_separated_administrators",
                condition=~(Q(roles__contains=["SYS"]) & Q(roles__overlap=["SEC", "AUD"]))
                & ~Q(roles__contains=["SEC", "AUD"]),
            ),
            models.CheckConstraint(
                name="user_administrators_see_no_department",
                condition=Q(sees_department=False) | ~Q(roles__overlap=["SYS", "SEC", "AUD"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse unknown roles and a breach of the three-administrator separation."""
        super().clean()
        try:
            roles.check_roles(self.roles, sees_department=self.sees_department)
        except ValueError as error:
            raise ValidationError({"roles": str(error)}) from error

    @cached_property
    def permissions(self) -> frozenset[str]:
        """What the person's roles may do, as `<app>.<verb>`."""
        return roles.permissions_of(self.roles)

    @cached_property
    def scopes(self) -> frozenset[Scope]:
        """How far the person's roles see."""
        department = {Scope.DEPARTMENT} if self.sees_department and self.department_id else set()
        return roles.scopes_of(self.roles) | department

    def may(self, permission: str) -> bool:
        """Whether a role of the person carries this permission; an inactive person may nothing."""
        return self.is_active and permission in self.permissions

    def may_sign_in(self, on: date) -> bool:
        """Whether the account is open on that day; the last day itself still counts."""
        return self.is_active and (self.left_on is None or on <= self.left_on)

    def standing(self, on: date) -> Standing:
        """Open, open until a known day, or closed."""
        if not self.may_sign_in(on):
            return Standing.CLOSED
        return Standing.LEAVING if self.left_on else Standing.OPEN

    @property
    def is_administrator(self) -> bool:
        """Whether this is one of the three separated administrators."""
        return bool(roles.SEPARATED & set(self.roles))

    @property
    def role_names(self) -> str:
        """The names of the roles held, for people to read."""
        return "、".join(str(roles.ROLES[code].name) for code in self.roles)


class PastPassword(models.Model):
    """A password that was in use, as its hash: it may not come back soon."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-id"], name="past_password_user")]


class OpenSession(models.Model):
    """A person signed in at a machine. The session itself is Django's; this row tells whose it is."""

    user = models.ForeignKey(User, models.CASCADE, related_name="open_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-seen_at",)

    @property
    def browser_name(self) -> str:
        """The browser and its machine in words."""
        return browser_name(self.browser)
