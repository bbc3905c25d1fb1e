"""停机: what the page of an outage offers to whom, and where a cancelled window stands in the list."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from slas import outages
from slas.models import Outage
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
FORMS = ("reschedule", "cancel", "restore", "exclude")


@pytest.fixture
def window():
    return agree(2)


def agree(hours):
    """A window of an hour that begins so many hours from now."""
    now = timezone.now()
    start = now + hours * HOUR
    words = {"started_at": start, "until": start + HOUR, "reason": "补丁"}
    return outages.begin(factories.system(), by=None, at=now - 24 * HOUR, **words)


def local(moment):
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def offered(client, outage, role):
    """The forms on its page."""
    client.force_login(factories.user(role))
    page = client.get(reverse("tickets:outage", args=[outage.pk])).content.decode()
    return [verb for verb in FORMS if f'action="{reverse(f"tickets:outage_{verb}", args=[outage.pk])}"' in page]


def post(client, verb, outage, **words):
    return client.post(reverse(f"tickets:outage_{verb}", args=[outage.pk]), words)


@pytest.mark.parametrize(
    "hours, role, forms",
    [
        (2, "DSK", ["reschedule", "cancel"]),
        (2, "HIT", ["reschedule", "cancel", "exclude"]),
        (2, "HLD", ["exclude"]),
        (2, "ENG", []),
        (-2, "DSK", ["restore"]),
        (-2, "HIT", ["cancel", "restore", "exclude"]),
        (-2, "HLD", ["cancel", "exclude"]),
        (-2, "ENG", []),
    ],
)
def test_a_window_offers_what_this_person_may_do_with_it_now(client, hours, role, forms):
    assert offered(client, agree(hours), role) == forms


@pytest.mark.parametrize("role", ["DSK", "HIT", "HLD"])
def test_a_cancelled_window_offers_nothing(client, window, role):
    outages.cancel(window, by=None, at=timezone.now(), reason="厂商未就绪")
    assert offered(client, window, role) == []


def test_the_form_knows_when_the_window_is_and_its_fields_have_names_of_their_own(client, window):
    client.force_login(factories.user("DSK"))
    page = client.get(reverse("tickets:outage", args=[window.pk])).content.decode()
    assert f'value="{local(window.started_at)}"' in page
    assert [page.count(f'id="{verb}_reason"') for verb in ("reschedule", "cancel")] == [1, 1]


def test_reschedule_moves_the_window(client, window):
    client.force_login(factories.user("DSK"))
    start = (timezone.now() + 30 * HOUR).replace(second=0, microsecond=0)
    words = {"started_at": local(start), "until": local(start + 2 * HOUR), "reason": "业务高峰"}
    answer = post(client, "reschedule", window, **words)
    assert (answer.status_code, answer["Location"]) == (302, reverse("tickets:outage", args=[window.pk]))
    moved = Outage.objects.get(pk=window.pk)
    assert (moved.started_at, moved.planned_until) == (start, start + 2 * HOUR)


@pytest.mark.parametrize("verb", ["reschedule", "cancel"])
def test_a_form_without_its_words_comes_back_open(client, window, verb):
    client.force_login(factories.user("DSK"))
    answer = post(client, verb, window)
    assert (answer.status_code, list(answer.context[f"{verb}_form"].errors)[-1]) == (422, "reason")
    assert answer.content.decode().count('<details class="menu" open>') == 1


def test_cancel_of_a_begun_one_is_the_hospitals(client):
    window = agree(-2)
    client.force_login(factories.user("DSK"))
    assert post(client, "cancel", window, reason="当晚未停机").status_code == 403
    client.force_login(factories.user("HLD"))
    assert post(client, "cancel", window, reason="当晚未停机").status_code == 302
    assert Outage.objects.get(pk=window.pk).cancel_reason == "当晚未停机"


def test_a_cancelled_window_says_so_and_why(client, window):
    outages.cancel(window, by=None, at=timezone.now(), reason="厂商备件未到")
    client.force_login(factories.user("ENG"))
    page = client.get(reverse("tickets:outage", args=[window.pk])).content.decode()
    assert [page.count(words) for words in ("badge-c c-secondary", "厂商备件未到", "未开始")] == [1, 1, 0]


def test_the_list_has_it_in_the_past_part(client, window):
    begun, ahead = agree(-2), agree(4)
    outages.cancel(window, by=None, at=timezone.now(), reason="厂商未就绪")
    client.force_login(factories.user("ENG"))
    answer = client.get(reverse("tickets:outage_list"))
    page = answer.content.decode()
    assert (answer.context["open"], list(answer.context["rows"])) == ([begun, ahead], [window])
    assert [page.count(words) for words in ("badge-c c-secondary", "未开始", "仍在停机")] == [1, 1, 1]
