"""Words stored in the columns of people and departments, and the reach of a role."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.choices import TextBadges


class DepartmentKind(models.TextChoices):
    """部门类型: surveys derive their strata from it."""

    CLINICAL = "clinical", _("Clinical department")
    MEDICAL_TECHNOLOGY = "medical_technology", _("Medical technology department")
    MANAGEMENT = "management", _("Management department")
    TECHNICAL = "technical", _("Technical department")


class VendorKind(models.TextChoices):
    """What a company is to the hospital."""

    CONTRACTOR = "contractor", _("General contractor")
    ORIGINAL = "original", _("Original vendor")
    THIRD_PARTY = "third_party", _("Third party")


class Scope(StrEnum):
    """How far a role sees; a person's reach is the union over the roles held."""

    OWN = "own"
    DEPARTMENT = "department"
    SYSTEM = "system"
    VENDOR = "vendor"
    ALL = "all"


class Standing(TextBadges):
    """Whether an account is open."""

    OPEN = "open", "green", "circle-check", pgettext_lazy("account", "Open")
    LEAVING = "leaving", "orange", "calendar-event", pgettext_lazy("account", "Leaving")
    CLOSED = "closed", "secondary", "lock", pgettext_lazy("account", "Closed")
