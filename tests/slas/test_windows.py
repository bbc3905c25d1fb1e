"""改期、取消: an agreed window that takes place at another time, or not at all."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from itsm.accounts.roles import ROLES
from itsm.audit.models import Event
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from slas import outages
from slas.models import Outage
from tests import factories

pytestmark = pytest.mark.django_db
AT = factories.at("2026-10-14 09:00")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
START = AT + 48 * HOUR
NOTE, EXCLUDE = "DSK HIT PLT PM", "HIT HLD"


@pytest.fixture
def system():
    return factories.system()


@pytest.fixture
def window(system):
    return agree(system, START)


def agree(system, start, hours=2):
    return outages.begin(system, by=None, at=AT, started_at=start, until=start + hours * HOUR, reason="补丁")


def reschedule(outage, start=START + 24 * HOUR, *, hours=2, at=AT, by=None, reason="业务高峰"):
    until = start + hours * HOUR
    return outages.reschedule(outage, by=by, at=at, started_at=start, until=until, reason=reason)


def cancel(outage, *, at=AT, by=None, reason="厂商未就绪"):
    return outages.cancel(outage, by=by, at=at, reason=reason)


def refused(error, verb, outage, **words):
    """The verb is refused with that error and nothing is written."""
    before = Outage.objects.filter(pk=outage.pk).values().get(), Event.objects.count()
    with pytest.raises(RuleBroken) as caught:
        verb(outage, **words)
    after = Outage.objects.filter(pk=outage.pk).values().get(), Event.objects.count()
    return (type(caught.value), after) == (error, before)


def may(verb, outage, role, at):
    """Whether the verb takes somebody of that role; what the page offers is the same."""
    person, offered = factories.user(role), {reschedule: outages.can_reschedule, cancel: outages.can_cancel}[verb]
    shown = offered(person, outage, at=at)
    with transaction.atomic():
        try:
            verb(outage, by=person, at=at)
            allowed = True
        except NotAllowed:
            allowed = False
        transaction.set_rollback(True)
    assert shown == allowed
    return allowed


# Moving


def test_reschedule_writes_the_new_window(window):
    moved = reschedule(window, START + 24 * HOUR, hours=3)
    assert (moved.started_at, moved.planned_until) == (START + 24 * HOUR, START + 27 * HOUR)
    assert (moved.version, moved.is_open, moved.reason) == (window.version + 1, True, "补丁")


def test_reschedule_leaves_a_version_and_an_event_with_both_times(window):
    manager = factories.user("PM")
    reschedule(window, by=manager, at=AT + HOUR, reason=" 业务高峰 ")
    version, event = window.history.first(), Event.objects.latest("pk")
    assert (version.history_change_reason, version.history_user) == ("slas.reschedule_outage", manager)
    assert (version.history_date, version.started_at) == (AT + HOUR, START + 24 * HOUR)
    assert (event.verb, event.actor, event.object_label) == ("slas.reschedule_outage", manager, window.system.code)
    assert event.detail == {"before": times(0), "after": times(24), "reason": "业务高峰"}


def times(hours):
    start = START + hours * HOUR
    return {"started_at": start.isoformat(), "until": (start + 2 * HOUR).isoformat()}


@pytest.mark.parametrize("role", ROLES)
def test_whoever_notes_outages_reschedules(window, role):
    assert may(reschedule, window, role, AT) == (role in NOTE.split())


def test_reschedule_up_to_the_second_before_it_begins(window):
    assert reschedule(window, at=START - SECOND).version == 2
    assert outages.can_reschedule(factories.user("PM"), window, at=START - SECOND)


def test_reschedule_of_one_that_has_begun_is_refused(window):
    with pytest.raises(TransitionRefused) as caught:
        reschedule(window, at=START)
    assert caught.value.status == 409
    assert not outages.can_reschedule(factories.user("PM"), window, at=START)


def test_reschedule_of_what_is_no_window_is_refused(system):
    out = outages.begin(system, by=None, at=AT, started_at=AT - HOUR, reason="断电")
    assert refused(TransitionRefused, reschedule, out)


def test_reschedule_of_one_that_is_over_is_refused(window):
    late = START + 3 * HOUR
    outages.restore(window, by=None, at=late, restored_at=START + HOUR)
    assert refused(TransitionRefused, reschedule, window, start=late + HOUR, at=late)


def test_reschedule_of_a_cancelled_one_is_refused(window):
    cancel(window)
    assert refused(TransitionRefused, reschedule, window)


@pytest.mark.parametrize(
    "words", [{"start": AT}, {"start": AT - HOUR}, {"hours": 0}, {"hours": -1}, {"reason": ""}, {"reason": " \n"}]
)
def test_reschedule_needs_a_window_ahead_and_a_reason(window, words):
    assert refused(RuleBroken, reschedule, window, **words)


def test_reschedule_into_another_window_of_the_system_is_refused(system, window):
    agree(system, START + 24 * HOUR)
    assert refused(TransitionRefused, reschedule, window, start=START + 25 * HOUR)
    assert refused(TransitionRefused, reschedule, window, start=START + 23 * HOUR)


@pytest.mark.parametrize("hours", [22, 26])
def test_reschedule_next_to_another_window_is_fine(system, window, hours):
    agree(system, START + 24 * HOUR)
    assert reschedule(window, START + hours * HOUR).version == 2


def test_reschedule_within_its_own_old_time_is_fine(window):
    assert reschedule(window, START + HOUR).started_at == START + HOUR


def test_neither_a_window_of_another_system_nor_an_outage_is_in_the_way(system, window):
    agree(factories.system(), START + 24 * HOUR)
    outages.begin(system, by=None, at=AT, started_at=AT - HOUR, reason="断电")
    assert reschedule(window).version == 2


# Cancelling


def test_cancel_writes_when_and_why(window):
    manager = factories.user("PM")
    gone = cancel(window, by=manager, at=AT + HOUR, reason=" 厂商未就绪 ")
    assert (gone.cancelled_at, gone.cancel_reason, gone.version) == (AT + HOUR, "厂商未就绪", 2)
    assert (gone.is_open, gone.is_cancelled, gone.is_ahead(AT)) == (False, True, False)
    version, event = gone.history.first(), Event.objects.latest("pk")
    assert (version.history_change_reason, version.history_user) == ("slas.cancel_outage", manager)
    assert (event.verb, event.detail) == ("slas.cancel_outage", {**times(0), "reason": "厂商未就绪"})


@pytest.mark.parametrize("moment, roles", [(START - SECOND, NOTE), (START, EXCLUDE), (START + 72 * HOUR, EXCLUDE)])
@pytest.mark.parametrize("role", ROLES)
def test_who_cancels_before_it_begins_and_from_then_on(window, role, moment, roles):
    assert may(cancel, window, role, moment) == (role in roles.split())


def test_cancel_of_an_outage_is_refused(system):
    out = outages.begin(system, by=None, at=AT, started_at=AT - HOUR, reason="断电")
    assert refused(TransitionRefused, cancel, out)
    assert not outages.can_cancel(factories.user("HIT"), out, at=AT)


def test_cancel_of_one_that_took_place_is_refused(window):
    late = START + 3 * HOUR
    outages.restore(window, by=None, at=late, restored_at=START + HOUR)
    assert refused(TransitionRefused, cancel, window, at=late)


def test_cancel_twice_is_refused(window):
    cancel(window)
    assert refused(TransitionRefused, cancel, window)


def test_cancel_without_a_reason_is_refused(window):
    assert refused(RuleBroken, cancel, window, reason=" ")


def test_a_cancelled_window_is_neither_restored_nor_left_out(window):
    cancel(window)
    late, staff = START + 3 * HOUR, factories.user("HIT")
    with pytest.raises(TransitionRefused):
        outages.restore(window, by=None, at=late, restored_at=START + HOUR)
    with pytest.raises(TransitionRefused):
        outages.exclude(window, by=staff, at=late, ground="network", note="断网")


def test_a_cancelled_window_keeps_nobody_from_its_time(system, window):
    cancel(window)
    other = agree(system, START + 24 * HOUR)
    assert agree(system, START).is_open
    assert reschedule(other, START + 2 * HOUR).started_at == START + 2 * HOUR


def test_a_cancelled_window_is_over_and_does_not_stand(system, window):
    cancel(window)
    other, rows = agree(system, START), Outage.objects.all()
    assert [list(found) for found in (rows.standing(), rows.open(), rows.over())] == [[other], [other], [window]]


@pytest.mark.parametrize(
    "columns",
    [
        {"cancelled_at": AT},
        {"cancel_reason": "厂商未就绪"},
        {"cancelled_at": AT, "cancel_reason": "厂商未就绪", "restored_at": START + HOUR},
        {"cancelled_at": AT, "cancel_reason": "厂商未就绪", "kind": "unplanned", "planned_until": None},
    ],
)
def test_the_database_keeps_a_cancellation_whole(window, columns):
    with pytest.raises(IntegrityError, match="outage_cancelled_pair"):
        Outage.objects.filter(pk=window.pk).update(**columns)
