"""The demo's outages: everything that can happen to one is there to be looked at."""

import io
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from itsm.demo.contract import ZONE
from itsm.demo.outages import seed_outages
from itsm.demo.people import seed_people
from slas.models import Outage

UNTIL = datetime(2026, 11, 23, 15, 0, tzinfo=ZONE)


@pytest.mark.django_db
def test_the_demo_has_windows_that_were_moved_and_cancelled():
    call_command("seed_dictionaries", with_vendors=True, stdout=io.StringIO())
    people = seed_people()
    seed_outages(people, until=UNTIL)
    seed_outages(people, until=UNTIL)
    cancelled, rows = Outage.objects.get(cancelled_at__isnull=False), Outage.objects.all()
    assert (rows.count(), cancelled.cancelled_at) == (17, cancelled.started_at - timedelta(days=1))
    ahead = [(one.system.code, one.history.last().started_at, one.started_at) for one in rows if one.is_ahead(UNTIL)]
    ten = UNTIL.replace(hour=22)
    assert ahead == [("HIS", ten + timedelta(days=1), ten + timedelta(days=2))]
    assert [one.system.code for one in rows.open() if not one.is_ahead(UNTIL)] == ["ESB"]
