"""How people want to hear: what is mailed, and when."""

from datetime import time, timedelta

import pytest
from django.core import mail

from itsm.audit.models import Event
from itsm.errors import FieldsRefused, NotAllowed
from itsm.notifications import outbox, preferences, relay
from itsm.notifications.enums import Channel, Occasion
from itsm.notifications.models import Message, Preference
from itsm.notifications.outbox import Broadcast, Notice
from tests import factories
from tests.notifications.groups import group

pytestmark = pytest.mark.django_db
DAY, NIGHT, MORNING = (factories.at(f"2026-09-2{moment}") for moment in ("4 15:00", "4 23:30", "5 07:00"))
OWN = {"quiet": "own", "quiet_from": time(20), "quiet_until": time(6)}


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.EMAIL_HOST, settings.QUIET_HOURS = "mail.hospital.test", (time(22), time(7))


def person(**wish):
    """Somebody with an address, and a choice if one is given."""
    found = factories.user(email="wang@hospital.test")
    if wish:
        preferences.choose(found, by=found, at=DAY, **{"without_mail": [], **wish})
    return found


def mailed(to, *, at=DAY, **notice):
    """When the mail of such a notice may go out; None: there is no mail."""
    outbox.send([Notice(to, "t:1", "GD1", **notice)], at=at)
    assert Message.objects.filter(channel="inbox", recipient=to).exists()
    return Message.objects.filter(channel="email").values_list("next_try_at", flat=True).first()


# Which news


def test_who_has_made_no_choice_is_mailed_everything():
    assert mailed(person()) == DAY


@pytest.mark.parametrize("occasion, found", [(Occasion.REPLIES, None), (Occasion.ASSIGNED, DAY)])
def test_what_is_not_wanted_by_mail_stays_in_the_inbox(occasion, found):
    assert mailed(person(without_mail=["replies"]), occasion=occasion) == found


def test_a_level_that_names_mail_is_mailed_whatever_is_wished():
    wished = person(without_mail=["escalation"])
    assert mailed(wished, occasion=Occasion.ESCALATION, channels=frozenset({Channel.EMAIL})) == DAY


def test_a_level_that_does_not_name_mail_is_not_mailed():
    assert mailed(person(), channels=frozenset({Channel.GROUP})) is None


# Quiet hours


def test_t14_what_is_not_urgent_waits_for_the_end_of_the_houses_quiet_hours():
    assert mailed(person(), at=NIGHT) == MORNING


def test_t14_what_is_urgent_pierces_quiet_hours():
    assert mailed(person(**OWN), at=NIGHT, urgent=True) == NIGHT


@pytest.mark.parametrize(
    "wish, found",
    [
        ({"quiet": "house"}, MORNING),
        ({"quiet": "never"}, NIGHT),
        (OWN, factories.at("2026-09-25 06:00")),
        ({**OWN, "quiet_days": [5]}, NIGHT),
    ],
)
def test_own_quiet_hours_count_in_place_of_the_houses(wish, found):
    assert mailed(person(**wish), at=NIGHT) == found


def test_without_hours_of_the_house_nothing_waits(settings):
    settings.QUIET_HOURS = None
    assert mailed(person(), at=NIGHT) == NIGHT


def test_quiet_hours_lose_nothing(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mailed(person(), at=NIGHT)
    tried = [relay.relay(at=moment) for moment in (NIGHT, MORNING - timedelta(seconds=1), MORNING, MORNING)]
    assert (tried, len(mail.outbox)) == ([0, 0, 1, 0], 1)


@pytest.mark.parametrize("urgent, found", [(False, MORNING), (True, NIGHT)])
def test_groups_keep_the_houses_quiet_hours(urgent, found):
    group("https://qyapi.weixin.qq.com/x?key=1")
    outbox.broadcast([Broadcast("c:1", "GD1", urgent=urgent)], at=NIGHT)
    assert Message.objects.get().next_try_at == found


# The choice


def test_choose_by_somebody_else_is_refused():
    with pytest.raises(NotAllowed):
        preferences.choose(person(), by=factories.user("SYS"), at=DAY, without_mail=[])


@pytest.mark.parametrize(
    "hours, field",
    [
        ({"quiet_from": None, "quiet_until": time(6)}, "quiet_from"),
        ({"quiet_from": time(6), "quiet_until": None}, "quiet_until"),
        ({"quiet_from": time(6), "quiet_until": time(6)}, "quiet_until"),
        ({"quiet_from": time(6), "quiet_until": time(7), "quiet_days": []}, "quiet_days"),
    ],
)
def test_half_given_hours_are_refused(hours, field):
    with pytest.raises(FieldsRefused) as refused:
        person(quiet="own", **hours)
    assert (list(refused.value.errors), Preference.objects.count()) == ([field], 0)


def test_own_hours_that_are_left_are_forgotten():
    who = person(**OWN)
    wish = preferences.choose(who, by=who, at=DAY, without_mail=[], quiet="never")
    assert (wish.quiet_from, wish.history.count()) == (None, 2)


def test_a_choice_stands_in_the_audit_log():
    who = person(without_mail=["own"], **OWN)
    event = Event.objects.get(verb="notifications.choose")
    detail = {"without_mail": ["own"], "quiet": "own", "hours": "20:00-06:00", "days": [1, 2, 3, 4, 5, 6, 7]}
    assert (event.actor, event.detail) == (who, detail)


def test_choices_are_read_in_one_query_however_many_are_told(django_assert_num_queries):
    people = [factories.user(email=f"p{number}@hospital.test") for number in range(10)]
    with django_assert_num_queries(2):
        outbox.send([Notice(one, "t:1", "GD1") for one in people], at=DAY)
