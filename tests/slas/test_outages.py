"""停机: what may be noted beside what, and how the list says it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from itsm.errors import TransitionRefused
from slas import outages
from tests import factories

pytestmark = pytest.mark.django_db
AT = factories.at("2026-10-14 09:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def system():
    return factories.system()


def note(system, start, *, hours=None, at=AT):
    until = start + hours * HOUR if hours else None
    return outages.begin(system, by=None, at=at, started_at=start, reason="停机", until=until)


def test_an_agreed_window_ahead_keeps_nobody_from_noting_an_outage(system):
    note(system, AT + 48 * HOUR, hours=2)
    assert note(system, AT - HOUR).is_open


def test_two_unplanned_ones_at_once_are_refused(system):
    note(system, AT - HOUR)
    with pytest.raises(TransitionRefused):
        note(system, AT)


def test_windows_at_different_times_are_agreed_on_beside_each_other(system):
    note(system, AT + 48 * HOUR, hours=2)
    assert note(system, AT + 50 * HOUR, hours=2).is_open


def test_windows_that_overlap_are_refused(system):
    note(system, AT + 48 * HOUR, hours=2)
    with pytest.raises(TransitionRefused):
        note(system, AT + 49 * HOUR, hours=2)


def test_the_list_says_what_has_not_begun_what_lasts_and_how_long_it_was(client, system):
    now = timezone.now()
    note(system, now + 48 * HOUR, hours=2, at=now)
    note(system, now - HOUR, at=now)
    over = note(factories.system(name="检验"), now - 3 * HOUR, at=now)
    outages.restore(over, by=None, at=now, restored_at=now - 2 * HOUR)
    client.force_login(factories.user("PM"))
    page = client.get(reverse("tickets:outage_list")).content.decode()
    said = [page.count(words) for words in ("未开始", "仍在停机", ">1小时</td>")]
    assert said == [1, 1, 1]
