"""Words of the catalogue: how badly a fault bites and how soon it must be gone."""

from django.db import models
from django.utils.translation import gettext
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


class ContractState(TextBadges):
    """合同状态."""

    DRAFT = "draft", "azure", "pencil", _("Draft contract")
    IN_FORCE = "in_force", "green", "circle-check", _("In force")
    ENDED = "ended", "secondary", "archive", _("Ended")


class Evaluation(TextBadges):
    """年度评价结论."""

    QUALIFIED = "qualified", "green", "circle-check", _("Qualified")
    BASIC = "basic", "yellow", "alert-triangle", _("Basically qualified")
    UNQUALIFIED = "unqualified", "red", "circle-x", _("Unqualified")


class Renewal(TextBadges):
    """续签决定."""

    RENEWED = "renewed", "green", "signature", _("Renewed")
    RECTIFY = "rectify", "orange", "alert-triangle", _("Rectify first")
    ENDED = "ended", "red", "ban", _("Not renewed")


class PhaseKind(TextBadges):
    """项目阶段."""

    INITIAL = "initial", "azure", "tool", _("Initialisation")
    TRIAL = "trial", "yellow", "progress", _("Trial operation")
    OPERATION = "operation", "teal", "activity", _("Operation and maintenance")


class ValueKind(models.TextChoices):
    """What a parameter's value is."""

    INTEGER = "integer", _("Whole number")
    DECIMAL = "decimal", _("Decimal number")
    PERCENT = "percent", _("Percentage")
    MONEY = "money", _("Amount of money")
    DATE = "date", _("Date")
    TEXT = "text", _("Text")


class PaperKind(TextBadges):
    """厂商证照与合同."""

    AUTHORISATION = "authorisation", "teal", "certificate", _("Original vendor's authorisation")
    PROOF = "proof", "blue", "file-certificate", _("Proof of original service")
    LICENCE = "licence", "secondary", "license", _("Business licence")
    CONTRACT = "contract", "purple", "signature", _("Vendor contract")
    OTHER = "other", "secondary", "file-text", _("Other paper")


class Validity(TextBadges):
    """证照是否有效."""

    VALID = "valid", "green", "circle-check", _("Valid")
    SOON = "soon", "orange", "alarm", _("Expires soon")
    EXPIRED = "expired", "red", "circle-x", _("Expired")
    FUTURE = "future", "azure", "clock", _("Not yet valid")


class Compliance(TextBadges):
    """原厂服务是否合规."""

    PROVEN = "proven", "green", "shield-check", _("Compliant")
    UNPROVEN = "unproven", "red", "alert-octagon", _("Not compliant")


class ServiceRoot(TextBadges):
    """服务目录的三大方面; there are no others."""

    MAINTENANCE = "maintenance", "teal", "tool", _("Daily maintenance")
    GOVERNANCE = "governance", "blue", "books", _("Documents, staff and rules")
    TECHNICAL = "technical", "purple", "bulb", _("Professional technical service")


class VersionState(TextBadges):
    """A service item's version."""

    DRAFT = "draft", "azure", "pencil", _("Draft")
    PUBLISHED = "published", "green", "circle-check", _("Published")
    RETIRED = "retired", "secondary", "archive", _("Withdrawn")


class OverrideState(TextBadges):
    """Where a tailored service level stands."""

    PROPOSED = "proposed", "yellow", "clock", _("Awaiting approval")
    APPROVED = "approved", "green", "circle-check", _("Approved")
    REJECTED = "rejected", "red", "circle-x", _("Rejected")


class ItemKind(TextBadges):
    """配置项类型."""

    SERVER = "server", "blue", "server", _("Server")
    DATABASE = "database", "teal", "database", _("Database")
    MIDDLEWARE = "middleware", "purple", "stack-2", _("Middleware")
    NETWORK = "network", "azure", "topology-star-3", _("Network device")
    STORAGE = "storage", "orange", "archive", _("Storage")
    APPLICATION = "application", "green", "puzzle", _("Application")
    TERMINAL = "terminal", "secondary", "device-desktop-analytics", _("Terminal")
    FACILITY = "facility", "yellow", "building", _("Facility")
    OTHER = "other", "secondary", "tags", _("Other item")


class ItemState(TextBadges):
    """配置项状态."""

    IN_USE = "in_use", "green", "circle-check", _("In operation")
    STANDBY = "standby", "azure", "player-pause", _("Standing by")
    REPAIR = "repair", "orange", "tool", _("Under repair")


class Environment(models.TextChoices):
    """Where a configuration item runs."""

    PRODUCTION = "production", _("Production")
    TEST = "test", _("Test environment")
    RECOVERY = "recovery", _("Disaster recovery")


class RelationKind(TextBadges):
    """How one configuration item leans on another: the first … the second."""

    DEPENDS = "depends", "blue", "link", _("depends on")
    INTERFACE = "interface", "teal", "plug-connected", _("calls the interface of")
    DEPLOYED = "deployed", "purple", "server", _("is deployed on")
    STANDBY = "standby", "azure", "versions", _("stands by for")


CARRIES_FAILURE = (RelationKind.DEPENDS, RelationKind.INTERFACE, RelationKind.DEPLOYED)


class Progress(TextBadges):
    """Where a phase stands today."""

    UPCOMING = "upcoming", "secondary", "circle-dashed", _("Not begun")
    RUNNING = "running", "blue", "progress", _("Under way")
    OVERDUE = "overdue", "red", "alarm", _("Past its end, not closed")
    FINISHED = "finished", "green", "circle-check", _("Phase closed")


class DayKind(TextBadges):
    """What a calendar makes of a day. `mark` stands in the year's view, so that colour is not needed."""

    OPEN = "open", "green", "circle-check", _("Open as every week")
    CLOSED = "closed", "secondary", "circle-dashed", _("Closed as every week")
    OFF = "off", "red", "beach", _("Closed by exception")
    WORK = "work", "blue", "briefcase", _("Open by exception")
    OWN = "own", "purple", "clock", _("Other hours by exception")

    @property
    def mark(self) -> str:
        """One character for the year's view."""
        return {"off": gettext("off"), "work": gettext("on"), "own": gettext("alt")}.get(self.value, "")


class HolidayKind(TextBadges):
    """What the official table makes of a date."""

    OFF = "off", "red", "beach", _("Day off")
    WORK = "work", "blue", "briefcase", _("Make-up workday")
