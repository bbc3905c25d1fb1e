"""By which ways a level of the ladder goes out: to people as they chose, to groups as it names them, at night."""

from datetime import timedelta

import pytest
from django.utils import timezone

from itsm.accounts.models import User
from itsm.notifications import destinations, preferences
from itsm.notifications.models import Announcement, Destination, Message
from slas import sweep
from slas.models import Escalation
from tests import factories
from tests.tickets.stages import PARTICULARS, START, Desk, later
from tests.tickets.test_escalations import urgent
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(hospital: object) -> Desk:
    """A desk that works by the agreement of a new installation."""
    factories.contract(at=START - timedelta(days=1))
    desk = Desk()
    desk.head = factories.user("HLD", name="信息科主任")
    Message.objects.all().delete()
    return desk


def channels(ticket: Ticket, minutes: int = 0) -> set[tuple[str, bool]]:
    sweep.sweep(at=later(minutes) + timedelta(seconds=1))
    return set(Message.objects.filter(dedup_key__startswith="clock:").values_list("channel", "is_urgent"))


@pytest.fixture
def own_group(settings: object) -> Destination:
    """A chat group of the project manager, and a mail server."""
    settings.EMAIL_HOST = "mail.hospital.test"
    User.objects.filter(roles__contains=["PM"]).update(email="pm@hospital.test")
    values = {"name": "运维群", "kind": "wecom", "address": "https://qyapi.weixin.qq.com/x?key=1", "roles": ["PM"]}
    return destinations.create(Destination, by=None, at=START, values=values)


def test_a_level_goes_out_by_its_channels_and_pierces_quiet_hours(desk, own_group):
    assert channels(urgent(desk)) == {("inbox", True), ("email", True), ("group", True)}


def levels(**fields: object) -> None:
    """From now on an agreement holds whose levels are all like this."""
    draft = factories.agreement_draft()
    draft.rungs.update(**fields)
    factories.publish(draft, effective_at=START - timedelta(hours=1))


def test_a_level_without_channels_leaves_them_to_each_person(desk, own_group):
    levels(recipients=["hospital"], channels=[])
    User.objects.filter(pk=desk.head.pk).update(email="head@hospital.test")
    preferences.choose(desk.head, by=desk.head, at=START, without_mail=["escalation"])
    assert channels(urgent(desk), 200) == {("inbox", False)}


def group_of(**values: object) -> Destination:
    number = Destination.objects.count()
    given = {"name": f"群{number}", "kind": "wecom", "address": f"https://qyapi.weixin.qq.com/x?key={number}", **values}
    return destinations.create(Destination, by=None, at=START, values=given)


@pytest.mark.parametrize(
    "recipients, ways, told",
    [
        (["pm"], [], "经理群"),
        (["pm", "hospital"], [], "经理群 领导群"),
        (["vendor"], [], "厂商群"),
        (["assignee"], [], ""),
        (["pm"], ["inbox", "email"], ""),
        (["pm"], ["group"], "大群 经理群"),
        (["pm", "vendor"], ["group"], "厂商群 大群 经理群"),
    ],
)
def test_a_level_that_names_no_ways_tells_the_groups_of_its_roles_alone(desk, settings, recipients, ways, told):
    settings.OUTBOUND_HOSTS = ["qyapi.weixin.qq.com"]
    company = factories.vendor()
    factories.user("VND", vendor=company)
    groups = {"大群": {}, "经理群": {"roles": ["PM"]}, "领导群": {"roles": ["HLD", "EXE"]}}
    groups |= {
        "厂商群": {"vendor": company, "roles": ["VND"]},
        "他厂群": {"vendor": factories.vendor(), "roles": ["VND"]},
    }
    for name, values in groups.items():
        group_of(name=name, **values)
    levels(recipients=recipients, channels=ways)
    urgent(desk, system=factories.system(vendor=company))
    sweep.sweep(at=later(181))
    found = Message.objects.filter(channel="group").values_list("destination__name", flat=True)
    assert " ".join(sorted(set(found))) == told


def test_a_companys_own_group_without_roles_hears_what_its_contacts_are_told(desk, settings):
    settings.OUTBOUND_HOSTS = ["qyapi.weixin.qq.com"]
    company = factories.vendor()
    group_of(vendor=company)
    levels(recipients=["pm"], channels=[])
    urgent(desk, system=factories.system(vendor=company))
    sweep.sweep(at=later(181))
    assert not Message.objects.filter(channel="group").exists()
    levels(recipients=["vendor"], channels=[])
    urgent(desk, system=factories.system(vendor=company))
    sweep.sweep(at=later(182))
    assert Message.objects.filter(channel="group").exists()


def test_nothing_is_kept_to_be_copied_of_a_level_that_names_no_ways(desk):
    levels(recipients=["pm"], channels=[])
    urgent(desk)
    sweep.sweep(at=later(181))
    assert (Escalation.objects.exists(), Announcement.objects.count()) == (True, 0)


def test_a_level_that_does_not_pierce_waits_for_the_end_of_quiet_hours(desk, own_group):
    levels(recipients=["pm"], channels=["email", "group"], pierces=False)
    urgent(desk)
    night = timezone.localtime(START).replace(hour=23, minute=30)
    sweep.sweep(at=night)
    waits = set(Message.objects.exclude(channel="inbox").values_list("next_try_at", flat=True))
    assert waits == {night.replace(hour=7, minute=0) + timedelta(days=1)}


def test_a_group_is_told_once_by_a_level_however_many_people_it_names(desk, own_group):
    factories.user("PM", name="第二经理")
    urgent(desk)
    sweep.sweep(at=later(0) + timedelta(seconds=1))
    assert Message.objects.filter(channel="group", dedup_key__contains="since:0").count() == 1


def test_a_complaint_is_told_to_no_group(desk, own_group):
    levels(recipients=["pm"], channels=["group"])
    ticket = desk.ticket(kind="complaint", particulars=PARTICULARS["complaint"])
    found = {channel for channel, _urgent in channels(ticket, 60 * 24 * 30)}
    assert (found, Announcement.objects.count()) == ({"inbox"}, 0)


def test_what_no_robot_takes_waits_to_be_copied(desk):
    urgent(desk)
    sweep.sweep(at=later(0) + timedelta(seconds=1))
    (notice,) = Announcement.objects.to_copy()
    assert ("P1" in notice.title, notice.is_urgent, notice.roles) == (True, True, ["CTO", "HLD", "PM"])


@pytest.mark.parametrize("impact, urgency, found", [(1, 1, True), (1, 2, True), (3, 3, False)])
def test_news_of_p1_and_p2_pierce_quiet_hours(desk, impact, urgency, found):
    desk.ticket(impact=impact, urgency=urgency, system=factories.system(primary_owner=desk.engineer))
    assert Message.objects.get(occasion="opened").is_urgent is found
