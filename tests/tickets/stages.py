"""Brings tickets into a state through the verbs, and tells what is written about them."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from itsm.accounts.models import User
from itsm.audit.models import Event
from itsm.notifications.models import Message
from slas.models import Clock, Escalation, Pause
from tests import factories
from tickets import lifecycle, relations
from tickets.actors import Reporter
from tickets.enums import Answer
from tickets.models import Check, Comment, RemoteLog, Signature, Ticket
from tickets.particulars import SHEETS
from tickets.verbs import ACTS
from tickets.work import Reply

START = factories.at("2026-09-24 09:00")
PASSWORD = "correct-horse-2026"
RESPONSE, RESOLUTION = timedelta(minutes=30), timedelta(hours=8)  # of P3
WORDS: dict[str, dict[str, Any]] = {
    "transfer": {"reason": "不是我的系统"},
    "hold": {"hold_reason": "requester"},
    "resolve": {"solution": "重启打印服务"},
    "reopen": {"reason": "又坏了"},
    "cancel": {"reason": "重复报修"},
    "unmerge": {"reason": "不是同一个故障"},
    "secure": {"replies": {item: Reply(Answer.YES) for item in ("permit", "protection", "signs")}},
    "conclude": {"verified": True, "conclusion": "情况属实，已当面致歉。"},
    "plan": {"evaluation": "可行，约三人日。", "promised_on": factories.at("2026-10-20 00:00").date()},
    "reject": {"reason": "现有报表已能满足。"},
    "submit": {"plan": "UPDATE charge SET status = 1 WHERE id = 7", "rollback": "按备份表还原"},
    "sign": {"password": PASSWORD},
    "send_back": {"reason": "缺少回退方案"},
    "convert": {"kind": "request", "values": {}},
}


BUG_WORDS = {"fixed_in": "5.2.2"}
PARTICULARS: dict[str, dict[str, Any]] = {
    "requirement": {"benefit": "少跑一趟窗口"},
    "policy_interface": {"document_number": "医保发〔2026〕8号", "issued_by": "国家医疗保障局"},
    "bug": {"found_in": "5.2.1", "steps": "打开医嘱，点保存"},
    "data_correction": {"scope": "收费明细 1 条", "reason": "重复计费"},
    "complaint": {"severity": "general"},
    "finding": {"level": "medium", "round_reference": "机房月度巡检"},
    "alert": {"source": "监控平台", "fingerprint": "db-tablespace-01"},
}
_EVALUATING = [("claim", "engineer", 5)]
_PLANNED = [*_EVALUATING, ("plan", "engineer", 20)]
_BUILT = [*_PLANNED, ("start", "engineer", 30)]
_DELIVERED = [*_BUILT, ("resolve", "engineer", 60)]
_EVALUATION = {
    "evaluating": _EVALUATING,
    "on_hold": [*_EVALUATING, ("hold", "engineer", 10)],
    "planned": _PLANNED,
    "in_progress": _BUILT,
    "resolved": _DELIVERED,
    "closed": [*_DELIVERED, ("close", "agent", 70)],
    "rejected": [*_EVALUATING, ("reject", "manager", 20)],
}
_SUBMITTED = [("claim", "engineer", 5), ("submit", "engineer", 10)]
_ONE_SIDE = [*_SUBMITTED, ("sign", "hospital", 20)]
_BOTH_SIDES = [*_ONE_SIDE, ("sign", "director", 30)]
_CORRECTED = [*_BOTH_SIDES, ("resolve", "engineer", 60)]
_ASKED = [("accept", "agent", 5), ("investigate", "manager", 10)]
_FOUND = [*_ASKED, ("conclude", "manager", 30)]
_ANSWERED = [*_FOUND, ("resolve", "manager", 60)]
_WAYS: dict[str, dict[str, list[tuple[str, str, int]]]] = {
    "requirement": _EVALUATION,
    "policy_interface": _EVALUATION,
    "data_correction": {
        "to_sign": _SUBMITTED,
        "countersigning": _ONE_SIDE,
        "signed": _BOTH_SIDES,
        "resolved": _CORRECTED,
        "closed": [*_CORRECTED, ("close", "agent", 70)],
    },
    "complaint": {
        "investigating": _ASKED,
        "on_hold": [*_ASKED, ("hold", "manager", 15)],
        "in_progress": _FOUND,
        "resolved": _ANSWERED,
        "closed": [*_ANSWERED, ("close", "agent", 70)],
    },
}


def later(minutes: int) -> datetime:
    """That many minutes after the report."""
    return START + timedelta(minutes=minutes)


def signer(*roles: str, **fields: Any) -> User:
    """Somebody with a password to sign with."""
    person = factories.user(*roles, **fields)
    person.set_password(PASSWORD)
    person.save()
    return person


class Desk:
    """The people of a small desk, and their tickets."""

    def __init__(self) -> None:
        self.agent = factories.user("DSK", name="调度")
        self.engineer = factories.user("ENG", name="工程师甲")
        self.colleague = factories.user("ENG", name="工程师乙")
        self.manager = factories.user("PM", name="项目经理")
        self.clinician = factories.user("CLI", name="王医生")
        self.hospital = signer("HIT", name="院方信息科")
        self.director = signer("CTO", name="技术总监")

    @cached_property
    def main(self) -> Ticket:
        """The ticket that duplicates are merged into."""
        return self.ticket("in_progress")

    def main_for(self, kind: str) -> Ticket:
        """The same for duplicates of that kind; a complaint is merged with a complaint only."""
        return self.ticket("in_progress", kind=kind) if kind == "complaint" else self.main

    def ticket(self, state: str = "new", **fields: Any) -> Ticket:
        """A P3 ticket reported at START, led to the state: claimed after 5, held after 10, resolved after 60 min."""
        if "kind" in fields:
            fields.setdefault("particulars", PARTICULARS.get(fields["kind"], {}))
        ticket = factories.ticket(moment=START, **fields)
        for verb, by, minutes in self._way(str(ticket.kind), state):
            ticket = act(verb, ticket, by=by, at=later(minutes))
        if state == "merged":
            return relations.merge(ticket, by=self.agent, at=later(20), main=self.main_for(ticket.kind))
        return self.passed_round(ticket) if state == "disputed" else ticket

    def passed_round(self, ticket: Ticket, times: int = 3) -> Ticket:
        """Handed on that many times between the two engineers, a minute each."""
        for count in range(times):
            person = self.engineer if count % 2 else self.colleague
            at = later(20 + ticket.transfer_count)
            ticket = lifecycle.transfer(ticket, by=self.manager, at=at, assignee=person, reason="不是我的系统")
        return Ticket.objects.get(pk=ticket.pk)

    def _way(self, kind: str, state: str) -> list[tuple[str, User, int]]:
        """How a ticket of the kind gets into the state: verb, who, minutes after the report."""
        own = _WAYS.get(kind, {})
        if state in own:
            return [(verb, getattr(self, by), minutes) for verb, by, minutes in own[state]]
        claim, resolve = ("claim", self.engineer, 5), ("resolve", self.engineer, 60)
        return {
            "new": [],
            "accepted": [("accept", self.agent, 5)],
            "in_progress": [claim],
            "on_hold": [claim, ("hold", self.engineer, 10)],
            "resolved": [claim, resolve],
            "closed": [claim, resolve, ("close", self.agent, 70)],
            "cancelled": [("cancel", self.agent, 5)],
            "merged": [("accept", self.agent, 5)],
            "disputed": [claim],
        }[state]

    def copies(self, count: int) -> list[Ticket]:
        """That many tickets in the engineer's hands, made without verbs: departments, systems, times vary."""
        model = self.ticket()
        names = [f.attname for f in Ticket._meta.concrete_fields if f.attname not in ("id", "search")]
        columns = {name: getattr(model, name) for name in names}
        made = []
        for number, (response, resolution) in enumerate(_clocks(count)):
            spread = timedelta(minutes=number % 7)
            made.append(
                Ticket(
                    **{
                        **columns,
                        "number": f"GD20260925-{response.pk:04d}",
                        "token": f"copy-{response.pk}",
                        "response_clock_id": response.pk,
                        "resolution_clock_id": resolution.pk,
                        "assignee_id": self.engineer.pk,
                        "due_at": START + RESPONSE + spread,
                        "reported_at": START - spread,
                        "updated_at": START + 2 * spread,
                        "priority": f"P{number % 4 + 1}",
                    }
                )
            )
        return Ticket.objects.bulk_create(made)

    def words(self, verb: str, kind: str = "incident") -> dict[str, Any]:
        """What the verb needs besides `by` and `at`."""
        handed = {"assignee": self.colleague} if verb in ("assign", "transfer") else {}
        if verb == "merge":
            handed = {"main": self.main_for(kind)}
        return {**handed, **WORDS.get(verb, {})}


