"""Recalculation after a calendar was corrected: a dry run first, open promises only, what was said stays."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from itsm.catalog import calendars, holidays
from itsm.catalog.calendar_rules import OFF, Holiday
from itsm.catalog.holidays import Notice
from itsm.catalog.models import Calendar, HolidayYear
from slas import clocks, sweep
from slas.models import Clock, Policy
from tests import factories
from tests.factories import at
from tests.tickets.stages import act
from tickets import deadline_views, lifecycle, recalculating
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

NOW = at("2026-11-16 16:00")


@pytest.fixture
def working(hospital: object) -> Calendar:
    """Eight working hours to restore."""
    calendar = factories.work_calendar()
    policy = Policy.objects.create(number=2, drafted_at=NOW)
    for kind, minutes in (("response", 30), ("resolution", 480)):
        factories.target(policy, kind, "P3", minutes, calendar=calendar)
    factories.publish(policy, effective_at=at("2026-01-01 00:00"))
    return calendar


def correct(calendar: Calendar) -> None:
    """The hospital closes on 17 November after all."""
    form = calendar.versions.published().order_by("-number").first().form
    form["exceptions"] = {"2026-11-17": {"name": "院庆停诊", "windows": []}}
    calendars.draft(calendar, by=None, at=NOW, form=form)
    calendars.publish(calendar, by=None, at=NOW)


def dues(ticket: Ticket) -> tuple:
    fresh = Ticket.objects.get(pk=ticket.pk)
    return fresh.response_clock.due_at, fresh.resolution_clock.due_at


def test_a_corrected_calendar_moves_nothing_by_itself(working):
    ticket = factories.ticket(moment=NOW)
    correct(working)
    assert dues(ticket) == (at("2026-11-16 16:30"), at("2026-11-17 16:00"))


def test_the_dry_run_lists_old_new_and_reason_and_writes_nothing(working):
    ticket = factories.ticket(moment=NOW)
    correct(working)
    rows = [(row.change.clock.kind, row.change.due_after, row.change.moves, row.reason) for row in recalculating.plan()]
    assert rows == [
        ("response", at("2026-11-16 16:30"), False, "工作时间 V1 → V2"),
        ("resolution", at("2026-11-18 16:00"), True, "工作时间 V1 → V2"),
    ]
    assert dues(ticket)[1] == at("2026-11-17 16:00")


def test_apply_moves_the_deadline_and_the_ticket_and_keeps_what_was_said(working):
    ticket = lifecycle.accept(factories.ticket(moment=NOW), by=factories.user("DSK"), at=NOW)
    correct(working)
    recalculating.apply(by=factories.user("PM"), at=NOW, reason="院庆停诊")
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert (fresh.due_at, fresh.resolution_clock.calendar.number) == (at("2026-11-18 16:00"), 2)
    past = fresh.resolution_clock.evaluations.get()
    assert (past.cause, past.due_at, past.reason) == ("calendar", at("2026-11-17 16:00"), "院庆停诊")
    assert recalculating.plan() == []


def test_t5_apply_takes_the_ticket_off_the_overdue_and_keeps_the_breach(working):
    ticket = lifecycle.accept(factories.ticket(moment=NOW), by=factories.user("DSK"), at=NOW)
    correct(working)
    late = at("2026-11-17 16:05")
    sweep.sweep(at=late)
    overdue = [Ticket.objects.overdue(late).count()]
    recalculating.apply(by=None, at=late, reason="院庆停诊")
    clock = Clock.objects.get(pk=ticket.resolution_clock_id)
    assert [*overdue, Ticket.objects.overdue(late).count()] == [1, 0]
    assert (clock.due_at, clock.breached_at) == (at("2026-11-18 16:00"), at("2026-11-17 16:00"))


def test_agreed_deadlines_are_never_touched(working):
    ticket = factories.ticket(moment=NOW)
    clocks.fix(ticket.resolution_clock, due_at=at("2026-11-17 12:00"), by=None, at=NOW, reason="约定")
    correct(working)
    recalculating.apply(by=None, at=NOW, reason="院庆停诊")
    assert dues(ticket)[1] == at("2026-11-17 12:00")


def test_apply_counts_the_pauses_by_the_new_calendar(working):
    desk, engineer = factories.user("DSK"), factories.user("ENG")
    ticket = lifecycle.assign(factories.ticket(moment=NOW), by=desk, at=NOW, assignee=engineer)
    ticket = lifecycle.claim(ticket, by=engineer, at=NOW)
    ticket = act("hold", ticket, by=engineer, at=at("2026-11-17 09:00"), hold_reason="requester")
    ticket = lifecycle.resume(ticket, by=engineer, at=at("2026-11-18 09:00"))
    assert ticket.resolution_clock.pause_seconds == 8 * 3600
    correct(working)
    recalculating.apply(by=None, at=at("2026-11-18 09:00"), reason="院庆停诊")
    fresh = Clock.objects.get(pk=ticket.resolution_clock_id)
    assert (fresh.pause_seconds, fresh.due_at) == (3600, at("2026-11-18 17:00"))


def test_t54_stopped_clocks_are_never_touched(working):
    desk = factories.user("DSK")
    accepted = lifecycle.accept(factories.ticket(moment=NOW), by=desk, at=NOW)
    done = lifecycle.resolve(accepted, by=desk, at=NOW, solution="好")
    correct(working)
    before = Clock.objects.values().get(pk=done.resolution_clock_id)
    assert recalculating.apply(by=None, at=NOW, reason="院庆停诊") == []
    assert Clock.objects.values().get(pk=done.resolution_clock_id) == before


def test_a_year_that_was_missing_is_mended_without_being_asked(working):
    ticket = factories.ticket(moment=at("2026-12-31 15:00"))
    assert dues(ticket)[1] is None
    notice = Notice("国办发明电〔2026〕测试号", date(2026, 11, 4), "")
    holidays.load(2027, by=None, at=NOW, notice=notice, days=[Holiday(date(2027, 1, 1), OFF, "元旦")])
    assert (dues(ticket)[1], HolidayYear.objects.filter(pk=2027).exists()) == (at("2027-01-04 15:00"), True)
    assert recalculating.plan() == []


def test_the_command_shows_then_applies(working):
    ticket = factories.ticket(moment=NOW)
    correct(working)
    out = io.StringIO()
    call_command("recalculate_clocks", "--json", stdout=out)
    shown = json.loads(out.getvalue())
    assert (shown["applied"], shown["clocks"][1]["due_after"]) == (False, "2026-11-18 16:00")
    with pytest.raises(CommandError):
        call_command("recalculate_clocks", "--apply", stdout=io.StringIO())
    call_command("recalculate_clocks", "--apply", "--reason=院庆停诊", stdout=io.StringIO())
    assert dues(ticket)[1] == at("2026-11-18 16:00")


def test_the_page_asks_for_a_reason(working, client):
    factories.ticket(moment=NOW)
    correct(working)
    client.force_login(factories.user("PM"))
    assert (client.post("/tickets/recalculate/", {}).status_code, len(recalculating.plan())) == (422, 2)
    assert client.post("/tickets/recalculate/", {"reason": "院庆停诊"}).status_code == 302
    assert recalculating.plan() == []


def test_the_page_shows_what_moves_first_and_says_how_much_it_leaves_out(working, client, monkeypatch):
    for _n in range(2):
        factories.ticket(moment=NOW)
    correct(working)
    monkeypatch.setattr(deadline_views, "MOST_SHOWN", 3)
    client.force_login(factories.user("PM"))
    short, whole = (client.get(f"/tickets/recalculate/{query}").content.decode() for query in ("", "?all=1"))
    moves = [row.change.moves for row in client.get("/tickets/recalculate/").context["rows"]]
    assert (moves, short.count('scope="row"'), whole.count('scope="row"')) == ([True, True, False], 3, 4)
    assert ("共4项承诺，其中2项的时限会改变。" in short, "?all=1" in short, "?all=1" in whole) == (True, True, False)
