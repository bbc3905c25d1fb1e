"""What a calendar that is corrected after the month was sealed does to the month: nothing."""

import pytest

from itsm.catalog import calendars
from itsm.catalog.models import Calendar
from itsm.reports.monthly import content
from tests import factories
from tests.factories import at
from tests.reports.golden import OCTOBER
from tests.reports.monthly import told
from tests.reports.monthly.told import Cast
from tickets import lifecycle, recalculating

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]


def resolved(reported: str, done: str) -> None:
    desk = factories.user("DSK")
    ticket = lifecycle.accept(factories.ticket(moment=at(reported)), by=desk, at=at(reported))
    lifecycle.resolve(ticket, by=desk, at=at(done), solution="重启打印服务")


def close_the_13th() -> None:
    """The hospital was closed on 13 October after all: what was resolved on the 14th would have been in time."""
    calendar = Calendar.objects.get(code="WORK")
    form = calendar.versions.published().order_by("-number").first().form
    form["exceptions"] = {"2026-10-13": {"name": "院庆停诊", "windows": []}}
    calendars.draft(calendar, by=None, at=told.SUBMITTED, form=form)
    calendars.publish(calendar, by=None, at=told.SUBMITTED)


def test_t54_a_corrected_calendar_changes_no_sealed_month():
    factories.contract(at=at("2026-01-01 00:00"))
    resolved("2026-10-12 09:00", "2026-10-14 08:10")  # eight working hours and more: late
    resolved("2026-10-15 09:00", "2026-10-15 11:00")
    seal = told.submitted(Cast()).seals.get()
    close_the_13th()
    assert recalculating.apply(by=None, at=told.APPROVED, reason="院庆停诊") == []
    again = content.read(OCTOBER, at=told.APPROVED)
    assert told.halves(again) == told.halves(seal.said)
    assert told.halves(seal.said)["N"][0] == 2
    assert (1, 2) in {figure[:2] for figure in told.halves(again).values()}
