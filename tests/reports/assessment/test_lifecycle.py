"""Who may do what to an assessment in which state, and what stays as it was."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from itsm.audit.models import Event
from itsm.errors import Conflict, NotAllowed, RuleBroken, TransitionRefused
from itsm.notifications.models import Message
from itsm.reports.assessment import appeals, lifecycle, permissions, schemes, sealing
from itsm.reports.assessment.models import Appeal, Assessment, Deduction
from itsm.reports.monthly import canonical
from tests import factories
from tests.reports.assessment import made
from tests.reports.assessment.made import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]
AT = made.AT
D = Decimal
ROLES = ("PM", "CTO", "HIT", "HLD", "EXE", "DSK", "ENG", "VND", "SYS", "SEC", "AUD")


@pytest.fixture
def cast():
    return Cast()


def refused(act):
    """Whether the database refuses that."""
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


# Role by role


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb, allowed", [("submit", {"HIT"}), ("confirm", {"HLD"})])
def test_verb_takes_its_role(cast, verb, allowed, role):
    assessment = made.drawn(cast) if verb == "submit" else made.submitted(cast)
    person, act = factories.user(role), getattr(lifecycle, verb)
    assert permissions.can(person, verb, assessment) == (role in allowed)
    if role in allowed:
        act(assessment, by=person, at=AT)
    else:
        with pytest.raises(NotAllowed):
            act(assessment, by=person, at=AT)


@pytest.mark.parametrize("role", ["PM", "CTO", "HLD", "EXE", "VND", "DSK"])
def test_charge_and_withdraw_by_others_than_the_hospital_s_staff_are_refused(cast, role):
    assessment = made.drawn(cast)
    case, person = made.charged(cast, assessment), factories.user(role)
    with pytest.raises(NotAllowed):
        lifecycle.charge(assessment, by=person, at=AT, rule=case.rule, reason="x")
    with pytest.raises(NotAllowed):
        lifecycle.withdraw(case, by=person, at=AT, reason="x")


def test_confirm_by_whoever_handed_it_over_is_refused(cast):
    both = factories.user("HIT", "HLD")
    assessment = lifecycle.submit(made.drawn(cast), by=both, at=AT)
    with pytest.raises(NotAllowed):
        lifecycle.confirm(assessment, by=both, at=AT)
    assert lifecycle.confirm(assessment, by=cast.head, at=AT).is_confirmed


# One verb after the other


def test_charge_costs_what_the_rule_says(cast):
    assessment = made.drawn(cast)
    case = made.charged(cast, assessment, reason="  值班人员脱岗 ")
    assessment.refresh_from_db()
    assert (case.points, case.reason, assessment.score, assessment.version) == (D(1), "值班人员脱岗", D(99), 3)


def test_charge_up_to_the_cap_of_the_month(cast):
    assessment = made.drawn(cast)
    for _time in range(12):
        made.charged(cast, assessment)
    assessment.refresh_from_db()
    assert (assessment.deducted, assessment.score) == (D(10), D(90))


@pytest.mark.parametrize(
    "fields", [{"reason": " "}, {"points": D(0)}, {"points": D(-1)}, {"points": D("10.01")}], ids=str
)
def test_charge_without_a_reason_or_beyond_the_cap_is_refused(cast, fields):
    assessment = made.drawn(cast)
    with pytest.raises(RuleBroken):
        made.charged(cast, assessment, **fields)
    assert not Deduction.objects.exists()


def test_charge_by_a_rule_that_is_drawn_or_of_another_scheme_is_refused(cast):
    assessment = made.drawn(cast)
    with pytest.raises(RuleBroken):
        made.charged(cast, assessment, rule=assessment.scheme.rules.get(code="D01"))
    other = schemes.draft(by=None, at=AT).rules.get(code="D09")
    with pytest.raises(RuleBroken):
        made.charged(cast, assessment, rule=other)


def test_charge_of_the_same_ticket_twice_is_refused(cast):
    assessment, ticket = made.drawn(cast), factories.ticket()
    made.charged(cast, assessment, ticket=ticket)
    with pytest.raises(RuleBroken):
        made.charged(cast, assessment, ticket=ticket)


def test_a_stale_verb_is_a_conflict(cast):
    assessment = made.drawn(cast)
    case = made.charged(cast, assessment, version=assessment.version)
    for act in (
        lambda: made.charged(cast, assessment, version=assessment.version),
        lambda: lifecycle.withdraw(case, by=cast.staff, at=AT, reason="x", version=assessment.version),
        lambda: lifecycle.submit(assessment, by=cast.staff, at=AT, version=assessment.version),
    ):
        with pytest.raises(Conflict):
            act()


def test_withdraw_gives_the_points_back_and_keeps_the_case(cast):
    assessment = made.drawn(cast)
    case = lifecycle.withdraw(made.charged(cast, assessment), by=cast.staff, at=AT, reason="重复")
    assessment.refresh_from_db()
    assert (case.state, case.withdrawn_by, assessment.score) == ("withdrawn", cast.staff, D(100))
    with pytest.raises(TransitionRefused):
        lifecycle.withdraw(case, by=cast.staff, at=AT, reason="x")


def test_withdraw_without_a_reason_is_refused(cast):
    case = made.charged(cast, made.drawn(cast))
    with pytest.raises(RuleBroken):
        lifecycle.withdraw(case, by=cast.staff, at=AT, reason=" ")


def test_charge_and_withdraw_once_handed_over_are_refused(cast):
    assessment = made.submitted(cast)
    with pytest.raises(TransitionRefused):
        made.charged(cast, assessment)
    with pytest.raises(TransitionRefused):
        lifecycle.withdraw(assessment.deductions.get(), by=cast.staff, at=AT, reason="x")


def test_confirm_while_an_appeal_is_open_is_refused(cast):
    appeal = made.appealed(cast)
    with pytest.raises(TransitionRefused):
        lifecycle.confirm(appeal.assessment, by=cast.head, at=AT)
    appeals.decide(appeal, by=cast.head, at=AT, upheld=False, reason="手续不全")
    assert lifecycle.confirm(appeal.assessment, by=cast.head, at=AT).is_confirmed


# What is sealed


def test_confirm_seals_all_of_it(cast):
    appeal = made.appealed(cast)
    appeals.decide(appeal, by=cast.head, at=AT, upheld=True, reason="属实", points=D("0.5"))
    found = lifecycle.confirm(appeal.assessment, by=cast.head, at=AT)
    said = json.loads(found.content)
    assert canonical.digest(found.content) == found.sha256
    assert (said["score"], said["base"], said["deducted"], said["band"]) == ("99.50", "100.00", "0.50", "优秀")
    (case,), (told,) = said["deductions"], said["appeals"]
    assert (case["rule"], case["points"], case["granted"], case["reason"]) == ("D09", "1.00", "0.50", "值班人员脱岗")
    assert (told["decision"], told["score_before"], told["score_after"]) == ("upheld", "99.00", "99.50")
    assert [item["code"] for item in said["items"]][:2] == ["K2", "K4"]
    event = Event.objects.get(verb="reports.confirm_assessment")
    assert (event.detail["sha256"], event.detail["score"]) == (found.sha256, "99.50")


def test_verify_reports_tells_of_assessments_too(cast):
    made.confirmed(cast)
    out = StringIO()
    call_command("verify_reports", stdout=out)
    assert out.getvalue() == "0 sealed reports are whole.\n1 sealed assessments are whole.\n"


def test_verify_finds_whole_seals_and_broken_ones(cast):
    found = made.confirmed(cast)
    assert sealing.verify() == (1, [])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE reports_assessment DISABLE TRIGGER reports_assessment_kept")
    Assessment.objects.filter(pk=found.pk).update(content=found.content.replace("99.00", "100.00"))
    changed = sealing.verify()
    forged = canonical.digest(Assessment.objects.get().content)
    Assessment.objects.filter(pk=found.pk).update(sha256=forged)
    resealed = sealing.verify()
    Assessment.objects.filter(pk=found.pk).update(state="submitted", sha256="", content="", confirmed_at=None)
    sentences = [[sentence for _label, sentence in faults] for _count, faults in (changed, resealed, sealing.verify())]
    assert sentences == [["内容与封存时不一致。"], ["审计日志中的哈希与之不同。"], ["封存记录缺失。"]]


@pytest.mark.parametrize(
    "act",
    [
        lambda found: Assessment.objects.filter(pk=found.pk).update(score=D(100)),
        lambda found: Assessment.objects.filter(pk=found.pk).update(content="{}"),
        lambda found: Assessment.objects.filter(pk=found.pk).update(state="submitted"),
        lambda found: found.deductions.update(points=D("0.1")),
        lambda found: found.deductions.all()._raw_delete("default"),
        lambda found: Deduction.objects.create(
            assessment=found, rule=found.scheme.rules.get(code="D09"), points=1, reason="x", charged_at=AT
        ),
        lambda found: Appeal.objects.create(assessment=found, item_code="K2", grounds="x", appealed_at=AT),
        lambda found: Assessment.objects.filter(pk=found.pk)._raw_delete("default"),
    ],
)
def test_the_database_keeps_a_confirmed_assessment(cast, act):
    found = made.confirmed(cast)
    assert refused(lambda: act(found))


@pytest.mark.parametrize(
    "values",
    [{"score": D(100)}, {"deducted": D(0)}, {"measured": []}, {"state": "draft", "submitted_at": None}],
    ids=str,
)
def test_the_database_keeps_a_submitted_score(cast, values):
    found = made.submitted(cast)
    assert refused(lambda: Assessment.objects.filter(pk=found.pk).update(**values))


def test_the_database_keeps_a_submitted_deduction(cast):
    found = made.submitted(cast)
    assert refused(lambda: found.deductions.update(state="withdrawn", withdrawn_at=AT, withdrawal_reason="x"))


# Who reads, who hears


def test_who_reads_which_assessment(cast):
    other = factories.vendor()
    draft = made.drawn(cast)
    own, foreign = made.submitted(cast, vendor=cast.vendor), made.submitted(cast, vendor=other)
    seen = {role: set(Assessment.objects.visible_to(factories.user(role))) for role in ROLES}
    every, handed = {draft, own, foreign}, {own, foreign}
    expected = {role: set() for role in ROLES} | dict.fromkeys(("HIT", "HLD", "EXE"), every)
    assert seen == expected | dict.fromkeys(("PM", "CTO"), handed)
    assert set(Assessment.objects.visible_to(cast.contact)) == {own}


def test_a_vendor_s_contact_never_sees_the_whole_contract(cast):
    made.submitted(cast)
    assert not Assessment.objects.visible_to(cast.contact).exists()
    assert not Assessment.objects.visible_to(factories.user("VND", vendor=None)).exists()


def told(word):
    found = Message.objects.filter(dedup_key__contains=f":{word}").values_list("recipient__name", flat=True)
    return set(found)


def test_submit_tells_the_manager_and_the_company_s_people(cast):
    factories.user("VND", name="别家", vendor=factories.vendor())
    made.submitted(cast, vendor=cast.vendor)
    assert told("submitted") == {"陈立", "黄磊"}


def test_submit_of_the_whole_contract_tells_no_vendor(cast):
    made.submitted(cast)
    assert told("submitted") == {"陈立"}


def test_confirm_tells_both_sides(cast):
    made.confirmed(cast, vendor=cast.vendor)
    assert told("confirmed") == {"陈立", "黄磊", "刘敏"}


def test_every_verb_leaves_a_version_with_its_actor(cast):
    found = made.confirmed(cast)
    acts = [(row.history_change_reason, row.history_user) for row in found.history.order_by("history_id")]
    verbs = ("draw_assessment", "draw_assessment", "charge_deduction", "submit_assessment")
    assert acts == [*((f"reports.{verb}", cast.staff) for verb in verbs), ("reports.confirm_assessment", cast.head)]
    assert found.confirmed_at == AT
