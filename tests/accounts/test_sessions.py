"""Sessions: when they end, whom they belong to, what the browser may keep."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from itsm.accounts import people, sessions
from itsm.accounts.models import OpenSession
from itsm.audit.models import Event
from tests.accounts.signing import account, acts, is_in, sign_in, signed_in

pytestmark = pytest.mark.django_db


def age(client: Client, **seconds: int) -> None:
    """Set the marks of the session so far back."""
    held = client.session
    for name, back in seconds.items():
        held[f"{name}_at"] = int(timezone.now().timestamp()) - back
    held.save()


@pytest.mark.parametrize("roles, minutes", [((), 30), (("PM",), 30), (("SYS",), 15), (("SEC",), 15), (("AUD",), 15)])
def test_an_idle_session_ends_after_its_minutes(roles, minutes):
    client = signed_in(account(*roles))
    age(client, seen=60 * minutes - 5)
    alive = is_in(client)
    age(client, seen=60 * minutes)
    assert (alive, is_in(client)) == (True, False)


def test_a_session_ends_after_twelve_hours_of_work():
    client = signed_in(account())
    age(client, began=12 * 3600 - 5)
    alive = is_in(client)
    age(client, began=12 * 3600)
    assert (alive, is_in(client)) == (True, False)


def test_a_session_without_marks_is_over():
    client = signed_in(account())
    held = client.session
    del held["began_at"]
    held.save()
    assert not is_in(client)


def test_a_click_keeps_the_session_alive():
    client = signed_in(account())
    age(client, seen=25 * 60)
    is_in(client)
    assert timezone.now().timestamp() - client.session["seen_at"] < 60


def test_clicks_within_a_minute_write_nothing():
    client = signed_in(account())
    is_in(client)
    with CaptureQueriesContext(connection) as queries:
        is_in(client)
    assert [query["sql"] for query in queries if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")] == []


def test_a_timed_out_visitor_is_told_why():
    client = signed_in(account())
    age(client, seen=3600)
    response = client.get("/inbox/", follow=True)
    assert [str(m) for m in response.context["messages"]] == ["长时间未操作，已自动退出，请重新登录。"]


def test_a_timed_out_fragment_gets_the_sign_in_page_which_the_script_does_not_swap_in():
    client = signed_in(account("DSK"))
    age(client, seen=3600)
    response = client.post("/inbox/read-all/", HTTP_HX_REQUEST="true", follow=True)
    assert "data-sign-in" in response.content.decode()


def test_a_timed_out_visitor_still_sees_public_pages():
    client = signed_in(account())
    age(client, seen=3600)
    assert client.get("/report/").status_code == 200


def test_a_time_out_is_audited_with_its_reason():
    person = account()
    client = signed_in(person)
    age(client, seen=3600)
    is_in(client)
    event = Event.objects.get(verb="accounts.sign_out")
    assert (event.actor, event.detail) == (person, {"reason": "idle"})


def test_signing_in_gives_the_session_a_new_key(client):
    client.get("/sign-in/?again=1")
    held = client.session
    held["mark"] = 1
    held.save()
    client.cookies["sessionid"] = held.session_key
    sign_in(client, account())
    assert client.session.session_key != held.session_key


def test_sign_out_ends_the_session_and_clears_the_browser():
    person = account()
    client = signed_in(person)
    key = client.session.session_key
    response = client.post("/sign-out/")
    left = Session.objects.filter(session_key=key).count(), OpenSession.objects.count()
    assert (response["Clear-Site-Data"], left, acts("sign_out")) == (
        '"cache"',
        (0, 0),
        [(person.work_number, "done")],
    )


def test_pages_of_a_signed_in_person_are_not_stored():
    assert signed_in(account()).get("/inbox/")["Cache-Control"] == "private, no-store"


def test_a_public_page_may_be_stored(client):
    assert not client.get("/").has_header("Cache-Control")


def test_several_sessions_are_allowed_unless_the_setting_says_otherwise():
    person = account()
    first, second = signed_in(person), signed_in(person)
    assert (is_in(first), is_in(second)) == (True, True)


def test_a_single_session_ends_the_one_before(settings):
    settings.SINGLE_SESSION = True
    person = account()
    first, second = signed_in(person), signed_in(person)
    assert (is_in(first), is_in(second)) == (False, True)


def test_end_others_keeps_only_this_session():
    person, stranger = account(), account()
    here, there, other = signed_in(person), signed_in(person), signed_in(stranger)
    here.post("/account/sessions/end/")
    assert (is_in(here), is_in(there), is_in(other)) == (True, False, True)


def test_a_role_holds_from_the_next_request():
    person, security = account("DSK"), account("SEC")
    client = signed_in(person)
    before = client.get("/tickets/").status_code
    people.grant(person, by=security, at=timezone.now(), roles=["CLI"], sees_department=False, reason="调岗")
    assert (before, client.get("/tickets/").status_code) == (200, 403)


def test_a_closed_account_is_out_on_the_next_request_and_its_sessions_are_gone():
    person, system = account(), account("SYS")
    client = signed_in(person)
    people.deactivate(person, by=system, at=timezone.now(), left_on=None, reason="离职")
    assert (is_in(client), OpenSession.objects.filter(user=person).count()) == (False, 0)


def test_the_day_after_the_last_day_the_session_is_nobodys():
    person = account()
    client = signed_in(person)
    type(person).objects.filter(pk=person.pk).update(left_on=timezone.localdate() - timedelta(days=1))
    assert not is_in(client)


def test_clear_deletes_what_has_run_out():
    client = signed_in(account())
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    sessions.clear(at=timezone.now())
    assert (Session.objects.count(), OpenSession.objects.count(), is_in(client)) == (0, 0, False)
