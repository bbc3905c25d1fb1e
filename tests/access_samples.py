"""What the walk of tests/test_access.py sends to an address, and on which records.

SAMPLES: the state that a ticket must be in and the words that are sent; an address that needs neither
is left out. RECORDS: for each part of an address, how to find its own, its foreign and a missing value;
a part that only one app uses is named with the app ("notifications:pk").
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from allauth.mfa.totp.internal import auth as totp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from itsm.accounts import second_factor
from itsm.api import tokens
from itsm.audit.models import Event
from itsm.imports.models import Import
from itsm.reports.models import Goal
from itsm.reports.monthly import canonical
from slas import policies
from slas.models import Policy
from tests import agreement_samples, assessment_samples, factories, outbox_samples
from tests.exports import exported
from tests.imports.sheets import sheet
from tests.reports.monthly import made
from tests.tickets import desk_samples
from tests.tickets.stages import PARTICULARS, PASSWORD
from tickets import deadline_views, relation_views
from tickets.verbs import FORMS, SAY

REPORT = {"name": "护士", "phone": "2316", "department": "DEPARTMENT", "description": "黑屏", "impact": 3, "urgency": 2}

DESCRIPTION = "住院号00821547查不到"  # patient data, so that there is an original to be shown


class Sample(NamedTuple):
    """What one address takes.

    words: what is sent. A word of NAMED stands for the key of such a record; a function
    is called for its value. fields: of the ticket, such as its kind. assigned: whether the own ticket is in the
    walker's hands.
    """

    state: str = "in_progress"
    words: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    assigned: bool = True

    def more(self, walk: Any) -> dict[str, Any]:
        """The records that the words name besides: made for this asking alone."""
        return desk_samples.named(walk, self.words)


def sample(state: str = "in_progress", **words: Any) -> Sample:
    """A ticket's state and what is sent."""
    return Sample(state, words)


def _workbook() -> SimpleUploadedFile:
    return SimpleUploadedFile("科室.xlsx", sheet(["code", "name"], [("A", "内科")]).getvalue())


def _tomorrow(days: int = 1) -> str:
    return f"{timezone.localtime() + timedelta(days=days):%Y-%m-%dT%H:%M}"


SYSTEM = {"code": "NEW", "name": "新系统", "tier": "B", "in_scope": "on"}
PART = {"system": "SYSTEM", "name": "新部件", "in_scope": "on"}
CATEGORY = {"code": "NEW", "name": "新分类"}
CODE = {"kind": "cause", "code": "NEW", "name": "新原因"}
DEPARTMENT = {"code": "NEW", "name": "新科室", "kind": "clinical"}
VENDOR = {"code": "NEW", "name": "新厂商", "kind": "original"}
MATRIX = {f"cell_{impact}_{urgency}": "P3" for impact in (1, 2, 3) for urgency in (1, 2, 3)}


def registered(noun: str, words: dict[str, Any]) -> dict[str, Any]:
    """What the form of a register is sent, for a new record and for a first change."""
    changed = {**words, "version": 1}
    return {f"catalog:{noun}_new": Sample(words=words), f"catalog:{noun}_edit": Sample(words=changed)}


def of_kind(kind: str, state: str, *, assigned: bool = True, **words: Any) -> Sample:
    """The same, of a kind whose flow has the state."""
    return Sample(state, words, {"kind": kind, "particulars": PARTICULARS[kind]}, assigned)


