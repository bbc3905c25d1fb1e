"""Signing in: one sentence for every refusal, a lock after five failures, the same for names that nobody has."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.db import DatabaseError
from django.utils import timezone

from itsm.accounts import gate
from itsm.audit.models import Event
from tests.accounts.signing import PASSWORD, account, acts, is_in, sign_in
from tests.hashing import QuickHasher

pytestmark = pytest.mark.django_db


def sentence(response: object) -> str:
    return str(response.context["form"].non_field_errors()[0])


def fail(client, person, times: int = 5, **headers: str) -> object:
    for _n in range(times):
        response = sign_in(client, person, "wrong-password", **headers)
    return response


def test_sign_in_with_the_right_password_goes_home(client):
    response = sign_in(client, account())
    assert (response.status_code, response["Location"], is_in(client)) == (302, "/", True)


def test_sign_in_goes_on_to_where_the_person_wanted(client):
    person = account()
    response = client.post("/sign-in/", {"username": person.work_number, "password": PASSWORD, "next": "/inbox/"})
    assert response["Location"] == "/inbox/"


def test_sign_in_never_goes_on_to_another_host(client):
    person = account()
    words = {"username": person.work_number, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post("/sign-in/", words)["Location"] == "/"


def test_every_refusal_reads_the_same(client):
    known, inactive = account(), account(is_active=False)
    left = account(left_on=timezone.localdate() - timedelta(days=1))
    answers = [
        sign_in(client, known, "wrong"),
        sign_in(client, "nobody-has-this"),
        sign_in(client, inactive),
        sign_in(client, left),
    ]
    assert [(a.status_code, sentence(a)) for a in answers] == [(422, sentence(answers[0]))] * 4


def test_an_unknown_number_costs_one_hash_like_a_known_one(client, monkeypatch):
    person, hashed = account(), []
    encode = QuickHasher.encode
    monkeypatch.setattr(QuickHasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k))
    sign_in(client, person, "wrong")
    known = len(hashed)
    sign_in(client, "nobody-has-this", "wrong")
    assert (known, len(hashed) - known) == (1, 1)


def test_the_last_day_still_opens(client):
    sign_in(client, account(left_on=timezone.localdate()))
    assert is_in(client)


def test_the_fourth_failure_does_not_lock(client):
    person = account()
    fail(client, person, 4)
    sign_in(client, person)
    assert is_in(client)


def test_after_five_failures_the_right_password_is_refused(client):
    person = account()
    fail(client, person)
    response = sign_in(client, person)
    assert (response.status_code, is_in(client)) == (429, False)


def test_a_locked_name_that_nobody_has_reads_the_same(client):
    person = account()
    mine, nobodys = fail(client, person), fail(client, "nobody-has-this")
    assert (mine.status_code, sentence(mine)) == (nobodys.status_code, sentence(nobodys))


def test_a_lock_ends_after_its_minutes(client):
    person = account()
    fail(client, person)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    sign_in(client, person)
    assert is_in(client)


def test_a_lock_still_holds_in_its_last_minute(client):
    person = account()
    fail(client, person)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    sign_in(client, person)
    assert not is_in(client)


def test_knocking_at_a_locked_account_does_not_lengthen_the_lock(client):
    person = account()
    fail(client, person)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    before = AccessAttempt.objects.get().attempt_time
    fail(client, person, 1)
    assert AccessAttempt.objects.get().attempt_time == before


def test_signing_in_forgets_earlier_failures(client):
    person = account()
    fail(client, person, 4)
    sign_in(client, person)
    assert AccessAttempt.objects.count() == 0


def test_failures_from_many_addresses_and_browsers_count_together(client):
    person = account()
    for n in range(5):
        fail(client, person, 1, REMOTE_ADDR=f"10.0.0.{n}", HTTP_USER_AGENT=f"browser {n}")
    assert sign_in(client, person).status_code == 429


def test_forty_people_behind_one_address_are_not_locked_by_one(client):
    one, other = account(), account()
    fail(client, one, 6)
    sign_in(client, other)
    assert is_in(client)


def test_an_address_that_fails_very_often_is_locked_for_everybody(client, settings):
    settings.SIGN_IN_ADDRESS_FAILURES = 8
    for n in range(8):
        fail(client, f"guess{n}", 1)
    person = account()
    assert (sign_in(client, person).status_code, is_in(client)) == (429, False)


def test_another_address_is_not_locked_with_it(client, settings):
    settings.SIGN_IN_ADDRESS_FAILURES = 8
    for n in range(8):
        fail(client, f"guess{n}", 1)
    sign_in(client, account(), REMOTE_ADDR="10.9.9.9")
    assert is_in(client)


def test_without_the_store_nobody_is_let_in(client, monkeypatch):
    def away(*arguments: object) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(gate, "_one_at_a_time", away)
    person = account()
    with pytest.raises(DatabaseError):
        sign_in(client, person)
    assert not is_in(client)


def test_sign_in_failure_and_lock_are_audited(client):
    person = account()
    fail(client, person)
    number = person.work_number
    assert (acts("sign_in"), acts("lock_out")) == ([(number, "refused")] * 5, [(number, "done")])


def test_sign_in_is_audited_with_address_and_browser(client):
    person = account()
    sign_in(client, person, REMOTE_ADDR="10.1.2.3", HTTP_USER_AGENT="Chromium 109")
    event = Event.objects.get(verb="accounts.sign_in")
    assert (event.actor, event.address, event.detail) == (
        person,
        "10.1.2.3",
        {"second_factor": False, "browser": "Chromium 109"},
    )


def test_what_was_typed_as_an_unknown_name_is_not_kept(client):
    sign_in(client, "MyPassw0rd-by-mistake", "x")
    assert acts("sign_in") == [("My…", "refused")]


def test_a_password_never_stands_in_the_counters(client):
    fail(client, account(), 1)
    attempt = AccessAttempt.objects.get()
    assert "wrong-password" not in attempt.post_data + attempt.get_data
