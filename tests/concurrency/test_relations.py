"""Merges that cross, calls that race and alerts that arrive together: one wins, nothing is doubled."""

from types import ModuleType

import pytest
from django.utils import timezone

from itsm.errors import RuleBroken, TransitionRefused
from itsm.notifications.models import Message
from tests.concurrency.test_claims import NOW, act, crew, in_progress, later
from tests.parallel import split, together
from tickets import alert_sources, alerts, follow_ups, lifecycle, relations, urging
from tickets.actors import Reporter
from tickets.alerts import Signal
from tickets.enums import State
from tickets.models import Alert, Ticket
from tickets.records import Attempt, Dispute, FollowUp, FollowUpRule, Link

pytestmark = pytest.mark.xdist_group("machine")


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_merges_that_cross_one_wins(hospital_open: ModuleType, attempt: int) -> None:
    agent = hospital_open.user("DSK")
    one, other = (hospital_open.ticket(moment=NOW) for _ in range(2))
    crossing = [act(relations.merge, one, agent, main=other), act(relations.merge, other, agent, main=one)]
    winners, refused = split(together(crossing))
    assert (len(winners), [type(refusal) for refusal in refused]) == (1, [TransitionRefused])
    states = sorted(Ticket.objects.values_list("state", flat=True))
    assert states == [State.MERGED, State.NEW]


@pytest.mark.parametrize("attempt", range(3))
def test_merges_in_a_chain_end_without_a_chain(hospital_open: ModuleType, attempt: int) -> None:
    agent = hospital_open.user("DSK")
    first, second, third = (hospital_open.ticket(moment=NOW) for _ in range(3))
    jobs = [act(relations.merge, first, agent, main=second), act(relations.merge, second, agent, main=third)]
    _winners, refused = split(together(jobs))
    assert [type(refusal) for refusal in refused] in ([], [TransitionRefused])
    assert Ticket.objects.filter(merged_into__merged_into__isnull=False).count() == 0


def test_of_ten_links_of_a_pair_one_is_made(hospital_open: ModuleType) -> None:
    people = crew(hospital_open, 10, "DSK")
    one, other = (hospital_open.ticket(moment=NOW) for _ in range(2))
    pairs = [(one, other), (other, one)] * 5
    jobs = [act(relations.link, a, by, other=b, kind="related") for by, (a, b) in zip(people, pairs, strict=True)]
    winners, refused = split(together(jobs))
    assert (len(winners), len(refused), Link.objects.count()) == (1, 9, 1)
    assert [refusal for refusal in refused if not isinstance(refusal, RuleBroken)] == []


def test_of_ten_urgings_one_counts(hospital_open: ModuleType) -> None:
    ticket = hospital_open.ticket(moment=NOW)
    winners, _refused = split(together([act(urging.urge, ticket, Reporter(ticket.pk, "护士"))] * 10))
    ticket.refresh_from_db()
    assert (len(winners), ticket.urge_count) == (1, 1)


def test_of_ten_answers_to_one_call_one_counts_and_reopens_once(hospital_open: ModuleType) -> None:
    FollowUpRule.objects.create(position=1, percent=100, seed="s", made_at=NOW)
    people = crew(hospital_open, 10, "DSK")
    ticket = in_progress(hospital_open, crew(hospital_open, 1)[0])
    lifecycle.close(lifecycle.resolve(ticket, by=None, at=later(2), solution="好"), by=None, at=later(3))
    call = FollowUp.objects.get()
    words = {"channel": "phone", "outcome": "unsolved", "comment": "又坏了"}
    winners, refused = split(together([act(follow_ups.attempt, call, person, **words) for person in people]))
    ticket.refresh_from_db()
    assert (len(winners), [type(refusal) for refusal in refused]) == (1, [TransitionRefused] * 9)
    assert (ticket.reopen_count, Attempt.objects.count()) == (1, 1)


def test_a_third_transfer_warns_once(hospital_open: ModuleType) -> None:
    manager = hospital_open.user("PM")
    ticket = in_progress(hospital_open, manager)
    hands = crew(hospital_open, 6)
    jobs = [act(lifecycle.transfer, ticket, manager, assignee=person, reason="换人") for person in hands[:5]]
    _, failures = split(together(jobs))
    assert failures == []
    assert list(Dispute.objects.values_list("transfer_count", flat=True)) == [3]
    assert Message.objects.filter(dedup_key__startswith="dispute:").count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_of_twenty_alerts_of_one_condition_one_opens_a_ticket(hospital_open: ModuleType, attempt: int) -> None:
    alert_sources.seed()
    columns = {"slug": "zabbix", "name": "机房监控", "department": hospital_open.department()}
    source, _secret = alert_sources.add(by=None, at=NOW, columns=columns)
    signal = Signal("lis-disk", "high", "", "LIS 归档盘使用率 91%", "firing")
    jobs = [
        lambda mark=mark: alerts.take(source, signal, at=timezone.now(), signature=f"{mark:064d}", forget_before=NOW)
        for mark in range(20)
    ]
    tickets, failures = split(together(jobs))
    assert failures == []
    assert (len({ticket.pk for ticket in tickets}), Ticket.objects.count()) == (1, 1)
    assert Alert.objects.get().count == 20


def test_of_ten_equal_deliveries_one_is_taken(hospital_open: ModuleType) -> None:
    alert_sources.seed()
    columns = {"slug": "zabbix", "name": "机房监控", "department": hospital_open.department()}
    source, _secret = alert_sources.add(by=None, at=NOW, columns=columns)
    signal = Signal("lis-disk", "high", "", "LIS 归档盘使用率 91%", "firing")
    job = lambda: alerts.take(source, signal, at=later(1), signature="a" * 64, forget_before=NOW)  # noqa: E731
    taken, refused = split(together([job] * 10))
    assert (len(taken), len(refused), Alert.objects.get().count) == (1, 9, 1)