SAMPLES: dict[str, Sample] = {
    "imports:new": sample(file=_workbook),
    "exports:new": sample(kind="xlsx", columns="number"),
    "api:exports": sample(source="tickets", kind="csv"),
    "imports:apply": sample(mode="all"),
    "accounts:own": sample(name="李敏", phone="2316", email=""),
    "accounts:new": sample(work_number="new-person", name="李敏"),
    "accounts:edit": sample(version=1, name="李敏"),
    "accounts:grant": sample(roles="CLI", reason="调岗"),
    "accounts:deactivate": sample(reason="离职"),
    "accounts:restore": sample(reason="返聘"),
    "accounts:reset_second_factor": sample(reason="手机丢失"),
    "tickets:report": sample(key="00000000-0000-0000-0000-000000000001", **REPORT),
    "tickets:receipt": sample("resolved"),
    "tickets:track": sample("resolved"),
    "tickets:track_confirm": sample("resolved"),
    "tickets:track_reopen": sample("resolved", reason="又坏了"),
    "tickets:track_reply": sample("resolved", body="谢谢"),
    "tickets:track_rate": sample("resolved", rating=5),
    "tickets:new": sample(key="00000000-0000-0000-0000-000000000002", **REPORT),
    "tickets:accept": sample("new"),
    "tickets:claim": sample("new"),
    "tickets:assign": sample("new", assignee="COLLEAGUE"),
    "tickets:transfer": sample(assignee="COLLEAGUE", reason="不是我的系统"),
    "tickets:hold": sample(hold_reason="requester"),
    "tickets:resume": sample("on_hold"),
    "tickets:resolve": sample(solution="重启"),
    "tickets:close": sample("resolved"),
    "tickets:reopen": Sample("closed", {"reason": "又坏了"}, assigned=False),
    "tickets:cancel": sample(reason="重复"),
    "tickets:arrive": sample(),
    "tickets:secure": Sample("in_progress", {"permit": "yes", "protection": "yes", "signs": "yes"}, {"is_risky": True}),
    "tickets:investigate": of_kind("complaint", "accepted"),
    "tickets:conclude": of_kind("complaint", "investigating", verified="yes", conclusion="属实"),
    "tickets:plan": of_kind("requirement", "evaluating", evaluation="可行", promised_on="2099-01-01"),
    "tickets:start": of_kind("requirement", "planned"),
    "tickets:reject": of_kind("requirement", "evaluating", reason="已有同类功能"),
    "tickets:submit": of_kind("data_correction", "in_progress", plan="UPDATE", rollback="还原"),
    "tickets:sign": of_kind("data_correction", "to_sign", assigned=False, password=PASSWORD),
    "tickets:send_back": of_kind("data_correction", "to_sign", reason="缺回退"),
    "tickets:convert": sample("accepted", kind="request"),
    "tickets:reply": sample(body="好"),
    "tickets:note": sample(body="好"),
    "tickets:attach": sample(files=factories.upload),
    "tickets:correct": Sample(
        "closed", {"field": "location", "should_be": "二楼", "reason": "登记有误"}, assigned=False
    ),
    "tickets:withdraw": sample(reason="传错了"),
    "tickets:reveal": sample(what="description", reason="核对医嘱"),
    "tickets:edit": sample(version=2, title="新", impact=1, urgency=1),
    "tickets:link": sample(other="OTHER", kind="related"),
    "tickets:unlink": sample(other="LINKED"),
    "tickets:merge": sample(main="OTHER"),
    "tickets:merge_many": sample(main="OTHER", number="OWN"),
    "tickets:unmerge": sample("merged", reason="不是同一个故障"),
    "tickets:split": sample(key="00000000-0000-0000-0000-000000000003", title="另一故障", description="打印机也坏了"),
    "tickets:scope": sample(out_of_scope="yes", reason="不在合同内"),
    "tickets:decide": sample("disputed", decision="由马超负责"),
    "tickets:urge": sample(),
    "tickets:fix_deadline": sample(due_at=_tomorrow, reason="与科室约定"),
    "tickets:annul": sample(reason="院方网络中断"),
    "tickets:decide_annulment": sample(approve="yes", clock="ANNULLED"),
    "tickets:recalculate": sample(reason="补录调休"),
    "slas:part_new": sample(kind="arrival", length_P1="15 分钟"),
    "slas:part": sample(length="10 分钟"),
    "slas:publish": sample(effective_at=_tomorrow, note="年度复核"),
    "tickets:track_urge": sample(),
    "tickets:outage_new": sample(system="SYSTEM", started_at="2026-09-24T08:00", reason="服务停止"),
    "tickets:outage_reschedule": sample(started_at=_tomorrow, until=lambda: _tomorrow(2), reason="业务高峰"),
    "tickets:outage_cancel": sample(reason="厂商未就绪"),
    "tickets:outage_restore": sample(restored_at="2026-09-24T10:00"),
    "tickets:outage_exclude": sample(ground="network", note="院方断网"),
    "tickets:follow_up": sample("closed"),
    "tickets:follow_up_attempt": sample("closed", outcome="solved", channel="phone"),
    "tickets:follow_up_give_up": sample("closed"),
    "tickets:follow_up_rules": sample(position=10, percent=30),
    "tickets:follow_up_rule": sample(position=10, percent=50),
    "tickets:letter_open": sample(reporter_name="赵护士", department="DEPARTMENT", impact=3, urgency=2),
    "tickets:letter_file": sample(ticket="OTHER"),
    "tickets:alert_source_list": sample(slug="zabbix-2", name="监控", department="DEPARTMENT"),
    "tickets:alert_source": sample(slug="zabbix", name="监控", department="DEPARTMENT"),
    "notifications:choose": sample(quiet="house"),
    "notifications:destination_new": sample(**outbox_samples.GROUP),
    "notifications:destination_edit": sample(version=1, **outbox_samples.GROUP),
}

