"""The formulas, ticket by ticket: one edge a test. Other tests hold the statements of the database to them."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from itsm.reports import kpis, periods
from itsm.reports.figures import FIGURES
from itsm.reports.kpis import Asked, Call, Facts, Promise, Reading
from tests.factories import at

OCTOBER = periods.month(2026, 10)
NOW = at("2026-11-03 09:00")
MINUTE = timedelta(minutes=1)


def promise(start: datetime, minutes: int = 30, met: int | None = None, **fields: object) -> Promise:
    """A promise of that many minutes round the clock, met after some."""
    due = start + minutes * MINUTE
    if met is None:
        return Promise(start, due, **fields)
    late = due if met > minutes else None
    return Promise(start, due, "met", start + met * MINUTE, 60 * met, **{"breached_at": late, **fields})


def facts(pk: int = 1, reported: str = "2026-10-14 09:00", answered: int | None = 5, solved: int | None = 60, **fields):
    """An incident answered and solved after so many minutes."""
    start = at(reported)
    end = None if solved is None else start + solved * MINUTE
    defaults = {
        "kind": "incident",
        "source": "phone",
        "place": (1, None, 2, 3),
        "reported_at": start,
        "response": promise(start, 30, answered),
        "resolution": promise(start, 480, solved),
        "resolved_at": end,
        "ended_at": end,
    }
    return Facts(pk=pk, **{**defaults, **fields})


def read(*tickets: Facts, now: datetime = NOW, period: periods.Period = OCTOBER, **asked) -> dict[str, tuple[int, int]]:
    found = kpis.read(tickets, Asked(period, now, **asked))
    return {code: (reading.numerator, reading.denominator) for code, reading in found.items()}


# Values


@pytest.mark.parametrize(
    "code, numerator, denominator, value",
    [
        ("K2", 7, 9, "77.78"),
        ("K2", 1, 3, "33.33"),
        ("K2", 1, 800, "0.13"),  # 0.125 goes up
        ("K2", 0, 5, "0.00"),
        ("K1", 130 * 60, 9, "14.44"),
        ("K11M", 33, 8, "4.13"),
        ("N", 12, 12, "12"),
        ("K31", 0, 0, "0"),
    ],
)
def test_value_is_rounded_half_up(code, numerator, denominator, value):
    assert Reading(code, numerator, denominator).value == Decimal(value)


@pytest.mark.parametrize("code", ["K1", "K2", "K9", "K11M", "K1M"])
def test_nothing_to_divide_by_has_no_value(code):
    assert Reading(code, 0, 0).value is None


def test_no_ticket_gives_every_figure_without_a_value():
    found = kpis.read([], Asked(OCTOBER, NOW))
    assert (list(found), {r.denominator for r in found.values()}) == (list(FIGURES), {0})


# K1, K2


def test_response_exactly_at_its_deadline_is_in_time():
    assert read(facts(answered=30))["K2"] == (1, 1)


def test_response_a_microsecond_late_is_late():
    late = replace(facts(), response=promise(at("2026-10-14 09:00"), 30, 31))
    assert read(late)["K2"] == (0, 1)


def test_an_annulled_breach_is_not_held_against_us():
    late = promise(at("2026-10-14 09:00"), 30, 31, annulled_at=NOW)
    assert read(facts(response=late))["K2"] == (1, 1)


@pytest.mark.parametrize("now, counted", [("2026-10-14 09:30", (0, 0)), ("2026-10-14 09:31", (0, 1))])
def test_an_unanswered_incident_hurts_once_its_deadline_is_missed(now, counted):
    found = read(facts(answered=None, solved=None), now=at(now))
    assert (found["K2"], found["K1"], found["K1W"]) == (counted, (0, 0), (1, 1))


def test_a_promise_that_nobody_made_counts_nowhere():
    unpromised = facts(response=Promise(at("2026-10-14 09:00"), None, "met", at("2026-10-14 09:05"), 300))
    found = read(unpromised)
    assert (found["K1"], found["K2"]) == ((0, 0), (0, 0))


@pytest.mark.parametrize("minutes, middle, rank", [([5], (10, 2), 5), ([5, 7], (12, 2), 7), (range(1, 11), (11, 2), 9)])
def test_middle_and_rank_of_response_times(minutes, middle, rank):
    found = read(*(facts(pk=n, answered=minute) for n, minute in enumerate(minutes)))
    assert (found["K1M"], found["K1P"]) == ((60 * middle[0], middle[1]), (60 * rank, 1))


# K3


def test_each_dispatch_counts_again():
    start = at("2026-10-14 09:00")
    sent = (promise(start, 30, 20), promise(start + 120 * MINUTE, 30, 45), promise(start, 30, state="cancelled"))
    assert read(facts(arrivals=sent))["K3"] == (1, 2)


def test_nobody_arriving_hurts_once_the_deadline_is_missed():
    sent = (promise(at("2026-10-14 09:00"), 30),)
    found = [read(facts(arrivals=sent), now=at(f"2026-10-14 09:{minute}"))["K3"] for minute in (30, 31)]
    assert found == [(0, 0), (0, 1)]


# K4, K5


@pytest.mark.parametrize("now, counted", [("2026-10-14 17:00", (0, 0)), ("2026-10-14 17:01", (0, 1))])
def test_an_open_incident_hurts_once_its_deadline_is_missed(now, counted):
    assert read(facts(solved=None), now=at(now))["K4"] == counted


def test_an_overdue_incident_counts_in_the_month_of_its_missed_deadline_only():
    late = facts(reported="2026-09-30 20:00", solved=None)
    months = [read(late, period=periods.month(2026, number))["K4"] for number in (9, 10, 11)]
    assert months == [(0, 0), (0, 1), (0, 0)]


def test_a_paused_incident_is_not_overdue():
    held = promise(at("2026-10-14 09:00"), 480, state="paused", paused_at=at("2026-10-14 10:00"))
    assert read(facts(solved=None, resolution=held))["K4"] == (0, 0)


def test_a_breach_before_the_pause_stays():
    start = at("2026-10-14 09:00")
    held = promise(start, 60, state="paused", paused_at=start + 90 * MINUTE, breached_at=start + 60 * MINUTE)
    assert read(facts(solved=None, resolution=held))["K4"] == (0, 1)


def test_time_to_restore_leaves_the_pauses_out_and_says_them_beside():
    solved = promise(at("2026-10-14 09:00"), 480, 310, pause_seconds=390 * 60)
    found = read(facts(solved=310, resolution=solved))
    assert (found["K5"], found["K5G"]) == ((310 * 60, 1), (700 * 60, 1))


# K6, K8


@pytest.mark.parametrize(
    "fields, first, again",
    [
        ({}, (1, 1), (0, 1)),
        ({"reopen_count": 1}, (0, 1), (1, 1)),
        ({"reopen_count": 3}, (0, 1), (1, 1)),
        ({"transfer_count": 1}, (0, 1), (0, 1)),
        ({"is_unsolved": True}, (0, 1), (0, 1)),
    ],
)
def test_solved_at_the_first_go(fields, first, again):
    found = read(facts(**fields))
    assert (found["K6"], found["K8"]) == (first, again)


# K7


def recurred(**later: object) -> tuple[int, int]:
    """K7 of an incident that was solved on 2026-10-14 at 10:00, with a later one."""
    return read(facts(), facts(pk=2, **{"reported": "2026-11-20 09:00", "solved": None, **later}))["K7"]


@pytest.mark.parametrize(
    "reported, found",
    [("2026-10-14 10:00", 0), ("2026-10-14 10:01", 1), ("2026-11-13 10:00", 1), ("2026-11-13 10:01", 0)],
)
def test_recurrence_is_within_thirty_days_after_the_resolution(reported, found):
    assert recurred(reported=reported) == (found, 1)


@pytest.mark.parametrize("place", [(9, None, 2, 3), (1, 9, 2, 3), (1, None, 9, 3), (1, None, 2, 9)])
def test_another_system_module_category_or_department_is_no_recurrence(place):
    assert recurred(reported="2026-10-20 09:00", place=place) == (0, 1)


@pytest.mark.parametrize("place", [(None, None, 2, 3), (1, None, None, 3)])
def test_what_names_no_system_or_no_category_does_not_recur(place):
    later = facts(pk=2, reported="2026-10-20 09:00", solved=None, place=place)
    assert read(facts(place=place), later)["K7"] == (0, 1)


def test_a_request_is_no_recurrence():
    assert recurred(reported="2026-10-20 09:00", kind="request") == (0, 1)


def test_a_cancelled_report_is_no_recurrence():
    assert recurred(reported="2026-10-20 09:00", is_counted=False) == (0, 1)


def test_a_link_by_hand_says_that_it_recurred():
    assert recurred(place=(5, None, 6, 7), again_of=frozenset({1})) == (1, 1)


def test_a_link_by_hand_says_that_it_did_not():
    assert recurred(reported="2026-10-20 09:00", not_again_of=frozenset({1})) == (0, 1)


@pytest.mark.parametrize("now, left", [("2026-11-13 09:59", 1), ("2026-11-13 10:00", 0)])
def test_observation_is_over_after_thirty_days(now, left):
    assert read(facts(), now=at(now))["K7O"] == (left, 1)


# K9


@pytest.mark.parametrize(
    "hours, bucket",
    [(24, "K9A"), (25, "K9B"), (72, "K9B"), (73, "K9C"), (168, "K9C"), (169, "K9D"), (720, "K9D"), (721, "K9E")],
)
def test_backlog_by_age(hours, bucket):
    start = OCTOBER.end_at - timedelta(hours=hours)
    waiting = facts(solved=None, reported_at=start, resolution=promise(start, 9_999_999))
    found = read(waiting)
    counts = {code: found[code] for code in ("K9", "K9A", "K9B", "K9C", "K9D", "K9E")}
    assert counts == {code: (int(code == bucket), 1) for code in counts}


def test_backlog_is_a_snapshot_of_the_end_of_the_period():
    solved_later = facts(reported="2026-10-31 20:00", solved=600)
    found = [read(solved_later, period=periods.month(2026, month))["K9"] for month in (9, 10, 11)]
    assert found == [(0, 0), (0, 1), (0, 0)]


def test_backlog_leaves_out_what_was_solved_then_and_reopened_since():
    spell = (at("2026-10-30 10:00"), at("2026-11-01 10:00"))
    assert read(facts(solved=None, reopen_count=1, spells=(spell,)))["K9"] == (0, 0)


# K10, K11


def test_calls_done_of_calls_asked_for():
    calls = (
        Call(at("2026-10-14 12:00"), True),
        Call(at("2026-10-20 12:00"), False),
        Call(at("2026-11-01 12:00"), True),
    )
    assert read(facts(calls=calls))["K10"] == (1, 2)


def test_a_rating_counts_once_and_the_tickets_own_comes_first():
    call = Call(at("2026-10-14 12:00"), True, at("2026-10-14 13:00"), 2)
    both = facts(rating=5, rated_at=at("2026-10-15 09:00"), calls=(call,))
    found = read(both, facts(pk=2, calls=(call,)), facts(pk=3))
    assert (found["K11"], found["K11M"]) == ((1, 2), (7, 2))


# K20, K31


@pytest.mark.parametrize(
    "kind, source, counted",
    [
        ("finding", "inspection", (1, 1)),
        ("alert", "monitoring", (1, 1)),
        ("incident", "monitoring", (1, 1)),
        ("incident", "survey", (1, 1)),
        ("incident", "phone", (0, 1)),
        ("request", "phone", (0, 0)),
        ("complaint", "survey", (0, 0)),
    ],
)
def test_what_our_side_finds(kind, source, counted):
    assert read(facts(kind=kind, source=source))["K20"] == counted


@pytest.mark.parametrize("found_at, counted", [("2026-10-13 09:00", (1, 1)), ("2026-10-14 09:00", (0, 1))])
def test_a_linked_pair_of_a_find_and_a_report_is_one(found_at, counted):
    report = facts(linked=frozenset({2}))
    find = facts(pk=2, kind="finding", source="inspection", reported=found_at, linked=frozenset({1}))
    assert read(report, find)["K20"] == counted


def test_complaints_received_true_and_dealt_with():
    found = read(facts(kind="complaint", verified=True), facts(pk=2, kind="complaint", solved=None, verified=False))
    assert (found["K31"], found["K31H"]) == ((1, 2), (1, 2))


def test_complaints_concluded_in_time_of_those_due():
    kept, late = facts(kind="complaint"), facts(pk=2, kind="complaint", solved=481)
    overdue = facts(pk=3, kind="complaint", solved=None)
    assert read(kept, late, overdue)["K31T"] == (1, 3)


# What counts at all


def test_what_is_not_counted_counts_nowhere():
    found = read(facts(is_counted=False, rating=5, rated_at=at("2026-10-14 12:00")))
    assert {code: pair for code, pair in found.items() if pair != (0, 0)} == {}


def test_promises_are_of_incidents_unless_other_kinds_are_asked_for():
    asked = facts(kind="request")
    alone, both = read(asked), read(asked, kinds=frozenset({"incident", "request"}))
    assert (alone["K2"], both["K2"], alone["N"]) == ((0, 0), (1, 1), (1, 1))
