"""Signing in at the hospital's own provider: the whole code flow against a provider of our own."""

from collections.abc import Iterator
from importlib import reload
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import NoReverseMatch, clear_url_caches, reverse

import itsm.accounts.urls
import itsm.urls
from itsm import environment
from tests.accounts import oidc_server
from tests.accounts.oidc_server import CLIENT, CODE, SECRET, Provider
from tests.accounts.signing import account, acts, code, device, is_in

pytestmark = pytest.mark.django_db


def _again() -> None:
    reload(itsm.accounts.urls)
    reload(itsm.urls)
    clear_url_caches()


def configured(url: str) -> dict[str, object]:
    return environment.openid_connect(url, "SSO", "preferred_username", CLIENT, SECRET)


@pytest.fixture
def provider(settings, monkeypatch) -> Iterator[Provider]:
    """A provider, and the desk set up for it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with oidc_server.serving() as serving:
        settings.OIDC_URL = serving.address
        settings.SOCIALACCOUNT_PROVIDERS = configured(serving.address)
        _again()
        yield serving
    settings.OIDC_URL = ""
    _again()


def begin(client: Client, provider: Provider, next_url: str = "") -> dict[str, str]:
    """Go to the provider; what the desk asked for there."""
    place = urlsplit(client.get("/sign-in/oidc/", {"next": next_url} if next_url else {})["Location"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{provider.address}/authorize"
    asked = {name: values[0] for name, values in parse_qs(place.query).items()}
    provider.challenge = asked["code_challenge"]
    return asked


def come_back(client: Client, asked: dict[str, str], code: str = CODE):
    return client.get("/sign-in/oidc/callback/", {"state": asked["state"], "code": code})


def test_begin_asks_for_a_code_with_state_and_proof(client, provider):
    asked = begin(client, provider)
    assert {name: asked[name] for name in ("response_type", "client_id", "redirect_uri", "code_challenge_method")} == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": "http://testserver/sign-in/oidc/callback/",
        "code_challenge_method": "S256",
    }


def test_the_named_person_is_in(client, provider):
    person = account("ENG", work_number="machao")
    response = come_back(client, begin(client, provider))
    assert (response["Location"], is_in(client), acts("sign_in")) == ("/", True, [(person.work_number, "done")])


def test_the_person_goes_on_to_where_they_wanted(client, provider):
    account("ENG", work_number="machao")
    assert come_back(client, begin(client, provider, "/inbox/"))["Location"] == "/inbox/"


def test_nobody_goes_on_to_another_host(client, provider):
    account("ENG", work_number="machao")
    assert come_back(client, begin(client, provider, "https://elsewhere.example/"))["Location"] == "/"


def test_a_second_factor_is_asked_for_all_the_same(client, provider):
    secret = device(account("ENG", work_number="machao"))
    response = come_back(client, begin(client, provider))
    before = is_in(client)
    client.post("/sign-in/", {"code": code(secret)})
    assert (response["Location"], before, is_in(client)) == ("/sign-in/", False, True)


@pytest.mark.parametrize("columns", [{"work_number": "somebody-else"}, {"work_number": "machao", "is_active": False}])
def test_a_person_without_an_open_account_is_not_let_in_and_none_is_made(client, provider, columns):
    account("ENG", **columns)
    response = come_back(client, begin(client, provider))
    people = type(account()).objects.filter(work_number="machao", is_active=True).count()
    assert (response["Location"], is_in(client), people, acts("sign_in")) == (
        "/sign-in/",
        False,
        0,
        [("ma…", "refused")],
    )


def lies(provider: Provider, lie: str) -> None:
    """Let the provider's answer be wrong in one way."""
    if lie == "other key":
        provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if lie == "other audience":
        provider.audience = "another-desk"
    if lie == "other person told":
        provider.told = {"sub": "99", "preferred_username": "machao"}
    if lie == "no number":
        provider.told = {"sub": "17"}


@pytest.mark.parametrize("lie", ["other key", "other audience", "other person told", "no number"])
def test_an_answer_that_is_not_proved_opens_nothing(client, provider, lie):
    account("ENG", work_number="machao")
    lies(provider, lie)
    come_back(client, begin(client, provider))
    assert not is_in(client)


def test_a_wrong_code_opens_nothing(client, provider):
    account("ENG", work_number="machao")
    come_back(client, begin(client, provider), code="guessed")
    assert not is_in(client)


def test_a_state_of_somebody_elses_browser_opens_nothing(client, provider):
    account("ENG", work_number="machao")
    asked = begin(Client(), provider)
    come_back(client, asked)
    assert not is_in(client)


def test_an_answer_opens_only_once(client, provider):
    account("ENG", work_number="machao")
    asked = begin(client, provider)
    come_back(client, asked)
    client.post("/sign-out/")
    come_back(client, asked)
    assert not is_in(client)


def test_a_provider_that_is_away_leaves_the_form(client, provider, settings):
    settings.SOCIALACCOUNT_PROVIDERS = configured("http://127.0.0.1:9")
    assert client.get("/sign-in/oidc/")["Location"] == "/sign-in/"


def test_the_sign_in_page_offers_it(client, provider):
    assert "/sign-in/oidc/" in client.get("/sign-in/").content.decode()


def test_without_the_setting_the_addresses_do_not_exist(client):
    with pytest.raises(NoReverseMatch):
        reverse("accounts:oidc")
    assert (client.get("/sign-in/oidc/").status_code, client.get("/sign-in/oidc/callback/").status_code) == (404, 404)
