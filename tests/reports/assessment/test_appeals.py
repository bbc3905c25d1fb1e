"""申诉: who may speak against what, and that the score changes by an upheld appeal alone."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from itsm.audit.models import Event
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from itsm.notifications.models import Message
from itsm.reports.assessment import appeals, lifecycle
from itsm.reports.assessment.models import Appeal
from tests import factories
from tests.reports.assessment import made
from tests.reports.assessment.made import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]
AT = made.AT
D = Decimal


@pytest.fixture
def cast():
    return Cast()


def decide(appeal, by, **fields):
    return appeals.decide(appeal, by=by, **{"at": AT, "upheld": True, "reason": "材料属实", **fields})


def fresh(appeal):
    return type(appeal.assessment).objects.get(pk=appeal.assessment_id)


@pytest.mark.parametrize("role", ["CTO", "HIT", "HLD", "EXE", "DSK", "ENG", "SYS"])
def test_appeal_by_others_than_the_assessed_is_refused(cast, role):
    with pytest.raises(NotAllowed):
        made.appealed(cast, by=factories.user(role))


def test_appeal_by_the_own_company_s_contact_is_taken(cast):
    assert made.appealed(cast, by=cast.contact, vendor=cast.vendor).is_open


def test_appeal_by_another_company_s_contact_is_refused(cast):
    with pytest.raises(NotAllowed):
        made.appealed(cast, by=factories.user("VND", vendor=factories.vendor()), vendor=cast.vendor)


def test_appeal_of_a_vendor_against_the_whole_contract_is_refused(cast):
    with pytest.raises(NotAllowed):
        made.appealed(cast, by=cast.contact)


def test_appeal_changes_no_score(cast):
    appeal = made.appealed(cast)
    assert (fresh(appeal).score, appeal.score_after, appeal.decision) == (D(99), None, "open")


def test_an_upheld_appeal_changes_the_score_with_its_trace(cast):
    appeal = decide(made.appealed(cast), cast.head)
    assert (fresh(appeal).score, appeal.granted) == (D(100), D(1))
    assert (appeal.score_before, appeal.score_after, appeal.decided_by) == (D(99), D(100), cast.head)
    detail = Event.objects.get(verb="reports.decide_appeal").detail
    assert (detail["before"], detail["after"], detail["reason"]) == ("99.00", "100.00", "材料属实")


def test_a_rejected_appeal_changes_nothing(cast):
    appeal = decide(made.appealed(cast), cast.head, upheld=False)
    assert (fresh(appeal).score, appeal.granted, appeal.score_before, appeal.score_after) == (D(99), 0, D(99), D(99))


def test_part_of_the_points_can_be_given_back(cast):
    assert fresh(decide(made.appealed(cast), cast.head, points=D("0.25"))).score == D("99.25")


@pytest.mark.parametrize("points", ["0", "-1", "1.01"])
def test_more_than_was_lost_is_not_given_back(cast, points):
    with pytest.raises(RuleBroken):
        decide(made.appealed(cast), cast.head, points=D(points))


def test_after_a_part_was_granted_only_the_rest_can_be_won(cast):
    first = decide(made.appealed(cast), cast.head, points=D("0.25"))
    words = {"deduction": first.deduction, "grounds": "补充材料"}
    again = appeals.appeal(first.assessment, by=cast.manager, at=AT, **words)
    assert appeals.lost(again) == D("0.75")
    decide(again, cast.head)
    assert fresh(again).score == D(100)
    with pytest.raises(RuleBroken):
        appeals.appeal(first.assessment, by=cast.manager, at=AT, **words)


def test_decide_takes_a_reason(cast):
    with pytest.raises(RuleBroken):
        decide(made.appealed(cast), cast.head, reason=" ")


@pytest.mark.parametrize("role", ["PM", "CTO", "HIT", "EXE", "VND", "DSK"])
def test_decide_by_others_than_the_head_is_refused(cast, role):
    with pytest.raises(NotAllowed):
        decide(made.appealed(cast), factories.user(role))


def test_decide_by_whoever_handed_it_over_is_refused(cast):
    both = factories.user("HIT", "HLD")
    assessment = made.drawn(cast)
    case = made.charged(cast, assessment)
    assessment = lifecycle.submit(assessment, by=both, at=AT)
    appeal = appeals.appeal(assessment, by=cast.manager, at=AT, deduction=case, grounds="x")
    with pytest.raises(NotAllowed):
        decide(appeal, both)


def test_decide_twice_is_refused(cast):
    appeal = decide(made.appealed(cast), cast.head)
    with pytest.raises(TransitionRefused):
        decide(appeal, cast.head, upheld=False)


def test_a_second_open_appeal_against_the_same_is_refused(cast):
    appeal = made.appealed(cast)
    with pytest.raises(TransitionRefused):
        appeals.appeal(appeal.assessment, by=cast.manager, at=AT, deduction=appeal.deduction, grounds="再次")


def test_appeal_without_grounds_or_against_nothing_or_both_is_refused(cast):
    assessment = made.submitted(cast)
    case = assessment.deductions.get()
    for words in (
        {"grounds": " ", "deduction": case},
        {"grounds": "x"},
        {"grounds": "x", "deduction": case, "item": "K2"},
        {"grounds": "x", "item": "K99"},
        {"grounds": "x", "item": "K17"},  # not measured
        {"grounds": "x", "item": "K31"},  # nothing lost
    ):
        with pytest.raises(RuleBroken):
            appeals.appeal(assessment, by=cast.manager, at=AT, **words)
    assert not Appeal.objects.exists()


def test_appeal_against_another_month_s_deduction_or_a_withdrawn_one_is_refused(cast):
    other = made.submitted(cast, vendor=cast.vendor).deductions.get()
    draft = made.drawn(cast)
    gone = lifecycle.withdraw(made.charged(cast, draft), by=cast.staff, at=AT, reason="重复")
    assessment = lifecycle.submit(draft, by=cast.staff, at=AT)
    for case in (other, gone):
        with pytest.raises(RuleBroken):
            appeals.appeal(assessment, by=cast.manager, at=AT, deduction=case, grounds="x")


def test_appeal_before_the_submission_and_after_the_confirmation_is_refused(cast):
    draft = made.drawn(cast)
    case = made.charged(cast, draft)
    with pytest.raises(TransitionRefused):
        appeals.appeal(draft, by=cast.manager, at=AT, deduction=case, grounds="x")
    assessment = lifecycle.confirm(lifecycle.submit(draft, by=cast.staff, at=AT), by=cast.head, at=AT)
    with pytest.raises(TransitionRefused):
        appeals.appeal(assessment, by=cast.manager, at=AT, deduction=case, grounds="x")


def test_who_hears_of_an_appeal_and_of_its_decision(cast):
    appeal = made.appealed(cast, vendor=cast.vendor, by=cast.contact)
    decide(appeal, cast.head)
    heard = {
        word: set(Message.objects.filter(dedup_key__contains=word).values_list("recipient__name", flat=True))
        for word in (f":appeal:{appeal.pk}", f":decided:{appeal.pk}")
    }
    assert heard == {f":appeal:{appeal.pk}": {"周建国"}, f":decided:{appeal.pk}": {"陈立", "黄磊", "刘敏"}}


def test_the_database_keeps_a_decided_appeal(cast):
    appeal = decide(made.appealed(cast), cast.head)
    for act in (
        lambda: Appeal.objects.filter(pk=appeal.pk).update(granted=D("0.1")),
        lambda: Appeal.objects.filter(pk=appeal.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