def _clocks(count: int) -> list[tuple[Clock, Clock]]:
    """Running clocks of response and resolution."""
    pairs = []
    for kind, target in (("response", RESPONSE), ("resolution", RESOLUTION)):
        due, seconds = START + target, int(target.total_seconds())
        rows = [
            Clock(kind=kind, started_at=START, target_seconds=seconds, due_at=due, next_alarm_at=due)
            for _ in range(count)
        ]
        pairs.append(Clock.objects.bulk_create(rows))
    return list(zip(*pairs, strict=True))


def act(verb: str, ticket: Ticket, *, by: Any, at: datetime, **words: Any) -> Ticket:
    """One verb with the words it needs."""
    known = {**WORDS.get(verb, {}), **(BUG_WORDS if verb == "resolve" and ticket.kind == "bug" else {})}
    return ACTS[verb](ticket, by=by, at=at, **{**known, **words})


def reporter(ticket: Ticket) -> Reporter:
    """The holder of the ticket's tracking link."""
    return Reporter(ticket_id=ticket.pk, name=ticket.reporter_name)


def written() -> list[list[dict[str, Any]]]:
    """Every row that a verb could write."""
    tables = (Ticket, Comment, Clock, Pause, Escalation, Event, Message, Check, RemoteLog, Signature)
    tables += tuple(sheet.model for sheet in SHEETS.values())
    return [list(table.objects.order_by("pk").values()) for table in tables]


def titles(reader: User) -> list[str]:
    """What a person was told, oldest first."""
    return list(Message.objects.filter(recipient=reader).order_by("pk").values_list("title", flat=True))


def last_event(ticket: Ticket) -> tuple[Any, ...]:
    """Verb, actor, moment and detail of the last audit event about the ticket."""
    event = Event.objects.about(ticket).last()
    return event.verb, event.actor_name, event.at, event.detail
