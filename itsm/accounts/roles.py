"""Every role as a class: what it is, how far it sees, and what it may do.

Codes and duties follow the tender's list of roles. A permission is `<app>.<verb>`; which relation
to a record it also takes is said in that app's permissions.py.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itsm.accounts.enums import Scope

# What the work on a ticket takes besides; each kind's flow uses its part of them.
WORK_VERBS = ("arrive", "secure", "investigate", "conclude", "plan", "start", "submit", "send_back")
SIGNING = frozenset({"tickets.sign", "tickets.send_back"})
FILE_VERBS = ("attach", "withdraw", "patient_files")
DESK_VERBS = frozenset(
    f"tickets.{verb}"
    for verb in (
        *("queue", "new", "accept", "assign", "transfer", "hold", "resume"),
        *("resolve", "close", "reopen", "cancel", "reply", "note", "edit", "convert"),
        *("link", "merge", "unmerge", "split", "scope", "follow_up", "letters", "urge"),
        *WORK_VERBS,
        *FILE_VERBS,
        *("call", "reveal", "reveal_any"),
    )
)
ENGINEER_VERBS = frozenset(
    f"tickets.{verb}"
    for verb in (
        *("queue", "mine", "claim", "transfer", "hold"),
        *("resume", "resolve", "reply", "note", "edit", "link", "split"),
        *WORK_VERBS,
        *FILE_VERBS,
        *("call", "reveal"),
    )
)
HOSPITAL_VERBS = frozenset({"tickets.queue", "tickets.new", "tickets.note", "tickets.reply", "tickets.urge"})
FILES = frozenset({"tickets.attach", "tickets.withdraw"})
DICTIONARIES = frozenset({"catalog.read_dictionaries"})
DEPARTMENTS = frozenset({"accounts.read_departments"})
CATALOG = DICTIONARIES | DEPARTMENTS | {"catalog.read"}
CATALOG_EDIT = CATALOG | {"catalog.edit", "accounts.edit_departments"}


ACCOUNT_IMPORTS = frozenset({"imports.use", "imports.departments", "imports.people"})
CATALOG_IMPORTS = frozenset({"imports.use", "imports.departments", "imports.systems", "imports.modules"})


KEEPING_ACCOUNTS = frozenset(
    f"accounts.{verb}" for verb in ("people", "create", "edit", "deactivate", "restore", "reset_password")
)

# Patient data in the original: of the tickets in one's own hands, or of every ticket that one sees.
REVEALING = frozenset({"tickets.reveal", "tickets.reveal_any"})


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
    permissions = DESK_VERBS | CATALOG


class Engineer(Role):
    """驻场工程师."""

    code = "ENG"
    name = _("On-site engineer")
    prose = _("Handles the tickets of the own systems.")
    scope = Scope.SYSTEM
    permissions = ENGINEER_VERBS | CATALOG


class Inspector(Role):
    """巡检员."""

    code = "INS"
    name = _("Inspector")
    prose = _("Walks the inspection rounds and hands findings to the desk.")
    scope = Scope.SYSTEM
    permissions = frozenset({"tickets.queue", "tickets.new", "tickets.note"}) | CATALOG | FILES


class PlatformEngineer(Role):
    """平台工程师."""

    code = "PLT"
    name = _("Platform engineer")
    prose = _("Keeps the data centre and the integration platform running.")
    scope = Scope.SYSTEM
    permissions = ENGINEER_VERBS | CATALOG | {"tickets.new"}


class ProjectManager(Role):
    """现场项目经理."""

    code = "PM"
    name = _("Project manager")
    prose = _("Coordinates every team on site and answers for the service levels.")
    scope = Scope.ALL
    permissions = (
        DESK_VERBS
        | ENGINEER_VERBS
        | CATALOG_EDIT
        | CATALOG_IMPORTS
        | SIGNING
        | {"tickets.override_priority", "tickets.pause_urgent", "tickets.reject", "tickets.backdate"}
        | {"tickets.decide", "tickets.follow_up_rules"}
        | {"tickets.correct"}
    )


class TechnicalDirector(Role):
    """技术总监."""

    code = "CTO"
    name = _("Technical director")
    prose = _("Answers for solutions, changes and root causes.")
    scope = Scope.ALL
    permissions = ENGINEER_VERBS | CATALOG | SIGNING | {"tickets.reject"}


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
    permissions = ENGINEER_VERBS | CATALOG


class VendorContact(Role):
    """第三方厂商接口人."""

    code = "VND"
    name = _("Vendor contact")
    prose = _("Sees and handles the tickets of the own company.")
    scope = Scope.VENDOR
    permissions = frozenset({"tickets.queue", "tickets.reply", "tickets.note", "catalog.read"}) | DICTIONARIES | FILES


class HospitalIT(Role):
    """院方信息工程部人员."""

    code = "HIT"
    name = _("Hospital IT staff")
    prose = _("Watches every ticket for the hospital.")
    scope = Scope.ALL
    permissions = (
        HOSPITAL_VERBS
        | SIGNING
        | CATALOG_EDIT
        | CATALOG_IMPORTS
        | FILES
        | REVEALING
        | {"operation.read", "tickets.patient_files", "tickets.call"}
    )


class HospitalITHead(Role):
    """信息工程部主任."""

    code = "HLD"
    name = _("Head of hospital IT")
    prose = _("Supervises the contractor and decides on acceptance.")
    scope = Scope.ALL
    permissions = (
        HOSPITAL_VERBS
        | SIGNING
        | CATALOG
        | {"operation.read"}
        | {"tickets.reject", "tickets.complaints"}
        | FILES
        | REVEALING
    )


class Executive(Role):
    """院领导."""

    code = "EXE"
    name = _("Hospital executive")
    prose = _("Reads, and changes nothing.")
    scope = Scope.ALL
    permissions = frozenset({"tickets.queue"}) | CATALOG


class Surveyor(Role):
    """调研员."""

    code = "SUR"
    name = _("Surveyor")
    prose = _("Runs the satisfaction surveys.")


class SystemAdministrator(Role):
    """系统管理员."""

    code = "SYS"
    name = _("System administrator")
    prose = _("Opens and closes accounts and runs the application; reads no business records.")
    permissions = (
        DICTIONARIES
        | DEPARTMENTS
        | {"accounts.edit_departments"}
        | ACCOUNT_IMPORTS
        | KEEPING_ACCOUNTS
        | frozenset({"operation.read", "operation.verify", "tickets.alert_sources"})
    )


class SecurityAdministrator(Role):
    """安全管理员."""

    code = "SEC"
    name = _("Security administrator")
    prose = _("Grants roles; reads no business records.")
    permissions = frozenset(f"accounts.{verb}" for verb in ("people", "grant", "reset_second_factor"))


class AuditAdministrator(Role):
    """审计管理员."""

    code = "AUD"
    name = _("Audit administrator")
    prose = _("Reads the audit log and changes nothing.")
    permissions = frozenset({"audit.read"})


ROLES: dict[str, type[Role]] = {role.code: role for role in Role.__subclasses__()}
SEPARATED = frozenset({"SYS", "SEC", "AUD"})
SECOND_FACTOR = SEPARATED | {"HLD"}

# The catalogue's contracts, papers, services and configuration items: which roles hold which permission.
CATALOGUE_GRANTS = {
    "catalog.contracts": "CTO EXE HIT HLD PM",
    "catalog.amounts": "HLD PM",
    "catalog.draft_contract": "HIT HLD PM",
    "catalog.sign_contract": "HLD",
    "catalog.change_scope": "HIT HLD",
    "catalog.evaluate_year": "HIT HLD",
    "catalog.decide_year": "HLD",
    "catalog.papers": "CTO EXE HIT HLD PM VND",
    "catalog.edit_papers": "HIT HLD PM",
    "catalog.expiries": "CTO EXE HIT HLD PM",
    "catalog.services": "ARC CTO DSK ENG EXE EXP HIT HLD INS PLT PM",
    "catalog.edit_services": "HIT HLD PM",
    "catalog.publish_services": "HLD PM",
    "catalog.approve_overrides": "HLD PM",
    "catalog.items": "CTO DSK ENG EXE EXP HIT HLD INS PLT PM",
    "catalog.edit_items": "HIT PLT PM",
    "catalog.calendars": "HIT HLD PM",
}
# The service levels: who reads them, and who may do what to a promise.
PROMISE_GRANTS = {
    "slas.draft": "HIT PM",
    "slas.publish": "HIT HLD",
    "slas.outages": "DSK HIT PLT PM",
    "slas.exclude_outage": "HIT HLD",
    "slas.read": "CTO DSK ENG EXE EXP HIT HLD INS PLT PM VND",
    "slas.retry": "PM SYS",
    "tickets.acknowledge": "CTO DSK ENG EXP HIT HLD PLT PM VND",
    "tickets.fix_deadline": "PM",
    "tickets.annul": "PM",
    "tickets.decide_annulment": "HIT HLD",
    "tickets.recalculate": "HIT HLD PM",
    "tickets.annulments": "CTO HIT HLD PM",
}
# What leaves the house. Nobody reads a message there: its list shows the number and the occasion.
OUTBOX_GRANTS = {
    "notifications.outbox": "HIT HLD PM SYS",
    "notifications.resend": "HIT PM SYS",
    "notifications.destinations": "HIT PM SYS",
    "notifications.edit_destinations": "SYS",
    "notifications.copy": "DSK PM",
}
# The figures: whoever works with tickets reads those of the tickets seen. The monthly report: the contractor's
# side writes it, the hospital's head approves it.
REPORT_GRANTS = {
    "reports.read": "CTO DSK ENG EXE EXP HIT HLD INS PLT PM VND",
    "reports.cockpit": "CTO HIT HLD PM VND",
    "reports.desk": "DSK HIT PM",
    "reports.own": "CTO ENG EXP PLT PM",
    "reports.executive": "EXE HIT HLD PM",
    "reports.goals": "CTO EXE HIT HLD PM",
    "reports.edit_goals": "HLD PM",
    "reports.monthly": "CTO EXE HIT HLD PM",
    "reports.drafts": "CTO PM",
    "reports.draft": "PM",
    "reports.write": "PM",
    "reports.submit": "PM",
    "reports.correct": "PM",
    "reports.review": "CTO HIT",
    "reports.approve": "HLD",
    "reports.return": "CTO HIT HLD",
}
# The monthly assessment: the hospital's staff draw it, the contractor and the vendors may appeal, the head decides.
ASSESSMENT_GRANTS = {
    "reports.assessments": "CTO EXE HIT HLD PM VND",
    "reports.every_assessment": "CTO EXE HIT HLD PM",
    "reports.assessment_drafts": "EXE HIT HLD",
    "reports.assess": "HIT",
    "reports.appeal": "PM VND",
    "reports.decide_appeal": "HLD",
    "reports.confirm_assessment": "HLD",
    "reports.draft_scheme": "HIT",
    "reports.publish_scheme": "HIT HLD",
}
# Files that are made in the background: everybody with a list of the desk, and only of what that list shows.
EXPORT_GRANTS = {"exports.use": "CTO DSK ENG EXE EXP HIT HLD INS PLT PM VND"}
_GRANTS = (CATALOGUE_GRANTS, PROMISE_GRANTS, OUTBOX_GRANTS, REPORT_GRANTS, ASSESSMENT_GRANTS, EXPORT_GRANTS)
for _permission, _codes in (pair for grants in _GRANTS for pair in grants.items()):
    for _code in _codes.split():
        ROLES[_code].permissions |= {_permission}


def holders(permission: str) -> list[str]:
    """The codes of the roles that hold the permission."""
    return [code for code, role in ROLES.items() if permission in role.permissions]


def permissions_of(codes: list[str]) -> frozenset[str]:
    """The union of what these roles may do."""
    return frozenset().union(*(ROLES[code].permissions for code in codes))


def scopes_of(codes: list[str]) -> frozenset[Scope]:
    """How far these roles see together; everybody sees the own records."""
    return frozenset({Scope.OWN, *(ROLES[code].scope for code in codes)})


def check_roles(codes: list[str], *, sees_department: bool = False) -> None:
    """Refuse unknown roles, and whatever would break the separation of the three administrators (三员分立).

    Each of the three stands alone or beside roles that see the own records only. Raises ValueError with a
    sentence.
    """
    unknown = sorted(set(codes) - ROLES.keys())
    if unknown:
        raise ValueError(_("Unknown role: %(codes)s.") % {"codes": ", ".join(unknown)})
    separated = SEPARATED & set(codes)
    if len(separated) > 1:
        raise ValueError(_("System, security and audit administrator must be different people."))
    if separated and (sees_department or scopes_of(codes) != {Scope.OWN}):
        raise ValueError(_("An administrator may not also hold a role that sees other people's records."))
