"""Factories make reference records; verbs make states."""

import uuid
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile

from documents import checking
from documents.checking import Uploads
from itsm.accounts.models import Department, User, Vendor
from itsm.catalog import calendar_seeding
from itsm.catalog.enums import Impact, Priority, Urgency
from itsm.catalog.models import Calendar, Category, Code, Interface, Module, PriorityRule, System
from slas import seeding
from slas.enums import Kind
from slas.models import PauseRule, Policy, Rung, Target
from tickets import attaching, opening
from tickets.models import Attachment, Ticket
from tickets.opening import Report

SHANGHAI = ZoneInfo("Asia/Shanghai")
_counter = count(1)
MINUTES = {"P1": (10, 120), "P2": (15, 240), "P3": (30, 480), "P4": (120, 1440)}


def at(text: str) -> datetime:
    """A Shanghai moment: at("2026-09-24 17:10")."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def reference() -> None:
    """The priority matrix and the targets of the contract's defaults."""
    order = {2: "P1", 3: "P2", 4: "P3", 5: "P4", 6: "P4"}
    PriorityRule.objects.bulk_create(
        PriorityRule(impact=i, urgency=u, priority=order[i + u]) for i in Impact for u in Urgency
    )
    agreement()


def agreement(**fields: Any) -> Policy:
    """The contract's default minutes counted round the clock; whoever is in charge is told at the deadline."""
    return publish(agreement_draft(**fields))


def agreement_draft(**fields: Any) -> Policy:
    """The same, not published yet."""
    number = 1 + Policy.objects.count()
    policy = Policy.objects.create(**{"number": number, "drafted_at": at("2026-01-01 00:00"), **fields})
    for index, kind in enumerate((Kind.RESPONSE, Kind.RESOLUTION)):
        for priority in Priority:
            target(policy, kind, priority, MINUTES[priority][index])
            rung(policy, kind, priority)
    for priority in ("P1", "P2"):
        PauseRule.objects.create(policy=policy, reason="third_party", priority=priority, needs_consent=True)
    return policy


def contract(*, at: datetime) -> None:
    """The agreement of a new installation from `at` on, with the calendar of working time."""
    work_calendar()
    policy = Policy.objects.create(number=1 + Policy.objects.count(), drafted_at=at)
    seeding.fill(policy, seeding.read())
    publish(policy, effective_at=at)


def work_calendar() -> Calendar:
    """Monday to Friday 08:00 to 12:00 and 13:30 to 17:30, with the State Council's days of 2026."""
    calendar_seeding.seed(lambda name, count: None, at=at("2026-01-01 00:00"))
    return Calendar.objects.get(code="WORK")


def target(policy: Policy, kind: str, priority: str, minutes: int, **fields: Any) -> Target:
    """A promise of a draft."""
    return Target.objects.create(policy=policy, kind=kind, priority=priority, seconds=minutes * 60, **fields)


def rung(policy: Policy, kind: str, priority: str, value: int = 100, **fields: Any) -> Rung:
    """A level of a draft's ladder: a share of the target, told to whoever is in charge."""
    defaults = {"basis": "percent", "recipients": ["assignee"], "stops_on_ack": False}
    return Rung.objects.create(policy=policy, kind=kind, priority=priority, value=value, **{**defaults, **fields})


def publish(policy: Policy, **fields: Any) -> Policy:
    """Let a draft hold, for all the past unless told otherwise."""
    moment = at("2000-01-01 00:00")
    for name, value in {"state": "published", "published_at": moment, "effective_at": moment, **fields}.items():
        setattr(policy, name, value)
    policy.save()
    return policy


def department(**fields: Any) -> Department:
    """A clinical department."""
    number = next(_counter)
    defaults = {"code": f"D{number}", "name": f"科室{number}", "initials": f"ks{number}", "kind": "clinical"}
    return Department.objects.create(**{**defaults, **fields})


def vendor(**fields: Any) -> Vendor:
    """A vendor."""
    number = next(_counter)
    defaults = {"code": f"V{number}", "name": f"厂商{number}", "kind": "original"}
    return Vendor.objects.create(**{**defaults, **fields})


def user(*roles: str, **fields: Any) -> User:
    """A person with these roles; the password is the work number twice."""
    number = next(_counter)
    work_number = fields.pop("work_number", f"u{number}")
    defaults = {"name": f"人员{number}", "roles": list(roles)}
    person = User(work_number=work_number, **{**defaults, **fields})
    person.set_unusable_password()
    person.save()
    return person


def system(**fields: Any) -> System:
    """A tier-B system without owners."""
    number = next(_counter)
    defaults = {"code": f"S{number}", "name": f"系统{number}", "initials": f"xt{number}", "tier": "B"}
    return System.objects.create(**{**defaults, **fields})


def module(of: System, **fields: Any) -> Module:
    """A module of a system."""
    return Module.objects.create(**{"system": of, "name": f"模块{next(_counter)}", **fields})


def interface(of: System, **fields: Any) -> Interface:
    """An interface of a system with an outside party."""
    name = f"接口{next(_counter)}"
    return Interface.objects.create(**{"system": of, "name": name, "party": "医保平台", **fields})


def code(**fields: Any) -> Code:
    """A code of a cause."""
    number = next(_counter)
    return Code.objects.create(**{"kind": "cause", "code": f"YY{number}", "name": f"原因{number}", **fields})


def category(**fields: Any) -> Category:
    """A category of the second level."""
    number = next(_counter)
    parent = Category.objects.create(code=f"C{number}", name=f"大类{number}")
    return Category.objects.create(**{"code": f"C{number}A", "name": f"小类{number}", "parent": parent, **fields})


def report(**fields: Any) -> Report:
    """What a nurse says: P3 (one person, hampered, tier B) unless told otherwise."""
    defaults: dict[str, Any] = {
        "reporter_name": "值班护士",
        "reporter_phone": "2316",
        "description": "打印机打不出检验报告。",
        "impact": Impact.DEPARTMENT,
        "urgency": Urgency.HAMPERED,
    }
    if "department" not in fields:
        defaults["department"] = department()
    return Report(**{**defaults, **fields})


def ticket(
    *,
    by: User | None = None,
    reporter: User | None = None,
    moment: datetime | None = None,
    source: str = "web",
    uploads: Uploads | None = None,
    **fields: Any,
) -> Ticket:
    """A new ticket, opened through the verb (the reference data must be there)."""
    when = moment or at("2026-09-24 09:00")
    if reporter:
        fields.setdefault("reporter_name", reporter.name)
    return opening.open_ticket(
        report(**fields),
        by=by or reporter,
        at=when,
        source=source,
        key=uuid.uuid4(),
        reporter=reporter,
        uploads=uploads,
    )


def upload(name: str = "备注.txt", content: bytes = b"words") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content, "application/octet-stream")


def uploads(*files: SimpleUploadedFile, patient_data: bool = False) -> Uploads:
    """Checked files; a text file unless told otherwise."""
    return checking.check_all(files or [upload()], patient_data=patient_data)


def attachment(
    to: Ticket,
    *files: SimpleUploadedFile,
    by: User | None = None,
    moment: datetime | None = None,
    patient_data: bool = False,
    is_public: bool = True,
) -> Attachment:
    """A file on a ticket, added through the verb; by the system unless told otherwise."""
    sent = uploads(*files, patient_data=patient_data)
    [added] = attaching.attach(to, by=by, at=moment or to.updated_at, uploads=sent, is_public=is_public)
    return added
