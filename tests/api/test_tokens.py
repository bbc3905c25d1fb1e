"""Access tokens: made once, hashed, expiring, revoked, and no more than their person."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from itsm.accounts.models import User
from itsm.api import tokens
from itsm.api.models import AccessToken
from itsm.errors import RuleBroken
from tests import factories
from tests.api.conftest import bearer, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return factories.user("DSK", name="调度")


def made(owner: User, *, days: int = 30, ago: int = 0) -> str:
    """The secret of a token that was made some days ago."""
    at = timezone.now() - timedelta(days=ago)
    return tokens.make(owner, at=at, name="统计", days=days)[1]


def me(client: Client, secret: str) -> int:
    return client.get("/api/v1/me/", headers=bearer(secret)).status_code


def test_a_token_acts_as_its_person(client, owner):
    answer = client.get("/api/v1/me/", headers=bearer(made(owner)))
    assert (answer.status_code, answer.json()["name"], answer.json()["roles"]) == (200, "调度", ["DSK"])
    assert AccessToken.objects.get().used_at is not None


def test_only_the_hash_is_kept(owner):
    secret = made(owner)
    kept = AccessToken.objects.values().get()
    assert [name for name, value in kept.items() if secret in str(value)] == []
    assert secret.startswith(kept["mark"])


@pytest.mark.parametrize("header", ["Bearer", "Bearer nonsense", "Bearer a b", "Bearer ü", "bearer itsm_x"])
def test_a_wrong_token_is_401(client, header):
    answer = client.get("/api/v1/me/", headers={"Authorization": header})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_nobody_is_told_to_sign_in_by_a_redirect(client):
    assert client.get("/api/v1/me/").status_code == 401


def test_a_token_ends_when_it_expires(client, owner):
    assert [me(client, made(owner, days=30, ago=days)) for days in (29, 31)] == [200, 401]


def test_a_revoked_token_opens_nothing_from_the_next_request_on(client, owner):
    secret = made(owner)
    before = me(client, secret)
    signed_in(owner).post(f"/api/tokens/{AccessToken.objects.get().pk}/revoke/")
    assert (before, me(client, secret)) == (200, 401)


def test_a_person_who_left_has_no_token(client, owner):
    secret = made(owner)
    User.objects.update(is_active=False)
    assert me(client, secret) == 401


def test_a_role_that_was_taken_away_is_gone_on_the_next_request(client, owner):
    secret = made(owner)
    User.objects.update(roles=["CLI"])
    assert client.get("/api/v1/systems/", headers=bearer(secret)).status_code == 403


def test_a_token_needs_no_csrf_token(owner):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/api/v1/reports/", headers=bearer(made(owner))).status_code == 422


def test_the_secret_is_shown_once(owner):
    client = signed_in(owner)
    answer = client.post("/api/tokens/", {"name": "统计", "days": 7}).content.decode()
    mark = AccessToken.objects.get().mark
    secret = answer.partition(f">{mark}")[2].partition("<")[0]
    assert len(secret) > 30
    assert secret not in client.get("/api/tokens/").content.decode()


@pytest.mark.parametrize("days", [0, 366, -1])
def test_a_life_beyond_the_longest_is_refused(owner, days):
    with pytest.raises(RuleBroken):
        made(owner, days=days)
    assert AccessToken.objects.count() == 0


def test_the_twenty_first_token_is_refused_until_one_is_revoked(owner):
    for _ in range(tokens.MOST):
        made(owner)
    with pytest.raises(RuleBroken, match="20"):
        made(owner)
    tokens.revoke(AccessToken.objects.first(), by=owner, at=timezone.now())
    assert made(owner)