_VERBS = (*FORMS, *SAY, *relation_views.VERBS, *deadline_views.VERBS)
SAMPLES |= {
    "api:tickets": SAMPLES["tickets:new"],
    "api:reports": SAMPLES["tickets:report"],
    "api:tokens": sample(name="统计", days=7),
    "api:ticket_files": SAMPLES["tickets:attach"],
    **{f"api:ticket_{verb}": SAMPLES[f"tickets:{verb}"] for verb in _VERBS if f"tickets:{verb}" in SAMPLES},
}
for _noun, _words in {
    "system": SYSTEM,
    "module": PART,
    "interface": {**PART, "party": "医保"},
    "category": CATEGORY,
    "code": CODE,
    "department": DEPARTMENT,
    "vendor": VENDOR,
}.items():
    SAMPLES |= registered(_noun, _words)
SAMPLES |= {name: Sample(words=words) for name, words in agreement_samples.SAMPLES.items()}
SAMPLES["catalog:priorities"] = sample(seen="P1P2P3P2P3P4P3P4P4", **MATRIX)

Find = Callable[[Any], Any]

NAMED: dict[str, Find] = {
    "DEPARTMENT": lambda walk: walk.ticket.department_id,
    "COLLEAGUE": lambda walk: walk.desk.colleague.pk,
    "SYSTEM": lambda walk: walk.system.pk,
    **agreement_samples.NAMED,
    **assessment_samples.NAMED,
}


class Record(NamedTuple):
    """The values of one part of an address; own and foreign are asked for once the walk is set up."""

    own: Find
    foreign: Find
    missing: Any


def _import(walk: Any, of: Any) -> int:
    """An import of a person that waits for a decision."""
    return Import.objects.create(
        table="departments", file_name="科室.xlsx", state="checked", sent_by=of, sent_at=walk.START,
        total=1, rows=[[2, ["A", "内科"]]], columns={"code": 0, "name": 1}, counts={"new": 1},
    ).pk  # fmt: skip


def _export(walk: Any, of: Any) -> int:
    """An export of a person: under way for whoever gives it up, else ready."""
    return (exported.kept(of) if walk.name.endswith("cancel") else exported.ready(of)).pk


def _token(owner: Any) -> int:
    """An access token of a person."""
    return tokens.make(owner, at=timezone.now(), name="统计", days=7)[0].pk


def _in_use(find: Find) -> Find:
    """A record of a register as the verb takes it: retired for `restore`, holding nothing for `retire`."""

    def found(walk: Any) -> int:
        record = find(walk)
        type(record).objects.filter(pk=record.pk).update(is_active=not walk.name.endswith("_restore"))
        if walk.name == "catalog:vendor_retire":
            record.systems.update(vendor=None)
        return record.pk

    return found


def _person(walk: Any) -> int:
    """A colleague, in the state that the address takes."""
    person = walk.desk.colleague
    if walk.name == "accounts:restore":
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    if walk.name == "accounts:reset_second_factor" and not second_factor.has(person):
        totp.TOTP.activate(person, second_factor.new_secret())
    return person.pk


