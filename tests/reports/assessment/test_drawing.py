"""起草: what the golden October is worth, and which cases are drawn from it."""

from decimal import Decimal

import pytest

from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from itsm.reports import periods
from itsm.reports.assessment import appeals, drawing, lifecycle, sources
from itsm.reports.assessment.models import Assessment, Deduction, DeductionRule
from itsm.reports.periods import month
from itsm.reports.scopes import Scope
from slas import outages as stretches
from slas.models import Clock, Outage
from tests import factories
from tests.reports.assessment import made
from tests.reports.assessment.made import Cast
from tests.reports.golden import DRAWN_AT, OCTOBER
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
D = Decimal
POINTS = {
    "K2": "1.39",
    "K4": "7.50",
    "K6": "8.00",
    "K7": "3.25",
    "K12": "15.00",
    "K10": "2.78",
    "K11": "0.00",
    "K31": "8.00",
    **dict.fromkeys(("K17", "K19", "K24", "K27", "K28", "K29")),
}


@pytest.fixture
def cast(october):
    return Cast()


def draw(cast, **fields):
    return made.drawn(cast, **{"period": OCTOBER, "at": DRAWN_AT, **fields})


def charged(assessment):
    rows = assessment.deductions.order_by("rule__code", "pk")
    return [(row.rule.code, row.ticket.number if row.ticket else "", row.points, row.state) for row in rows]


def test_the_golden_october_is_worth_this(cast):
    found = draw(cast)
    assert {row["code"]: row["points"] for row in found.measured} == POINTS
    assert (found.base, found.deducted, found.score) == (D("64.68"), D("0.90"), D("63.78"))  # 45.92 / 71
    assert (found.band.name, found.band.floor, found.version) == ("不合格", 0, 2)


def test_an_item_keeps_both_halves_of_its_figure(cast):
    row = next(row for row in draw(cast).measured if row["code"] == "K2")
    assert (row["numerator"], row["denominator"], row["value"], row["goal"]) == (7, 9, "77.78", "95.00")


def test_cases_are_drawn_with_their_sources(cast, october):
    late = sorted(october.tickets[name].number for name in ("T3", "T6"))
    found = charged(draw(cast))
    assert sorted(found) == [
        *(("D02", number, D("0.20"), "standing") for number in late),
        ("D03", october.tickets["T1"].number, D("0.50"), "standing"),
    ]
    assert Deduction.objects.filter(rule__code="D02", clock=None).count() == 0
    assert Deduction.objects.get(rule__code="D03").outage == Outage.objects.get()


def test_draw_again_doubles_nothing(cast):
    first = draw(cast)
    before = charged(first)
    second = draw(cast)
    assert (second.pk, charged(second), Assessment.objects.count()) == (first.pk, before, 1)
    assert (second.score, second.version) == (first.score, first.version + 1)


def test_draw_again_takes_the_figures_as_they_are_now(cast, october):
    first = draw(cast)
    Clock.objects.filter(pk=october.fresh("T3").response_clock_id).update(annulled_at=DRAWN_AT)
    again = draw(cast)
    values = {row["code"]: row["value"] for row in again.measured}
    assert (values["K2"], again.deducted) == ("88.89", D("0.70"))
    assert first.score < again.score
    gone = again.deductions.get(ticket=october.tickets["T3"])
    assert (gone.state, gone.withdrawn_by, bool(gone.withdrawal_reason)) == ("withdrawn", None, True)
    Clock.objects.filter(pk=october.fresh("T3").response_clock_id).update(annulled_at=None)
    assert draw(cast).score == first.score


def test_what_was_withdrawn_by_hand_stays_so_when_drawn_again(cast, october):
    case = draw(cast).deductions.get(rule__code="D03")
    lifecycle.withdraw(case, by=cast.staff, at=DRAWN_AT, reason="双方确认不计")
    again = draw(cast)
    assert (again.deducted, again.deductions.get(rule__code="D03").state) == (D("0.40"), "withdrawn")


def test_a_case_by_hand_stays_when_drawn_again(cast):
    made.charged(cast, draw(cast), at=DRAWN_AT)
    assert draw(cast).deducted == D("1.90")


def test_an_excluded_outage_is_no_case(cast):
    stretches.exclude(Outage.objects.get(), by=cast.staff, at=DRAWN_AT, ground="network", note="院内断网")
    assert draw(cast).deducted == D("0.40")


def test_urgent_resolutions_alone_are_cases(cast, october):
    """T6 (P3) was resolved late and is none; T2 (P2) becomes one."""
    assert sources.of("resolution", OCTOBER, Scope()) == []
    clock = october.fresh("T2").resolution_clock
    Clock.objects.filter(pk=clock.pk).update(breached_at=clock.met_at)
    (case,) = sources.of("resolution", OCTOBER, Scope())
    assert (case.clock_id, case.ticket_id) == (clock.pk, october.tickets["T2"].pk)


@pytest.mark.parametrize(
    "breached_at, counts",
    [
        ("2026-09-30 23:59:59.999999", False),
        ("2026-10-01 00:00", True),
        ("2026-10-31 23:59:59.999999", True),
        ("2026-11-01 00:00", False),
    ],
)
def test_a_case_belongs_to_the_month_in_which_the_promise_broke(cast, october, breached_at, counts):
    Clock.objects.update(breached_at=None)
    Clock.objects.filter(pk=october.fresh("T2").response_clock_id).update(breached_at=factories.at(breached_at))
    assert len(sources.of("response", OCTOBER, Scope())) == counts


