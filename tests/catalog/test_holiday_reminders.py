"""Next year's table is missing: told from November, once a week, to those who can enter it."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from itsm.catalog import calendar_seeding, holiday_reminders, holidays, registry
from itsm.catalog.models import Calendar
from itsm.catalog.tasks import remind_of_holidays
from itsm.notifications.models import Message
from itsm.operation import findings
from itsm.operation.enums import Health
from tests import factories
from tests.catalog.agreements import NOW
from tests.catalog.test_calendars import NEXT, NOTICE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seeded():
    calendar_seeding.seed(lambda name, count: None, at=NOW)


def run(*days):
    return [holiday_reminders.remind(on=date.fromisoformat(day), at=NOW) for day in days]


def test_nobody_is_told_before_november():
    factories.user("PM")
    assert run("2026-10-31") == [0]


def test_the_missing_year_is_told_once_a_week():
    factories.user("PM")
    assert run("2026-11-02", "2026-11-03", "2026-11-08", "2026-11-09", "2026-11-09") == [1, 0, 0, 1, 0]


def test_only_those_who_can_enter_it_are_told():
    people = {role: factories.user(role) for role in ("PM", "HIT", "HLD", "DSK", "ENG", "SYS")}
    run("2026-11-02")
    told = Message.objects.values_list("recipient", flat=True)
    assert sorted(told) == sorted(people[role].pk for role in ("PM", "HIT", "HLD"))


def test_it_becomes_urgent_within_the_last_month():
    factories.user("PM")
    assert run("2026-11-30", "2026-12-03") == [1, 1]
    assert [message.dedup_key.split(":")[2] for message in Message.objects.order_by("pk")] == ["due", "urgent"]


def test_this_years_missing_table_is_told_at_any_time():
    factories.user("PM")
    assert run("2027-02-01") == [1]


def test_nobody_is_told_once_the_year_is_there():
    factories.user("PM")
    holidays.load(2027, by=None, at=NOW, notice=NOTICE, days=NEXT)
    assert run("2026-12-31") == [0]


def test_nobody_is_told_when_no_calendar_follows():
    factories.user("PM")
    registry.retire(Calendar.objects.get(code="WORK"), by=None, at=NOW)
    assert run("2026-12-31") == [0]


def test_the_wake_up_and_the_command_do_the_same():
    factories.user("PM")
    out = StringIO()
    call_command("remind_expiries", on=date(2026, 11, 2), stdout=out)
    assert (out.getvalue(), remind_of_holidays.name) == ("1 reminders were written.\n", "catalog.remind_holidays")


@pytest.mark.parametrize(
    "on, state, number",
    [
        ("2026-10-31", Health.OK, 62),
        ("2026-11-01", Health.WARN, 61),
        ("2026-12-03", Health.BAD, 29),
        ("2027-01-01", Health.BAD, 0),
    ],
)
def test_the_health_page_shows_how_far_the_tables_reach(on, state, number):
    finding = findings.holidays(date.fromisoformat(on))
    assert (finding.state, finding.number) == (state, number)


def test_the_health_page_is_content_when_no_calendar_follows():
    registry.retire(Calendar.objects.get(code="WORK"), by=None, at=NOW + timedelta(days=1))
    assert findings.holidays(date(2027, 1, 1)).state == Health.OK
