"""When a report is due, and who is told about it."""

import pytest

from itsm.notifications.models import Message
from itsm.reports import periods
from itsm.reports.monthly import alarms, drafting, due, lifecycle
from itsm.reports.monthly.models import Report
from tests import factories
from tests.reports.monthly import told
from tests.reports.monthly.told import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]


def begun(month="2026-10", at="2026-11-01 00:35"):
    factories.ticket(moment=periods.parse(month).start_at)
    return drafting.draft(periods.parse(month), by=None, at=factories.at(at))


def keys(person):
    return [key.split(":")[2] for key in person.messages.order_by("pk").values_list("dedup_key", flat=True)]


@pytest.mark.parametrize(
    "month, day", [("2026-10", "2026-11-06"), ("2026-09", "2026-10-13"), ("2026-01", "2026-02-06")]
)
def test_due_on_follows_the_hospital_calendar(month, day):
    factories.work_calendar()
    assert str(due.due_on(periods.parse(month))) == day


# With the calendar of 2026


def test_draft_without_the_calendar_of_the_year_says_so():
    factories.work_calendar()
    report = begun("2026-12", at="2027-01-01 00:35")
    assert (report.due_on, report.missing_year, report.is_overdue(factories.at("2027-03-01 00:00"))) == (
        None,
        2027,
        False,
    )


def test_fill_gives_the_due_day_once_the_calendar_is_there():
    report = begun()
    assert report.missing_year == 2026
    factories.work_calendar()
    alarms.fill(at=factories.at("2026-11-02 09:00"))
    report.refresh_from_db()
    assert (str(report.due_on), report.missing_year) == ("2026-11-06", None)


@pytest.mark.parametrize("moment, is_overdue", [("2026-11-06 23:59:59.999999", False), ("2026-11-07 00:00", True)])
def test_is_overdue_from_the_midnight_after_the_last_day(moment, is_overdue):
    factories.work_calendar()
    assert begun().is_overdue(factories.at(moment)) is is_overdue


def test_remind_tells_the_author_on_the_last_day_and_everybody_when_overdue_once():
    factories.work_calendar()
    cast, report = Cast(), begun()
    Message.objects.all().delete()
    assert alarms.remind(at=factories.at("2026-11-06 07:59")) == 0
    assert alarms.remind(at=factories.at("2026-11-06 08:00")) == 1
    assert (keys(cast.manager), keys(cast.head)) == (["due"], [])
    assert alarms.remind(at=factories.at("2026-11-06 23:59")) == 0
    assert alarms.remind(at=factories.at("2026-11-07 00:05")) == 1
    assert alarms.remind(at=factories.at("2026-11-08 00:05")) == 0
    report.refresh_from_db()
    assert (keys(cast.manager), keys(cast.head)) == (["due", "overdue"], ["overdue"])
    assert report.overdue_at == factories.at("2026-11-07 00:00")


def test_submit_in_time_ends_the_reminders():
    factories.work_calendar()
    cast = Cast()
    factories.ticket(moment=factories.at("2026-10-01 00:00"))
    told.submitted(cast)
    Message.objects.all().delete()
    assert alarms.remind(at=factories.at("2026-11-09 09:00")) == 0
    assert Report.objects.get().was_late is False


def test_submit_again_after_the_due_day_is_late():
    factories.work_calendar()
    cast = Cast()
    factories.ticket(moment=factories.at("2026-10-01 00:00"))
    edition = told.submitted(cast)
    edition = lifecycle.return_(edition, by=cast.hospital, at=told.REVIEWED, reason="缺少分析")
    assert Report.objects.get().submitted_at is None
    lifecycle.submit(edition, by=cast.manager, at=factories.at("2026-11-09 09:00"))
    assert Report.objects.get().was_late is True


def test_begin_last_month_begins_it_once():
    factories.work_calendar()
    factories.ticket(moment=factories.at("2026-10-31 23:59"))
    first = drafting.begin_last_month(at=factories.at("2026-11-01 00:35"))
    assert first == Report.objects.get()
    assert drafting.begin_last_month(at=factories.at("2026-11-02 00:35")) is None


def test_begin_last_month_of_a_new_installation_begins_nothing():
    factories.ticket(moment=factories.at("2026-11-01 00:00"))
    assert drafting.begin_last_month(at=factories.at("2026-11-01 00:35")) is None
