"""The settings of signing in: defaults by 等保, and a clear sentence for half a configuration."""

import os
import subprocess
import sys
from datetime import time
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import get_resolver

from itsm import environment
from tests.test_access import addresses

ASK = "import itsm.settings as s; print(eval({!r}, {{'s': s}}))"


def start(ask: str, folder: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {**kept, "SECRET_KEY": "x" * 40, "STATE_DIR": "/nonexistent", **variables}
    if folder:
        env["PYTHONPATH"] = str(folder)
    return subprocess.run(
        [sys.executable, "-c", ASK.format(ask)], env=env, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_defaults_are_those_of_the_standard():
    ask = (
        "(s.SIGN_IN_FAILURES, s.SIGN_IN_LOCK_MINUTES, s.SESSION_IDLE_MINUTES, s.ADMIN_IDLE_MINUTES, s.SESSION_HOURS,"
        " s.PASSWORD_DAYS, s.PASSWORD_HISTORY, s.IDLE_ACCOUNT_DAYS, s.REQUIRE_SECOND_FACTOR, s.SINGLE_SESSION)"
    )
    assert start(ask).stdout.strip() == "(5, 15, 30, 15, 12, 90, 5, 90, True, False)"


def test_the_demo_forces_nobody():
    ask = "(s.REQUIRE_SECOND_FACTOR, s.PASSWORD_DAYS, s.IDLE_ACCOUNT_DAYS)"
    assert start(ask, DEMO="1").stdout.strip() == "(False, 0, 0)"


def test_ldap_without_its_package_refuses_to_start_and_names_the_guide(tmp_path):
    for name in ("ldap", "django_auth_ldap"):  # stand before the real ones, wherever those are installed
        (tmp_path / f"{name}.py").write_text("raise ImportError")
    answer = start("1", tmp_path, LDAP_URL="ldaps://dc", LDAP_PEOPLE="ou=people")
    assert (answer.returncode, "docs/running.md" in answer.stderr) == (1, True)


def test_ldap_without_a_place_to_search_refuses_to_start():
    answer = start("1", LDAP_URL="ldaps://dc")
    assert (answer.returncode, "LDAP_PEOPLE" in answer.stderr) == (1, True)


@pytest.fixture
def extra(tmp_path) -> Path:
    """A folder that stands for the optional packages; tests/accounts/test_ldap.py has the real ones."""
    options = "NETWORK_TIMEOUT TIMEOUT REFERRALS X_TLS_REQUIRE_CERT X_TLS_DEMAND X_TLS_CACERTFILE X_TLS_NEWCTX"
    names = [f"OPT_{name} = {number}" for number, name in enumerate(options.split())]
    (tmp_path / "ldap.py").write_text("\n".join(["SCOPE_SUBTREE = 2", *names]))
    (tmp_path / "django_auth_ldap").mkdir()
    (tmp_path / "django_auth_ldap" / "__init__.py").write_text("")
    (tmp_path / "django_auth_ldap" / "config.py").write_text("def LDAPSearch(*a): return a\n")
    return tmp_path


def test_ldap_is_wired_when_its_package_is_there(extra):
    ask = "(s.AUTHENTICATION_BACKENDS, s.AUTH_LDAP_USER_SEARCH, s.AUTH_LDAP_NO_NEW_USERS)"
    answer = start(ask, extra, LDAP_URL="ldaps://dc", LDAP_PEOPLE="ou=people", LDAP_FILTER="(cn=%(user)s)")
    assert eval(answer.stdout) == (
        [
            "axes.backends.AxesStandaloneBackend",
            "itsm.accounts.backends.PeopleBackend",
            "itsm.accounts.directory.DirectoryBackend",
        ],
        ("ou=people", 2, "(cn=%(user)s)"),
        True,
    )


def test_ldap_trusts_the_hospitals_own_authority_and_takes_it_up_last(extra):
    authority = extra / "authority.pem"
    authority.write_text("")
    ask = "list(s.AUTH_LDAP_CONNECTION_OPTIONS.items())"
    answer = start(ask, extra, LDAP_URL="ldaps://dc", LDAP_PEOPLE="ou=people", LDAP_CA_FILE=str(authority))
    assert eval(answer.stdout) == [(0, 3), (1, 3), (2, 0), (3, 4), (5, str(authority)), (6, 0)]


@pytest.mark.parametrize(
    "variables, said",
    [
        ({"LDAP_URL": "ldap://dc"}, "in the open"),
        ({"LDAP_URL": "ldaps://dc ldap://dc2"}, "in the open"),
        ({"LDAP_URL": "https://dc"}, "must begin with ldaps://"),
        ({"LDAP_URL": "ldaps://dc", "LDAP_CA_FILE": "/nonexistent.pem"}, "LDAP_CA_FILE is no file"),
    ],
)
def test_an_unsafe_or_broken_ldap_refuses_to_start(extra, variables, said):
    answer = start("1", extra, LDAP_PEOPLE="ou=people", **variables)
    assert (answer.returncode, said in answer.stderr) == (1, True)


@pytest.mark.parametrize(
    "url, start_tls", [("ldap://dc", True), ("ldap://localhost:3890", False), ("ldaps://a ldaps://b", False)]
)
def test_a_directory_may_be_reached_sealed_or_on_this_machine(url, start_tls):
    assert environment.directory_address(url, start_tls) == url


@pytest.mark.parametrize("client, password", [("", ""), ("desk", ""), ("", "secret")])
def test_oidc_without_its_client_refuses_to_start(client, password):
    with pytest.raises(ImproperlyConfigured, match="OIDC_CLIENT_ID"):
        environment.openid_connect("https://sso", "SSO", "sub", client, password)


def test_no_address_of_the_sign_in_library_is_served():
    names = [name for name, _takes in addresses(get_resolver())]
    assert [name for name in names if name.startswith(("account_", "mfa_", "socialaccount_", "openid_"))] == []


def test_passwords_are_hashed_slowly():
    """The tests of signing in hash quickly (tests/hashing.py); the product as slowly as its framework."""
    ask = "'PASSWORD_HASHERS' in vars(s)"
    assert start(ask, ALLOWED_HOSTS="localhost").stdout.strip() == "False"


@pytest.mark.parametrize(
    "value, found",
    [("22:00-07:00", (time(22), time(7))), (" 12:00 - 14:30 ", (time(12), time(14, 30))), ("", None)],
)
def test_quiet_hours_are_two_times_of_the_day_or_none(monkeypatch, value, found):
    monkeypatch.setenv("QUIET_HOURS", value)
    assert environment.hours("QUIET_HOURS", "22:00-07:00") == found


@pytest.mark.parametrize("value", ["22:00", "22-7-1", "25:00-07:00", "nachts", "22:00-22:00"])
def test_other_quiet_hours_refuse_to_start(monkeypatch, value):
    monkeypatch.setenv("QUIET_HOURS", value)
    with pytest.raises(ImproperlyConfigured, match="QUIET_HOURS"):
        environment.hours("QUIET_HOURS", "")