def _event(walk: Any) -> int:
    """An entry of the audit log."""
    return Event.objects.latest("pk").pk


RECORDS: dict[str, Record] = {
    "api:pk": Record(lambda walk: _token(walk.walker), lambda walk: _token(walk.desk.agent), 2**31),
    "imports:table": Record(lambda walk: "departments", lambda walk: "departments", "nonsense"),
    "imports:pk": Record(lambda walk: _import(walk, walk.walker), lambda walk: _import(walk, walk.desk.agent), 2**31),
    "exports:source": Record(lambda walk: "tickets", lambda walk: "tickets", "nonsense"),
    **{
        part: Record(lambda walk: _export(walk, walk.walker), lambda walk: _export(walk, walk.desk.agent), 2**31)
        for part in ("exports:pk", "api:export")
    },
    "accounts:pk": Record(_person, _person, 2**31),
    "audit:pk": Record(_event, _event, 2**31),
    "number": Record(lambda walk: walk.ticket.number, lambda walk: walk.foreign_ticket.number, "GD19990101-0001"),
    "token": Record(lambda walk: walk.ticket.token, lambda walk: walk.foreign_ticket.token, "no-such-token-anywhere"),
    "tickets:follow_up": Record(
        lambda walk: desk_samples.called(walk.ticket),
        lambda walk: desk_samples.called(walk.foreign_ticket),
        "GD19990101-0001",
    ),
    "tickets:rule": Record(desk_samples.rule, desk_samples.rule, 2**31),
    "tickets:letter": Record(desk_samples.letter, desk_samples.letter, 2**31),
    "tickets:slug": Record(desk_samples.source, desk_samples.source, "no-such-source"),
    "tickets:source": Record(desk_samples.source, desk_samples.source, "no-such-source"),
    **{
        f"catalog:{noun}": Record(_in_use(own), _in_use(foreign), 2**31)
        for noun, own, foreign in (
            ("system", lambda walk: walk.system, lambda walk: walk.foreign_ticket.system),
            ("vendor", lambda walk: walk.system.vendor, lambda walk: walk.foreign_ticket.vendor),
            (
                "module",
                lambda walk: factories.module(walk.system),
                lambda walk: factories.module(walk.foreign_ticket.system),
            ),
            (
                "interface",
                lambda walk: factories.interface(walk.system),
                lambda walk: factories.interface(walk.foreign_ticket.system),
            ),
            ("category", lambda _walk: factories.category(), lambda _walk: factories.category()),
            ("code", lambda _walk: factories.code(), lambda _walk: factories.code()),
            ("department", lambda _walk: factories.department(), lambda _walk: factories.department()),
        )
    },
    "tickets:uuid": Record(
        lambda walk: walk.attachment.file.uuid, lambda walk: walk.foreign_attachment.file.uuid, UUID(int=0)
    ),
    "api:uuid": Record(
        lambda walk: walk.attachment.file.uuid, lambda walk: walk.foreign_attachment.file.uuid, UUID(int=0)
    ),
    "notifications:message": Record(outbox_samples.dead_letter, outbox_samples.dead_letter, 2**31),
    "notifications:announcement": Record(outbox_samples.notice, outbox_samples.notice, UUID(int=0)),
    "notifications:destination": Record(outbox_samples.group, outbox_samples.group, 2**31),
    "notifications:pk": Record(lambda walk: walk.message.pk, lambda walk: walk.foreign_message.pk, 2**31),
}
for _part, (_own, _foreign) in agreement_samples.RECORDS.items():
    RECORDS[_part] = Record(_own, _foreign, 2**31)


def versioned(noun: str) -> Record:
    """The record whose versions an address shows, named like the record's own address."""
    parts = {"person": "accounts:pk", "destination": "notifications:destination", "goal": "boards:goal"}
    parts |= {"ticket": "history:ticket", "sheet": "history:ticket"}
    return RECORDS[parts.get(noun, f"catalog:{noun}")]


RECORDS["history:ticket"] = Record(lambda walk: walk.ticket.pk, lambda walk: walk.foreign_ticket.pk, 2**31)


