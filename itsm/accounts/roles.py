"""Every role as a class: what it is, how far it sees, and what it may do.

Codes and duties follow the tender's list of roles. A permission is `<app>.<verb>`; which relation
to a record it also takes is said in that app's permissions.py.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itsm.accounts.enums import Scope

DESK_VERBS = frozenset(
    f"tickets.{verb}"
    for verb in (
        *("queue", "new", "accept", "assign", "transfer", "hold", "resume"),
        *("resolve", "close", "reopen", "cancel", "reply", "note", "edit"),
        *("link", "merge", "unmerge", "split", "scope", "follow_up"),
    )
)
ENGINEER_VERBS = frozenset(
    f"tickets.{verb}"
    for verb in (
        *("queue", "mine", "claim", "transfer", "hold"),
        *("resume", "resolve", "reply", "note", "edit", "link", "split"),
    )
)


class Role:
    """Base of all roles; a subclass names its code, words, reach and permissions."""

    code: str
    name: Promise
    prose: Promise
    scope: Scope = Scope.OWN
    permissions: frozenset[str] = frozenset()


class Clinician(Role):
    """临床/业务用户."""

    code = "CLI"
    name = _("Clinical user")
    prose = _("Reports faults and follows the own reports.")


class DeskAgent(Role):
    """服务台坐席."""

    code = "DSK"
    name = _("Service desk agent")
    prose = _("Takes calls, accepts and assigns tickets, and follows them to the end.")
    scope = Scope.ALL
    permissions = DESK_VERBS


class Engineer(Role):
    """驻场工程师."""

    code = "ENG"
    name = _("On-site engineer")
    prose = _("Handles the tickets of the own systems.")
    scope = Scope.SYSTEM
    permissions = ENGINEER_VERBS


class Inspector(Role):
    """巡检员."""

    code = "INS"
    name = _("Inspector")
    prose = _("Walks the inspection rounds and hands findings to the desk.")
    scope = Scope.SYSTEM
    permissions = frozenset({"tickets.queue", "tickets.new", "tickets.note"})


class PlatformEngineer(Role):
    """平台工程师."""

    code = "PLT"
    name = _("Platform engineer")
    prose = _("Keeps the data centre and the integration platform running.")
    scope = Scope.SYSTEM
    permissions = ENGINEER_VERBS | {"tickets.new"}


class ProjectManager(Role):
    """现场项目经理."""

    code = "PM"
    name = _("Project manager")
    prose = _("Coordinates every team on site and answers for the service levels.")
    scope = Scope.ALL
    permissions = (
        DESK_VERBS
        | ENGINEER_VERBS
        | {"tickets.override_priority", "tickets.pause_urgent", "tickets.backdate"}
        | {"tickets.decide", "tickets.follow_up_rules"}
    )


class TechnicalDirector(Role):
    """技术总监."""

    code = "CTO"
    name = _("Technical director")
    prose = _("Answers for solutions, changes and root causes.")
    scope = Scope.ALL
    permissions = ENGINEER_VERBS


class Archivist(Role):
    """档案管理员."""

    code = "ARC"
    name = _("Archivist")
    prose = _("Keeps the documents of the project.")


class Expert(Role):
    """后台专家."""

    code = "EXP"
    name = _("Second-line expert")
    prose = _("Is called in for hard cases.")
    scope = Scope.SYSTEM
    permissions = ENGINEER_VERBS


class VendorContact(Role):
    """第三方厂商接口人."""

    code = "VND"
    name = _("Vendor contact")
    prose = _("Sees and handles the tickets of the own company.")
    scope = Scope.VENDOR
    permissions = frozenset({"tickets.queue", "tickets.reply", "tickets.note"})


class HospitalIT(Role):
    """院方信息工程部人员."""

    code = "HIT"
    name = _("Hospital IT staff")
    prose = _("Watches every ticket for the hospital.")
    scope = Scope.ALL
    permissions = frozenset({"tickets.queue", "tickets.new", "tickets.note", "tickets.reply"})


class HospitalITHead(Role):
    """信息工程部主任."""

    code = "HLD"
    name = _("Head of hospital IT")
    prose = _("Supervises the contractor and decides on acceptance.")
    scope = Scope.ALL
    permissions = frozenset({"tickets.queue", "tickets.new", "tickets.note", "tickets.reply"})


class Executive(Role):
    """院领导."""

    code = "EXE"
    name = _("Hospital executive")
    prose = _("Reads, and changes nothing.")
    scope = Scope.ALL
    permissions = frozenset({"tickets.queue"})


class Surveyor(Role):
    """调研员."""

    code = "SUR"
    name = _("Surveyor")
    prose = _("Runs the satisfaction surveys.")


class SystemAdministrator(Role):
    """系统管理员."""

    code = "SYS"
    name = _("System administrator")
    prose = _("Runs the application; reads no business records.")
    permissions = frozenset({"tickets.alert_sources"})


class SecurityAdministrator(Role):
    """安全管理员."""

    code = "SEC"
    name = _("Security administrator")
    prose = _("Grants roles; reads no business records.")


class AuditAdministrator(Role):
    """审计管理员."""

    code = "AUD"
    name = _("Audit administrator")
    prose = _("Reads the audit log and changes nothing.")
    permissions = frozenset({"audit.read"})


ROLES: dict[str, type[Role]] = {role.code: role for role in Role.__subclasses__()}
SEPARATED = frozenset({"SYS", "SEC", "AUD"})


def permissions_of(codes: list[str]) -> frozenset[str]:
    """The union of what these roles may do."""
    return frozenset().union(*(ROLES[code].permissions for code in codes))


def scopes_of(codes: list[str]) -> frozenset[Scope]:
    """How far these roles see together; everybody sees the own records."""
    return frozenset({Scope.OWN, *(ROLES[code].scope for code in codes)})


def check_roles(codes: list[str]) -> None:
    """Refuse unknown roles and two of the three separated administrators (三员分立).

    Raises ValueError with a sentence.
    """
    unknown = sorted(set(codes) - ROLES.keys())
    if unknown:
        raise ValueError(_("Unknown role: %(codes)s.") % {"codes": ", ".join(unknown)})
    if len(SEPARATED & set(codes)) > 1:
        raise ValueError(_("System, security and audit administrator must be different people."))
