"""The second factor: who owes it, one code one time, recovery codes, a lost device."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from itsm.accounts import second_factor
from itsm.accounts.models import OpenSession
from itsm.accounts.roles import ROLES
from itsm.errors import NotAllowed, TransitionRefused
from tests.accounts.signing import account, acts, code, device, is_in, sign_in, signed_in

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 9, 24, 2, 0, 29, tzinfo=UTC)  # the last second of a code
HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


def second(client, shown: str):
    return client.post("/sign-in/", {"code": shown})


@pytest.mark.parametrize("role", list(ROLES))
def test_a_role_owes_a_second_factor(role, required):
    response = signed_in(account(role)).get("/inbox/")
    where = response.get("Location", "") if response.status_code == 302 else "in"
    assert where == ("/account/second-factor/" if role in {"SYS", "SEC", "AUD", "HLD"} else "in")


@pytest.mark.parametrize("path", ["/", "/people/", "/account/", "/account/password/", "/report/"])
def test_without_a_device_only_the_set_up_is_reached(path, required):
    assert signed_in(account("SYS")).get(path)["Location"] == "/account/second-factor/"


def test_when_the_setting_is_off_nobody_owes_it(settings):
    settings.REQUIRE_SECOND_FACTOR = False
    assert is_in(signed_in(account("SYS")))


def set_up(client):
    client.get("/account/second-factor/")
    shown = code(client.session["second_factor_secret"])
    return shown, client.post("/account/second-factor/", {"code": shown})


def test_set_up_opens_the_way_and_shows_recovery_codes(required):
    person = account("SYS")
    client = signed_in(person)
    _shown, response = set_up(client)
    assert (len(response.context["codes"]), is_in(client), acts("set_second_factor")) == (
        10,
        True,
        [(person.work_number, "done")],
    )


def test_set_up_draws_the_code_without_style_or_script():
    page = signed_in(account()).get("/account/second-factor/").content.decode()
    drawing = page[page.index("<svg xml") if "<svg xml" in page else page.index('class="qr"') - 200 :]
    drawing = drawing[: drawing.index("</svg>")]
    assert ("style=" in drawing, "<script" in drawing, "<path" in drawing) == (False, False, True)


def test_set_up_with_a_wrong_code_stores_nothing():
    client = signed_in(account())
    client.get("/account/second-factor/")
    response = client.post("/account/second-factor/", {"code": "000000"})
    assert (response.status_code, Authenticator.objects.count()) == (422, 0)


def test_the_secret_is_encrypted_in_the_database():
    person = account()
    secret = device(person)
    stored = Authenticator.objects.get(user=person).data["secret"]
    assert secret not in stored


def test_with_a_device_the_password_alone_is_not_enough(client):
    person = account()
    device(person)
    response = sign_in(client, person)
    assert (response.status_code, is_in(client), OpenSession.objects.count()) == (302, False, 0)


def test_password_and_code_open_the_door(client):
    person = account()
    secret = device(person)
    sign_in(client, person)
    second(client, code(secret))
    assert (is_in(client), client.session["second_factor"]) == (True, True)


def test_a_wrong_code_is_refused(client):
    person = account()
    device(person)
    sign_in(client, person)
    assert (second(client, "000000").status_code, is_in(client)) == (422, False)


@pytest.mark.parametrize("step, fits", [(-2, ""), (-1, "totp"), (0, "totp"), (1, "totp"), (2, "")])
def test_a_telephone_may_be_half_a_minute_off(step, fits):
    person = account()
    shown = code(device(person), MOMENT + step * HALF_A_MINUTE)
    assert second_factor.check(person, shown, at=MOMENT) == fits


def test_a_code_opens_only_once():
    person = account()
    shown = code(device(person), MOMENT)
    assert [second_factor.check(person, shown, at=MOMENT) for _n in range(2)] == ["totp", ""]


def test_a_code_older_than_the_last_one_is_refused():
    person = account()
    secret = device(person)
    codes = [code(secret, MOMENT), code(secret, MOMENT - HALF_A_MINUTE)]
    assert [second_factor.check(person, shown, at=MOMENT) for shown in codes] == ["totp", ""]


def test_the_code_that_set_the_device_up_opens_no_door():
    client = signed_in(account())
    shown, _response = set_up(client)
    person = Authenticator.objects.get(type="totp").user
    assert second_factor.check(person, shown, at=timezone.now()) == ""


def test_five_wrong_codes_lock_the_account(client):
    person = account()
    secret = device(person)
    sign_in(client, person)
    for _n in range(5):
        response = second(client, "000000")
    right = second(client, code(secret))
    assert (response.status_code, right.status_code, is_in(client)) == (429, 429, False)


def test_wrong_codes_are_not_forgotten_by_a_right_password(client):
    person = account()
    secret = device(person)
    for _n in range(5):
        sign_in(client, person)
        second(client, "000000")
    sign_in(client, person)
    assert (second(client, code(secret)).status_code, is_in(client)) == (429, False)


def test_the_code_must_come_within_five_minutes(client):
    person = account()
    secret = device(person)
    sign_in(client, person)
    held = client.session
    held["sign_in_pending"] = {"pk": person.pk, "at": int((timezone.now() - timedelta(seconds=301)).timestamp())}
    held.save()
    second(client, code(secret))
    assert not is_in(client)


def test_somebody_else_begins_anew(client):
    person = account()
    device(person)
    sign_in(client, person)
    assert 'name="password"' in client.get("/sign-in/?again=1").content.decode()


def test_a_recovery_code_opens_once_and_is_audited(client):
    person = account()
    device(person)
    codes = second_factor.renew_codes(person, by=person, at=timezone.now())
    sign_in(client, person)
    second(client, codes[3])
    found = is_in(client), second_factor.check(person, codes[3], at=timezone.now()), second_factor.codes_left(person)
    assert (found, acts("use_recovery_code")) == ((True, "", 9), [(person.work_number, "done")])


def test_new_recovery_codes_make_the_old_ones_void():
    person = account()
    device(person)
    old = second_factor.renew_codes(person, by=person, at=timezone.now())
    second_factor.renew_codes(person, by=person, at=timezone.now())
    assert second_factor.check(person, old[0], at=timezone.now()) == ""


def test_reset_forgets_device_and_codes_and_ends_the_sessions(client, required):
    person, security = account("SYS"), account("SEC")
    secret = device(person)
    sign_in(client, person)
    second(client, code(secret))
    second_factor.reset(person, by=security, at=timezone.now(), reason="手机丢失")
    left = Authenticator.objects.filter(user=person).count()
    assert (is_in(client), left, acts("reset_second_factor")) == (False, 0, [(person.work_number, "done")])


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"SEC"}))
def test_reset_by_anybody_but_the_security_administrator_is_refused(role):
    person = account()
    device(person)
    with pytest.raises(NotAllowed):
        second_factor.reset(person, by=account(role), at=timezone.now(), reason="x")


def test_reset_of_the_own_device_is_refused():
    security = account("SEC")
    device(security)
    with pytest.raises(NotAllowed):
        second_factor.reset(security, by=security, at=timezone.now(), reason="x")


def test_reset_without_a_device_says_so():
    with pytest.raises(TransitionRefused):
        second_factor.reset(account(), by=account("SEC"), at=timezone.now(), reason="x")


def test_set_up_for_somebody_else_is_refused():
    with pytest.raises(NotAllowed):
        second_factor.set_up(account(), by=account("SEC"), at=timezone.now(), secret="A" * 32, code="1")


def test_a_new_role_that_owes_it_leads_to_the_set_up_on_the_next_request(required):
    person = account("HIT")
    client = signed_in(person)
    before = is_in(client)
    type(person).objects.filter(pk=person.pk).update(roles=["HLD"])
    assert (before, client.get("/inbox/")["Location"]) == (True, "/account/second-factor/")
