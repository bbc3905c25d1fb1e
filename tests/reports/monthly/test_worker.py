"""The worker and the schedule, over real transactions."""

import json

import pytest
from django.conf import settings
from django.db import connection

from itsm.celery import app
from itsm.reports import periods
from itsm.reports.monthly import content, drafting, running
from itsm.reports.monthly.models import Edition
from tests import factories

AT = factories.at("2026-11-01 09:00")


def test_schedule_names_tasks_that_there_are():
    app.loader.import_default_modules()
    wanted = {entry["task"] for name, entry in settings.CELERY_BEAT_SCHEDULE.items() if "report" in name}
    assert (wanted - set(app.tasks), len(wanted)) == (set(), 3)


@pytest.mark.django_db(transaction=True)
def test_show_tells_others_how_far_the_worker_is(hospital, monkeypatch):
    """The beat is seen from another connection while the figures are being read."""
    factories.ticket(moment=factories.at("2026-10-01 00:00"))
    edition = drafting.draft(periods.parse("2026-10"), by=None, at=AT).editions.get()
    monkeypatch.setattr(running, "BEAT_SECONDS", 0)
    seen = []
    watched = content.readings.read

    def reading(*args, **options):
        beside = connection.copy()
        with beside.cursor() as cursor:
            cursor.execute("SELECT done, steps FROM reports_edition WHERE id = %s", [edition.pk])
            seen.append(cursor.fetchone())
        beside.close()
        return watched(*args, **options)

    monkeypatch.setattr(content.readings, "read", reading)
    assert running.run_waiting(at=AT) == 1
    assert (seen[0], seen[2], seen[-1]) == ((1, content.STEPS), (3, content.STEPS), (content.STEPS, content.STEPS))
    drawn = json.loads(Edition.objects.get().drawn)
    assert drawn["figures"]["N"]["numerator"] == 1


@pytest.mark.django_db(transaction=True)
def test_read_begins_anew_when_a_ticket_is_written_meanwhile(hospital, monkeypatch):
    """Figures and lists are of one moment."""
    factories.ticket(moment=factories.at("2026-10-01 00:00"))
    listed, late = content.readings.listed, []

    def listing(period, *, at):
        if not late:
            late.append(factories.ticket(moment=factories.at("2026-10-02 00:00")))
        return listed(period, at=at)

    monkeypatch.setattr(content.readings, "listed", listing)
    found = content.read(periods.parse("2026-10"), at=AT)
    assert (found["figures"]["N"]["numerator"], len(found["lists"]["N"]["numerator"])) == (2, 2)
