"""Every kind from the report to the end, every cell through the real verbs, and what the database refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from tests import factories
from tests.tickets.stages import PARTICULARS, START, act, last_event, later, titles, written
from tests.tickets.test_transitions import PLACES, refused
from tests.tickets.test_transitions import written as cells
from tickets import conversation, particulars
from tickets.enums import Kind, Side
from tickets.kinds import FACTS
from tickets.models import Complaint, PolicyInterface, Signature, Ticket

pytestmark = pytest.mark.django_db

# What leads each kind to its end: verb, who, and the states that follow one another.
REPAIR = [("accept", "agent"), ("claim", "engineer"), ("resolve", "engineer"), ("close", "agent")]
EVALUATION = [
    ("claim", "engineer"), ("plan", "engineer"), ("start", "engineer"), ("resolve", "engineer"), ("close", "agent"),
]  # fmt: skip
LIVES = {
    **dict.fromkeys(
        ("incident", "request", "bug", "finding", "alert"), (REPAIR, "accepted in_progress resolved closed")
    ),
    "consultation": ([("resolve", "agent"), ("close", "agent")], "resolved closed"),
    "requirement": (EVALUATION, "evaluating planned in_progress resolved closed"),
    "policy_interface": (EVALUATION, "evaluating planned in_progress resolved closed"),
    "data_correction": (
        [("claim", "engineer"), ("submit", "engineer"), ("sign", "hospital"), ("sign", "director"),
         ("resolve", "engineer"), ("close", "agent")],
        "in_progress to_sign countersigning signed resolved closed",
    ),
    "complaint": (
        [("accept", "agent"), ("investigate", "manager"), ("conclude", "manager"), ("resolve", "manager"),
         ("close", "agent")],
        "accepted investigating in_progress resolved closed",
    ),
}  # fmt: skip
PREFIXES = {**dict.fromkeys(Kind.values, "GD"), "complaint": "TS", "finding": "YH"}


# Whole lives and every cell


@pytest.mark.parametrize("kind", Kind.values)
def test_whole_life_of_a_kind(desk, kind):
    ticket = desk.ticket(kind=kind)
    way, expected = LIVES[kind]
    passed = []
    for minutes, (verb, by) in enumerate(way, start=1):
        ticket = act(verb, ticket, by=getattr(desk, by), at=later(minutes))
        passed.append(ticket.state)
    fresh = Ticket.objects.get(pk=ticket.pk)
    clocks = fresh.response_clock.state, fresh.resolution_clock.state
    assert (" ".join(passed), clocks, fresh.closed_at) == (expected, ("met", "met"), later(len(way)))


@pytest.mark.parametrize("kind", Kind.values)
def test_number_begins_with_the_letters_of_the_kind(desk, kind):
    assert desk.ticket(kind=kind).number == f"{PREFIXES[kind]}20260924-0001"


SOME = [
    (kind, state) for kind, state in PLACES if kind in ("consultation", "requirement", "data_correction", "complaint")
]


@pytest.mark.parametrize("kind, state", PLACES)
def test_refused_cells_write_nothing(desk, kind, state):
    ticket = desk.ticket(state, kind=kind)
    words = {verb: desk.words(verb, kind) for verb in refused(kind, state)}
    before = written()
    for verb, said in words.items():
        with pytest.raises(TransitionRefused):
            act(verb, ticket, by=None, at=later(100), **said)
    assert written() == before


@pytest.mark.parametrize("kind, state", PLACES)
def test_allowed_cells_lead_to_the_written_state(desk, kind, state):
    risky = "secure" in cells(kind, state)
    ticket, found = desk.ticket(state, kind=kind, is_risky=risky), {}
    for verb in cells(kind, state):
        by = {"sign": desk.director if state == "countersigning" else desk.hospital, "claim": desk.engineer}.get(verb)
        words = {**desk.words(verb, kind), **({"kind": "incident"} if verb == "convert" and kind == "request" else {})}
        with transaction.atomic():
            if risky and verb in ("resolve", "arrive"):
                act("secure", ticket, by=None, at=later(90))
            found[verb] = act(verb, ticket, by=by, at=later(100), **words).state
            transaction.set_rollback(True)
    assert found == {verb: cell.split(":")[0] for verb, cell in cells(kind, state).items()}


# Particulars


REQUIRED = [
    (kind, name)
    for kind, sheet in particulars.SHEETS.items()
    for name in sheet.required
    if name not in ("severity", "level")  # these have a default
]


@pytest.mark.parametrize("kind, name", REQUIRED)
def test_opening_without_a_required_particular_is_refused(hospital, kind, name):
    said = {**PARTICULARS[kind], name: ""}
    before = written()
    with pytest.raises(RuleBroken, match="请填写"):
        factories.ticket(kind=kind, particulars=said)
    assert written() == before


def test_a_fee_on_a_policy_interface_is_refused(hospital):
    before = written()
    with pytest.raises(RuleBroken, match="费用只能为 0"):
        factories.ticket(kind="policy_interface", particulars={**PARTICULARS["policy_interface"], "fee": 1})
    assert written() == before


def test_a_fee_by_editing_is_refused(desk):
    ticket = desk.ticket(kind="policy_interface")
    before = written()
    with pytest.raises(RuleBroken, match="费用只能为 0"):
        conversation.edit(ticket, by=desk.agent, at=later(5), version=1, changes={"fee": 1})
    assert written() == before


def test_the_database_refuses_a_fee(desk):
    desk.ticket(kind="policy_interface")
    with pytest.raises(IntegrityError, match="policy_interface_is_free"), transaction.atomic():
        PolicyInterface.objects.update(fee=1)


def test_policy_interfaces_of_a_year_are_counted(desk):
    desk.ticket("closed", kind="policy_interface")
    desk.ticket("planned", kind="policy_interface")
    year = PolicyInterface.objects.delivered_in(date(2026, 1, 1), date(2026, 12, 31))
    before = PolicyInterface.objects.delivered_in(date(2025, 1, 1), date(2025, 12, 31))
    assert (year.count(), before.count()) == (1, 0)


def test_editing_particulars_is_kept_and_audited(desk):
    ticket = desk.ticket(kind="bug")
    conversation.edit(ticket, by=desk.agent, at=later(5), version=1, changes={"found_in": "5.3"})
    assert (Ticket.objects.get().bug.found_in, last_event(ticket)[3]) == (
        "5.3", {"changes": {"found_in": ["5.2.1", "5.3"]}},
    )  # fmt: skip


def test_a_bug_is_not_resolved_without_a_version(desk):
    ticket = desk.ticket("in_progress", kind="bug")
    before = written()
    with pytest.raises(RuleBroken, match="修复版本"):
        act("resolve", ticket, by=desk.engineer, at=later(50), fixed_in="")
    assert written() == before


def test_the_promised_day_is_the_next_deadline(desk):
    ticket = desk.ticket("planned", kind="requirement")
    assert ticket.due_at == factories.at("2026-10-20 23:59:59")


# Service levels of their own


@pytest.mark.parametrize(
    "kind, response, resolution",
    [("incident", 1800, 28800), ("requirement", 28800, 144000), ("policy_interface", 28800, 144000),
     ("data_correction", 7200, 28800), ("complaint", 7200, 144000), ("bug", 1800, 28800)],
)  # fmt: skip
def test_clocks_take_the_target_of_the_kind(desk, kind, response, resolution):
    factories.contract(at=START)
    ticket = desk.ticket(kind=kind)
    found = ticket.response_clock.target_seconds, ticket.resolution_clock.target_seconds
    assert found == (response, resolution)


# Two signatures


def test_both_sides_signatures_are_kept_with_the_hash_of_the_plan(desk):
    ticket = desk.ticket("signed", kind="data_correction")
    found = [(one.side, one.signer, len(one.digest)) for one in ticket.datacorrection.standing]
    assert found == [(Side.HOSPITAL, desk.hospital, 64), (Side.CONTRACTOR, desk.director, 64)]


@pytest.mark.parametrize(
    "state, by, words, error, sentence",
    [
        ("to_sign", "hospital", {"password": "wrong"}, RuleBroken, "密码不正确"),
        ("countersigning", "hospital", {}, RuleBroken, "须由他人"),
        ("to_sign", "agent", {}, NotAllowed, "您的角色"),
        ("to_sign", "engineer", {}, NotAllowed, "您的角色"),
    ],
)
def test_sign_is_refused(desk, state, by, words, error, sentence):
    ticket = desk.ticket(state, kind="data_correction")
    before = written()
    with pytest.raises(error, match=sentence):
        act("sign", ticket, by=getattr(desk, by), at=later(100), **words)
    assert written() == before


def test_the_second_signature_of_one_side_is_refused(desk):
    ticket = desk.ticket("countersigning", kind="data_correction")
    with pytest.raises(RuleBroken, match="本方已会签"):
        act("sign", ticket, by=factories.user("HLD"), at=later(100))


def test_whoever_carries_it_out_does_not_sign(desk):
    ticket = desk.ticket(kind="data_correction")
    act("claim", ticket, by=desk.director, at=later(5))
    act("submit", ticket, by=desk.director, at=later(6))
    with pytest.raises(NotAllowed, match="执行人不能会签"):
        act("sign", ticket, by=desk.director, at=later(7))


def test_whoever_signed_does_not_carry_it_out(desk):
    ticket = desk.ticket("to_sign", kind="data_correction")
    desk.manager.password = desk.hospital.password
    act("sign", ticket, by=desk.manager, at=later(20))
    act("sign", ticket, by=desk.hospital, at=later(21))
    before = written()
    with pytest.raises(NotAllowed, match="会签人不能执行"):
        act("resolve", ticket, by=desk.manager, at=later(30))
    assert written() == before


def test_the_database_refuses_equal_signers(desk):
    correction = desk.ticket("countersigning", kind="data_correction").datacorrection
    again = {"correction": correction, "signed_at": START, "digest": "0" * 64}
    with pytest.raises(IntegrityError, match="signature_two_people"), transaction.atomic():
        Signature.objects.create(side=Side.CONTRACTOR, signer=desk.hospital, **again)
    with pytest.raises(IntegrityError, match="signature_one_per_side"), transaction.atomic():
        Signature.objects.create(side=Side.HOSPITAL, signer=desk.manager, **again)


def test_send_back_voids_the_signatures(desk):
    ticket = desk.ticket("signed", kind="data_correction")
    after = act("send_back", ticket, by=desk.hospital, at=later(100))
    assert (after.state, after.datacorrection.standing.count(), Signature.objects.count()) == ("in_progress", 0, 2)
    assert titles(desk.engineer) == [f"{ticket.number} 已被退回"]


def test_a_plan_changed_behind_the_signatures_is_not_carried_out(desk):
    ticket = desk.ticket("signed", kind="data_correction")
    type(ticket.datacorrection).objects.update(plan="DROP TABLE charge")
    with pytest.raises(RuleBroken, match="会签后有改动"):
        act("resolve", ticket, by=desk.engineer, at=later(100))


def test_what_is_being_signed_is_not_edited(desk):
    ticket = desk.ticket("to_sign", kind="data_correction")
    with pytest.raises(TransitionRefused, match="先退回"):
        conversation.edit(ticket, by=desk.agent, at=later(50), version=ticket.version, changes={"scope": "全部"})


# Complaints


COMPLAINT_VERBS = [
    ("assign", "new"), ("investigate", "accepted"), ("conclude", "investigating"), ("resolve", "in_progress"),
    ("close", "resolved"),
]  # fmt: skip


@pytest.mark.parametrize("about", ["about_person", "about_vendor"])
@pytest.mark.parametrize("verb, state", COMPLAINT_VERBS)
def test_whom_a_complaint_is_about_does_nothing_to_it(desk, verb, state, about):
    vendor = factories.vendor()
    accused = factories.user("PM", vendor=vendor)
    ticket = desk.ticket(state, kind="complaint", particulars={about: accused if about == "about_person" else vendor})
    before = written()
    with pytest.raises(NotAllowed, match="被投诉方不能处理"):
        act(verb, ticket, by=accused, at=later(100), **desk.words(verb))
    assert written() == before


@pytest.mark.parametrize("roles", [("PM",), ("DSK",), ("HLD",), ("ENG",), ("VND",)])
@pytest.mark.parametrize("about", ["about_person", "about_vendor"])
def test_whom_a_complaint_is_about_does_not_see_it(desk, roles, about):
    vendor = factories.vendor()
    accused, other = factories.user(*roles, vendor=vendor), factories.user("HLD")
    system = factories.system(primary_owner=accused, vendor=vendor)
    said = {about: accused if about == "about_person" else vendor}
    ticket = desk.ticket(kind="complaint", particulars=said, system=system)
    seen = [Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists() for person in (accused, other)]
    assert (seen, titles(accused)) == ([False, True], [])


def test_a_complaint_is_not_given_to_whom_it_is_about(desk):
    ticket = desk.ticket(kind="complaint", particulars={"about_person": desk.colleague})
    with pytest.raises(RuleBroken, match="不能派给被投诉方"):
        act("assign", ticket, by=desk.agent, at=later(5), assignee=desk.colleague)


def test_a_complaint_about_its_assignee_must_be_handed_over_first(desk):
    ticket = desk.ticket(kind="complaint")
    act("assign", ticket, by=desk.agent, at=later(5), assignee=desk.engineer)
    with pytest.raises(RuleBroken, match="先转单"):
        conversation.edit(ticket, by=desk.agent, at=later(6), version=2, changes={"about_person": desk.engineer})


def test_the_head_of_hospital_it_rules_on_complaints_only(desk):
    head = factories.user("HLD")
    assert act("accept", desk.ticket(kind="complaint"), by=head, at=later(5)).state == "accepted"
    with pytest.raises(NotAllowed):
        act("accept", desk.ticket(), by=head, at=later(5))


def test_the_conclusion_is_kept(desk):
    desk.ticket("in_progress", kind="complaint")
    assert Complaint.objects.values_list("verified", "conclusion").get() == (True, "情况属实，已当面致歉。")


# Converting


def test_convert_gives_kind_particulars_and_deadlines(desk):
    factories.contract(at=START)
    ticket = desk.ticket("accepted")
    after = act("convert", ticket, by=desk.agent, at=later(9), kind="requirement", values=PARTICULARS["requirement"])
    fresh = Ticket.objects.get(pk=after.pk)
    found = fresh.kind, fresh.number, fresh.requirement.benefit, fresh.due_at, fresh.state
    assert found == ("requirement", ticket.number, "少跑一趟窗口", factories.at("2026-10-09 09:00"), "accepted")


def test_convert_keeps_what_the_old_kind_said_in_the_log(desk):
    ticket = desk.ticket(kind="bug")
    after = act("convert", ticket, by=desk.agent, at=later(9))
    assert (particulars.of(after), last_event(ticket)[3]["dropped"]) == (None, PARTICULARS["bug"])


def test_convert_to_the_same_kind_is_refused(desk):
    with pytest.raises(RuleBroken, match="已经是这个类型"):
        act("convert", desk.ticket(), by=desk.agent, at=later(9), kind="incident")


def test_facts_name_the_particulars_of_every_kind():
    named = {kind for kind, facts in FACTS.items() if facts.detail}
    assert named == set(particulars.SHEETS)