def late(breached_at="2026-10-21 10:00", **fields):
    """A ticket of the month whose answer came late."""
    ticket = factories.ticket(moment=factories.at("2026-10-21 09:00"), **fields)
    Clock.objects.filter(pk=ticket.response_clock_id).update(breached_at=factories.at(breached_at))
    return ticket


@pytest.mark.parametrize("column, value", [("out_of_scope", True), ("state", "cancelled"), ("kind", "request")])
def test_what_does_not_count_is_no_case(cast, column, value):
    ticket = late()
    assert ticket.pk in {case.ticket_id for case in sources.of("response", OCTOBER, Scope())}
    Ticket.objects.filter(pk=ticket.pk).update(**{column: value})
    assert ticket.pk not in {case.ticket_id for case in sources.of("response", OCTOBER, Scope())}


def test_a_true_complaint_is_a_case_of_the_company_that_it_is_about(cast):
    other = factories.vendor()
    about = factories.ticket(kind="complaint", particulars={"severity": "general", "about_vendor": cast.vendor})
    when = factories.at("2026-10-20 09:00")
    Ticket.objects.filter(pk=about.pk).update(resolved_at=when, vendor=other)
    found = {vendor: len(sources.of("complaint", OCTOBER, Scope(vendor=vendor))) for vendor in (None, cast.vendor.pk)}
    assert found == {None: 0, cast.vendor.pk: 0}
    type(about.complaint).objects.filter(pk=about.pk).update(verified=True, conclusion="属实")
    known = (None, cast.vendor.pk, other.pk)
    found = {vendor: len(sources.of("complaint", OCTOBER, Scope(vendor=vendor))) for vendor in known}
    assert found == {None: 1, cast.vendor.pk: 1, other.pk: 0}


def test_a_vendor_is_assessed_by_its_own_tickets(cast):
    ticket = late()
    Ticket.objects.filter(pk=ticket.pk).update(vendor=cast.vendor)
    found = draw(cast, vendor=cast.vendor)
    row = next(row for row in found.measured if row["code"] == "K2")
    assert (row["numerator"], row["denominator"], row["points"]) == (0, 1, "0.00")
    assert [number for _code, number, _points, _state in charged(found)] == [ticket.number]
    assert (found.vendor, Assessment.objects.of_whole().count()) == (cast.vendor, 0)


def test_the_whole_contract_is_assessed_once_a_month(cast):
    draw(cast)
    draw(cast, vendor=cast.vendor)
    draw(cast, vendor=cast.vendor)
    assert Assessment.objects.count() == 2


@pytest.mark.parametrize(
    "period, at", [(OCTOBER, "2026-10-31 23:59:59"), (periods.quarter(2026, 3), "2026-11-01 00:00")]
)
def test_draw_of_a_month_that_is_not_over_or_no_month_is_refused(cast, period, at):
    made.scheme()
    with pytest.raises(RuleBroken):
        drawing.draw(period, by=cast.staff, at=factories.at(at))


def test_draw_at_the_first_moment_after_the_month_is_done(cast):
    assert draw(cast, at=factories.at("2026-11-01 00:00")).state == "draft"


def test_draw_without_a_scheme_is_refused(cast):
    made.scheme()
    with pytest.raises(RuleBroken):
        drawing.draw(month(2026, 8), by=cast.staff, at=DRAWN_AT)
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("role", ["PM", "CTO", "EXE", "HLD", "VND", "DSK", "SYS"])
def test_draw_by_others_than_the_hospital_s_staff_is_refused(cast, role):
    made.scheme()
    with pytest.raises(NotAllowed):
        drawing.draw(OCTOBER, by=factories.user(role), at=DRAWN_AT)


def test_draw_once_handed_over_is_refused(cast):
    lifecycle.submit(draw(cast), by=cast.staff, at=DRAWN_AT)
    with pytest.raises(TransitionRefused):
        draw(cast)


def test_a_rule_without_cases_costs_nothing(cast):
    found = draw(cast)
    assert DeductionRule.objects.filter(scheme=found.scheme).count() == 4
    assert found.amount == 0


def test_an_item_s_points_are_given_back_up_to_its_weight(cast):
    """K4 of the golden October has 7.50 of 15 points: 45.92 become 53.42 of 71."""
    assessment = draw(cast)
    assessment = lifecycle.submit(assessment, by=cast.staff, at=DRAWN_AT)
    appeal = appeals.appeal(assessment, by=cast.manager, at=DRAWN_AT, item="K4", grounds="T6 系等待院方备件")
    with pytest.raises(RuleBroken):
        appeals.decide(appeal, by=cast.head, at=DRAWN_AT, upheld=True, reason="属实", points=D("7.51"))
    found = appeals.decide(appeal, by=cast.head, at=DRAWN_AT, upheld=True, reason="属实")
    assert (found.granted, found.score_before, found.score_after) == (D("7.50"), D("63.78"), D("74.34"))
    assert Assessment.objects.get().band.name == "合格"
