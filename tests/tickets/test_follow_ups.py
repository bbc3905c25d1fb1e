"""Follow-up calls: which tickets get one, what each try does, and what is counted."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from itsm.accounts.roles import ROLES
from itsm.errors import Conflict, NotAllowed, RuleBroken, TransitionRefused
from tests import factories
from tests.tickets.desk_samples import follow_up_rule
from tests.tickets.stages import START, Desk, act, last_event, later, reporter, titles, written
from tickets import conversation, follow_up_rules, follow_ups, sampling
from tickets.models import Ticket
from tickets.records import Attempt, FollowUp, FollowUpRule


def called(desk: Desk, **rule: object) -> FollowUp:
    """The call after a ticket that the desk closed at minute 70."""
    follow_up_rule(**rule)
    desk.ticket("closed")
    return FollowUp.objects.get()


def attempt(call: FollowUp, desk: Desk, outcome: str, minutes: int = 100, **words: object) -> FollowUp:
    words = {"channel": "phone", "comment": "仍然打不出", **words}
    return follow_ups.attempt(call, by=desk.agent, at=later(minutes), outcome=outcome, **words)


# The share that is drawn


@given(st.text(min_size=1, max_size=30), st.text(max_size=10))
def test_all_or_none_are_drawn_at_the_ends(number, seed):
    ends = [sampling.is_drawn(number, percent=percent, seed=seed) for percent in (0, 100)]
    assert ends == [False, True]


@given(st.text(max_size=30), st.text(max_size=10), st.integers(0, 100), st.integers(0, 100))
def test_a_larger_share_contains_the_smaller(number, seed, one, other):
    small, large = sorted((one, other))
    drawn = sampling.is_drawn(number, percent=small, seed=seed)
    assert not drawn or sampling.is_drawn(number, percent=large, seed=seed)


def test_a_share_of_30_percent_draws_about_that_and_always_the_same():
    numbers = [f"GD20261014-{number:04d}" for number in range(2000)]
    drawn = [number for number in numbers if sampling.is_drawn(number, percent=30, seed="follow-up")]
    assert (len(drawn), [number[-4:] for number in drawn[:3]]) == (628, ["0000", "0001", "0006"])


def test_another_seed_draws_others():
    numbers = [f"GD20261014-{number:04d}" for number in range(100)]
    one, other = ([n for n in numbers if sampling.is_drawn(n, percent=30, seed=seed)] for seed in ("a", "b"))
    assert one != other


# Which tickets are called


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns, fits",
    [
        ({}, True), ({"priority": "P3"}, True), ({"priority": "P1"}, False), ({"kind": "incident"}, True),
        ({"kind": "complaint"}, False), ({"dissatisfied": True}, False), ({"percent": 0}, False),
    ],
)  # fmt: skip
def test_closing_asks_for_a_call_if_the_rule_fits(desk, columns, fits):
    follow_up_rule(**columns)
    desk.ticket("closed")
    assert FollowUp.objects.count() == int(fits)


@pytest.mark.django_db
def test_a_rule_of_a_system_speaks_of_that_system_alone(desk):
    system = factories.system()
    rule = follow_up_rule(system=system)
    desk.ticket("closed")
    desk.ticket("closed", system=system)
    assert [(call.rule, call.ticket.system) for call in FollowUp.objects.all()] == [(rule, system)]


@pytest.mark.django_db
def test_the_first_fitting_rule_decides(desk):
    follow_up_rule(position=10, percent=0)
    follow_up_rule(position=20, percent=100)
    desk.ticket("closed")
    assert FollowUp.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["new", "in_progress", "resolved", "cancelled", "merged"])
def test_no_other_state_asks_for_a_call(desk, state):
    follow_up_rule()
    desk.ticket(state)
    assert FollowUp.objects.count() == 0


@pytest.mark.django_db
def test_a_call_is_due_a_day_after_closing_where_no_calendar_says_when_work_is_done(desk):
    call = called(desk)
    assert (call.made_at, call.next_at, call.due_at) == (later(70), later(70), later(70) + timedelta(days=1))


@pytest.mark.parametrize(
    "closed, due",
    [
        ("2026-09-23 10:10", "2026-09-24 10:10"),
        ("2026-09-24 18:10", "2026-09-28 17:30"),  # Mid-Autumn lies between
        ("2026-02-13 19:00", "2026-02-14 17:30"),  # a Saturday on which people work
        ("2026-12-31 17:00", "2027-01-01 17:00"),  # nobody knows yet when January's working days are
    ],
)
def test_a_call_is_due_a_working_day_after_closing(hospital, closed, due):
    factories.work_calendar()
    assert follow_ups.due(factories.at(closed)) == factories.at(due)


@pytest.mark.django_db
def test_first_rules_are_seeded_once_and_a_changed_table_is_left_alone(hospital):
    seeded = follow_up_rules.seed(START)
    FollowUpRule.objects.filter(priority="P3").update(retired_at=START)
    assert (seeded, follow_up_rules.seed(START), FollowUpRule.objects.count()) == (5, 0, 5)


# The reporter's own rating


def rated(ticket: Ticket, rating: int, minutes: int = 80) -> None:
    conversation.rate(ticket, by=reporter(ticket), at=later(minutes), rating=rating, comment="快")


@pytest.mark.django_db
@pytest.mark.parametrize("by_rating, rating, state", [
    (True, 5, "done"), (True, 3, "done"), (True, 2, "open"), (False, 5, "open"),
])  # fmt: skip
@pytest.mark.parametrize("first", ["rate", "close"])
def test_a_good_rating_of_a_confirmed_ticket_saves_the_call(desk, by_rating, rating, state, first):
    follow_up_rule(by_rating=by_rating)
    ticket = desk.ticket("resolved")
    if first == "rate":
        rated(ticket, rating, 65)
    ticket = act("close", ticket, by=reporter(ticket), at=later(70))
    if first == "close":
        rated(ticket, rating)
    assert FollowUp.objects.get().state == state


@pytest.mark.django_db
def test_a_rating_does_not_save_the_call_when_the_desk_closed(desk):
    call = called(desk)
    rated(call.ticket, 5)
    assert FollowUp.objects.get().state == "open"


@pytest.mark.django_db
def test_a_saved_call_says_how_it_was_answered(desk):
    follow_up_rule()
    ticket = desk.ticket("resolved")
    act("close", ticket, by=reporter(ticket), at=later(70))
    rated(ticket, 4)
    (answer,) = Attempt.objects.values_list("channel", "outcome", "rating", "comment", "by")
    assert answer == ("self", "solved", 4, "快", None)


@pytest.mark.django_db
def test_a_bad_rating_asks_for_a_call_that_no_other_rule_asked_for(desk):
    follow_up_rule(dissatisfied=True)
    ticket = desk.ticket("closed")
    before = FollowUp.objects.count()
    rated(ticket, 2)
    assert (before, FollowUp.objects.get().state) == (0, "open")


# The tries


@pytest.mark.django_db
def test_solved_finishes_and_keeps_the_rating_that_the_reporter_did_not_give(desk):
    done = attempt(called(desk), desk, "solved", rating=4)
    ticket = Ticket.objects.get()
    assert (done.state, done.outcome, done.rating, done.finished_at) == ("done", "solved", 4, later(100))
    assert (ticket.rating, ticket.rated_at, ticket.state) == (4, later(100), "closed")


@pytest.mark.django_db
def test_solved_leaves_the_reporters_own_rating_alone(desk):
    call = called(desk)
    rated(call.ticket, 2)
    attempt(call, desk, "solved", rating=5)
    assert Ticket.objects.get().rating == 2


@pytest.mark.django_db
def test_unsolved_reopens_the_ticket_and_finishes_the_call(desk):
    done = attempt(called(desk), desk, "unsolved")
    ticket = Ticket.objects.get()
    assert (done.state, done.outcome) == ("done", "unsolved")
    assert (ticket.state, ticket.reopen_count, last_event(ticket)[3]["reason"]) == (
        "in_progress", 1, "回访未解决：仍然打不出",
    )  # fmt: skip
    assert titles(desk.engineer)[-1] == f"{ticket.number} 已重开"


@pytest.mark.django_db
def test_a_ticket_closed_once_more_gets_a_call_once_more(desk):
    attempt(called(desk), desk, "unsolved")
    ticket = Ticket.objects.get()
    act("resolve", ticket, by=desk.engineer, at=later(120))
    act("close", ticket, by=desk.agent, at=later(130))
    assert list(FollowUp.objects.order_by("cycle").values_list("cycle", "state")) == [(0, "done"), (1, "open")]


@pytest.mark.django_db
def test_no_answer_puts_the_call_off_two_hours_and_then_a_day(desk):
    call = called(desk)
    first = attempt(call, desk, "no_answer", 100)
    second = attempt(call, desk, "no_answer", 300)
    assert (first.next_at, second.next_at) == (later(220), later(300) + timedelta(days=1))


@pytest.mark.django_db
@pytest.mark.parametrize("tries, ends", [(0, False), (2, False), (3, True)])
def test_not_reached_takes_three_tries(desk, tries, ends):
    call = called(desk)
    for number in range(tries):
        attempt(call, desk, "no_answer", 100 + number)
    if ends:
        follow_ups.give_up(call, by=desk.agent, at=later(200))
    else:
        with pytest.raises(RuleBroken, match="满 3 次"):
            follow_ups.give_up(call, by=desk.agent, at=later(200))
    assert FollowUp.objects.get().state == ("unreachable" if ends else "open")


@pytest.mark.django_db
def test_a_finished_call_takes_no_try_and_writes_nothing(desk):
    call = called(desk)
    attempt(call, desk, "solved")
    before, tries = written(), Attempt.objects.count()
    with pytest.raises(TransitionRefused, match="已结束"):
        attempt(call, desk, "unsolved", 120)
    assert (written(), Attempt.objects.count()) == (before, tries)


@pytest.mark.django_db
def test_a_reopened_ticket_needs_no_call(desk):
    call = called(desk)
    act("reopen", call.ticket, by=desk.agent, at=later(90))
    call.refresh_from_db()
    assert (call.state, call.finished_at) == ("superseded", later(90))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words, match",
    [
        ({"outcome": "unsolved", "comment": " "}, "写明"), ({"outcome": "no_answer", "rating": 5}, "接通后"),
        ({"outcome": "solved", "rating": 6}, "接通后"), ({"outcome": "solved", "minutes": 5}, "早于"),
    ],
)  # fmt: skip
def test_a_wrong_try_is_refused_and_writes_nothing(desk, words, match):
    call = called(desk)
    before = written()
    with pytest.raises(RuleBroken, match=match):
        attempt(call, desk, **words)
    assert (written(), Attempt.objects.count()) == (before, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["attempt", "give_up"])
def test_calls_are_the_desks(desk, verb):
    call = called(desk)
    words = {"channel": "phone", "outcome": "no_answer"} if verb == "attempt" else {}
    may = [role for role in sorted(ROLES) if not refused(getattr(follow_ups, verb), call, factories.user(role), words)]
    assert may == ["DSK", "PM"]


def refused(act: Callable[..., object], call: FollowUp, by: object, words: dict[str, object]) -> bool:
    try:
        act(call, by=by, at=later(100), **words)
    except NotAllowed:
        return True
    except RuleBroken:
        return False
    return False


@pytest.mark.django_db
def test_the_database_refuses_a_done_call_without_an_outcome(desk):
    call = called(desk)
    with pytest.raises(IntegrityError, match="follow_up_outcome_pair"), transaction.atomic():
        FollowUp.objects.filter(pk=call.pk).update(state="done", finished_at=START)


# K10


@pytest.mark.django_db
def test_rate_counts_done_calls_of_what_was_asked_for(desk):
    follow_up_rule()
    outcomes = ["solved", "unsolved", "no_answer", None]
    calls = [FollowUp.objects.get(ticket=desk.ticket("closed")) for _ in outcomes]
    for call, outcome in zip(calls, outcomes, strict=True):
        if outcome:
            attempt(call, desk, outcome)
    reopened = desk.ticket("closed")
    act("reopen", reopened, by=desk.agent, at=later(90))
    outside = desk.ticket("closed", system=factories.system(in_scope=False))
    assert outside.out_of_scope
    assert FollowUp.objects.rate(START, START + timedelta(days=1)) == (2, 4)


@pytest.mark.django_db
def test_rate_is_of_the_tickets_closed_in_the_period(desk):
    called(desk)
    periods = [(START, later(70)), (later(70), later(71)), (later(71), later(200))]
    assert [FollowUp.objects.rate(*period) for period in periods] == [(0, 0), (0, 1), (0, 0)]


# The rules


@pytest.mark.django_db
def test_a_changed_rule_is_a_new_row_with_the_same_seed(desk):
    rule = follow_up_rule(percent=30)
    columns = {name: getattr(rule, name) for name in follow_up_rules.COLUMNS} | {"percent": 50}
    new = follow_up_rules.replace(rule, by=desk.manager, at=later(5), columns=columns)
    rule.refresh_from_db()
    assert (rule.percent, rule.retired_at, new.percent, new.replaces, new.seed) == (30, later(5), 50, rule, "s")
    assert list(FollowUpRule.objects.current()) == [new]


@pytest.mark.django_db
def test_a_retired_rule_cannot_be_changed(desk):
    rule = follow_up_rule()
    follow_up_rules.retire(rule, by=desk.manager, at=later(5))
    with pytest.raises(Conflict):
        follow_up_rules.retire(rule, by=desk.manager, at=later(6))


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in sorted(ROLES) if role != "PM"])
def test_rules_are_the_managers(desk, role):
    with pytest.raises(NotAllowed):
        follow_up_rules.retire(follow_up_rule(), by=factories.user(role), at=later(5))


# The pages


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_queries_for_any_length(desk, client, django_assert_max_num_queries, number):
    follow_up_rule()
    for _ in range(number):
        desk.ticket("closed")
    client.force_login(desk.agent)
    with django_assert_max_num_queries(5):
        rows = client.get("/follow-ups/").context["rows"]
    assert len(rows) == number


@pytest.mark.django_db
def test_the_form_records_a_try_and_leads_to_the_list(desk, client):
    number = called(desk).ticket.number
    client.force_login(desk.agent)
    wrong = client.post(f"/follow-ups/{number}/attempt/", {"outcome": "unsolved", "channel": "phone"})
    right = client.post(f"/follow-ups/{number}/attempt/", {"outcome": "solved", "channel": "phone", "rating": "5"})
    assert (wrong.status_code, right["Location"], FollowUp.objects.get().rating) == (422, "/follow-ups/", 5)


@pytest.mark.django_db
def test_home_counts_the_calls_to_make(desk, client):
    called(desk)
    client.force_login(desk.agent)
    counters = {str(counter.label): counter.value for counter in client.get("/").context["counters"]}
    assert counters["回访"] == 1