def _policy(walk: Any) -> int:
    """The agreement in force, or the draft for whatever works on one."""
    return 1 if walk.name == "slas:policy" else _draft().number


def _draft() -> Policy:
    return Policy.objects.filter(state="draft").first() or policies.draft(by=None, at=timezone.now())


def _promise(walk: Any) -> int:
    return _draft().targets.get(kind="response", priority="P1").pk


def _goal(code: str) -> Callable[[Any], int]:
    made = {"code": code, "value": 90, "since_on": date(2026, 1, 5), "name": "合同第五条"}
    return _in_use(lambda walk: Goal.objects.get_or_create(code=code, defaults=made)[0])


for _app in ("reports", "api"):
    RECORDS[f"{_app}:code"] = Record(lambda walk: "K2", lambda walk: "K2", "K99")
    RECORDS[f"{_app}:half"] = Record(lambda walk: "numerator", lambda walk: "numerator", "nonsense")
RECORDS["tickets:outage"] = Record(
    lambda walk: desk_samples.outage(walk, walk.system),
    lambda walk: desk_samples.outage(walk, walk.foreign_ticket.system),
    2**31,
)
RECORDS["api:dimension"] = Record(lambda walk: "system", lambda walk: "vendor", "nonsense")
for _app in ("boards", "api"):
    RECORDS[f"{_app}:key"] = Record(lambda walk: "urgent", lambda walk: "urgent", "nonsense")
RECORDS["boards:goal"] = Record(_goal("K4"), _goal("K4"), 2**31)
GOAL = {"code": "K2", "value": "95", "since_on": "2026-01-05", "name": "合同第五条"}
SAMPLES["boards:goal_new"] = Sample(words=GOAL)
SAMPLES["boards:goal_edit"] = Sample(words={**GOAL, "version": 1})
# The state of a monthly report that an address takes.
REPORT_STATES = {
    **dict.fromkeys(("redraw", "submit", "write"), "draft"),
    **dict.fromkeys(("review", "return"), "submitted"),
    "approve": "reviewed",
}


def _month(walk: Any) -> str:
    """The month of a report in the state that the address takes; approved, where it is read only."""
    verb = walk.name.rpartition(":")[2].removeprefix("monthly_")
    made.edition(REPORT_STATES.get(verb, "approved"))
    return made.MONTH


for _app in ("monthly", "api"):
    RECORDS[f"{_app}:month"] = Record(_month, _month, "2001-01")
    RECORDS[f"{_app}:edition"] = Record(lambda walk: 1, lambda walk: 1, 99)
RECORDS["monthly:code"], RECORDS["monthly:half"] = RECORDS["reports:code"], RECORDS["reports:half"]
RECORDS["monthly:section"] = Record(lambda walk: "levels", lambda walk: "levels", "nonsense")
_WORDS = {"text": "响应超时2件。", "version": canonical.digest("")}
for _app in ("monthly:", "api:monthly_"):
    SAMPLES |= {
        f"{_app}write": sample(section="levels", **_WORDS),
        f"{_app}return": sample(reason="请补充分析"),
        f"{_app}correct": sample(reason="补录工单"),
    }
SAMPLES |= {"monthly:draft": sample(month="2026-09"), "api:monthly_reports": sample(month="2026-09")}
RECORDS["slas:policy"] = Record(_policy, _policy, 30_000)
RECORDS["slas:part"] = Record(lambda walk: "target", lambda walk: "target", "nonsense")
RECORDS["slas:row"] = Record(_promise, _promise, 2**31)
SAMPLES["history:sheet"] = of_kind("requirement", "evaluating")
for _noun, _words in agreement_samples.REGISTERED.items():
    SAMPLES |= registered(_noun, _words)
for _part, _found in assessment_samples.RECORDS.items():
    RECORDS[f"assessments:{_part}"] = RECORDS[f"api:{_part}"] = Record(*_found)
SAMPLES |= {f"assessments:{verb}": Sample(words=words) for verb, words in assessment_samples.WORDS.items()}
SAMPLES |= {f"api:{name}": Sample(words=words) for name, words in assessment_samples.API_WORDS.items()}
