"""Password rules, their history and end, and who sets whose."""

from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from itsm.accounts import passwords
from itsm.accounts.models import User
from itsm.errors import NotAllowed
from tests.accounts.signing import PASSWORD, account, acts, is_in, sign_in, signed_in

pytestmark = pytest.mark.django_db
NEW = "Tai-shan-2027"


def send(client, new: str = NEW, old: str = PASSWORD):
    words = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/account/password/", words)


def errors(password: str, **columns: str) -> set[str]:
    try:
        validate_password(password, account(**columns))
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password, found",
    [
        ("Kw-7 rabbit", set()),
        ("Kw-7 rabb", {"password_too_short"}),
        ("kwrabbitsoft", {"password_too_plain"}),
        ("kwrabbit4567", {"password_too_plain"}),
        ("Kwrabbit4567", set()),
        ("Password123", {"password_too_common"}),
        ("Wang-qian-88", {"password_too_similar"}),
        (PASSWORD, {"password_used_before"}),
    ],
)
def test_a_password_keeps_every_rule(password, found):
    assert errors(password, work_number="wang-qian-8") == found


def test_the_last_five_passwords_may_not_come_back_and_the_sixth_may(settings):
    person = account()
    for n in range(5):
        person = passwords.change(person, by=person, at=timezone.now(), password=f"Tai-shan-{n}xyz")
    with pytest.raises(ValidationError):
        validate_password("Tai-shan-0xyz", person)
    assert person.past_passwords.count() == 5
    with pytest.raises(ValidationError):
        validate_password(PASSWORD, person)
    person = passwords.change(person, by=person, at=timezone.now(), password="Tai-shan-5xyz")
    validate_password(PASSWORD, person)


@pytest.mark.parametrize("days, owed", [(90, False), (91, True)])
def test_must_change_on_the_91st_day(days, owed, settings):
    settings.PASSWORD_DAYS = 90
    person, now = account(), timezone.now()
    person.password_changed_at = now - timedelta(days=days)
    assert passwords.must_change(person, at=now) is owed


def test_must_change_never_without_a_password_of_ours():
    person = account(must_change_password=True)
    person.set_unusable_password()
    assert passwords.must_change(person, at=timezone.now()) is False


@pytest.mark.parametrize("path", ["/", "/inbox/", "/tickets/", "/account/", "/report/", "/account/second-factor/"])
def test_who_must_change_the_password_reaches_only_that_page(path):
    client = signed_in(account("DSK", must_change_password=True))
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, "/account/password/")


def test_who_must_change_the_password_may_sign_out():
    client = signed_in(account(must_change_password=True))
    assert client.post("/sign-out/")["Location"] == "/"


def test_a_fragment_is_refused_with_a_sentence_while_a_password_is_owed():
    client = signed_in(account(must_change_password=True))
    response = client.get("/inbox/", HTTP_HX_REQUEST="true")
    assert (response.status_code, "请先修改密码" in response.content.decode()) == (403, True)


def test_change_opens_the_way_and_keeps_this_session():
    person = account(must_change_password=True)
    here, there = signed_in(person), signed_in(person)
    response = send(here)
    person.refresh_from_db()
    assert (response["Location"], person.check_password(NEW), is_in(here), is_in(there)) == ("/", True, True, False)


def test_change_needs_the_present_password():
    person = account()
    response = send(signed_in(person), old="wrong")
    person.refresh_from_db()
    assert (response.status_code, person.check_password(PASSWORD)) == (422, True)


def test_change_that_breaks_a_rule_changes_nothing():
    person = account()
    response = send(signed_in(person), new="short")
    person.refresh_from_db()
    assert (response.status_code, person.check_password(PASSWORD), acts("change_password")) == (422, True, [])


def test_change_is_audited():
    person = account()
    send(signed_in(person))
    assert acts("change_password") == [(person.work_number, "done")]


def test_change_of_somebody_else_is_refused():
    person, other = account(), account("SYS")
    with pytest.raises(NotAllowed):
        passwords.change(person, by=other, at=timezone.now(), password=NEW)


def test_a_person_with_the_directorys_password_changes_none_here(client):
    person = account()
    User.objects.filter(pk=person.pk).update(password="!nothing")
    person.refresh_from_db()
    client.force_login(person)
    assert client.get("/account/password/")["Location"] == "/account/"


def test_reset_gives_a_temporary_password_that_must_be_changed(client):
    person, system = account("ENG"), account("SYS")
    old = signed_in(person)
    temporary = passwords.reset(person, by=system, at=timezone.now())
    person.refresh_from_db()
    sign_in(client, person, temporary)
    assert (is_in(old), client.get("/")["Location"], person.must_change_password) == (
        False,
        "/account/password/",
        True,
    )


@pytest.mark.parametrize("role", ["CLI", "DSK", "PM", "HLD", "SEC", "AUD"])
def test_reset_by_anybody_but_the_system_administrator_is_refused(role):
    with pytest.raises(NotAllowed):
        passwords.reset(account("ENG"), by=account(role), at=timezone.now())


@pytest.mark.parametrize("role", ["SYS", "SEC", "AUD"])
def test_reset_of_an_administrator_is_refused_on_a_page(role):
    with pytest.raises(NotAllowed):
        passwords.reset(account(role), by=account("SYS"), at=timezone.now())


def test_a_temporary_password_keeps_the_rules():
    person = account()
    assert [validate_password(passwords.temporary(), person) for _n in range(50)] == [None] * 50
