"""Words of the catalogue: how badly a fault bites and how soon it must be gone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.choices import TextBadges


class Tier(TextBadges):
    """What stops when the system stops."""

    A = "A", "red", "alert-octagon", _("A: care or fees stop")
    B = "B", "orange", "alert-triangle", _("B: one line of work is hampered")
    C = "C", "secondary", "point", _("C: office work is hampered")


class CodeKind(models.TextChoices):
    """What a code of the closing form says."""

    CAUSE = "cause", _("Cause")
    RESOLUTION = "resolution", _("Kind of solution")


class Impact(models.IntegerChoices):
    """影响范围."""

    HOSPITAL = 1, _("Whole hospital or several departments")
    DEPARTMENT = 2, _("One department or ward")
    PERSON = 3, _("One person or one computer")


class Urgency(models.IntegerChoices):
    """紧急程度."""

    STOPPED = 1, _("Care or charging has stopped")
    HAMPERED = 2, _("Hampered, with a way round")
    NONE = 3, _("Current care is not affected")


class Priority(TextBadges):
    """优先级."""

    P1 = "P1", "red", "urgent", _("P1 Critical")
    P2 = "P2", "orange", "flame", _("P2 Urgent")
    P3 = "P3", "blue", "circle-dot", _("P3 Normal")
    P4 = "P4", "secondary", "circle-dashed", _("P4 Low")
