"""Signing in with the directory's password, against OpenLDAP's own server.

The client is an optional extra (requirements/ldap.txt); without it and slapd these tests are left out, and
.ci/run brings both.
"""

import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.utils import timezone

from itsm import environment
from itsm.accounts import people
from itsm.accounts.models import User
from itsm.audit.models import Event
from tests import factories
from tests.accounts import ldap_server
from tests.accounts.ldap_server import DESK, DESK_PASSWORD, PASSWORD, PEOPLE, Directory
from tests.accounts.signing import PASSWORD as OURS
from tests.accounts.signing import account, acts, code, device, is_in, sign_in

pytest.importorskip("django_auth_ldap", reason="the optional extra of requirements/ldap.txt is not installed")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not ldap_server.PROGRAM, reason="OpenLDAP's server (slapd) is not installed"),
]
BACKEND = "itsm.accounts.directory.DirectoryBackend"
AWAY = "医院目录服务没有应答"


@pytest.fixture(scope="module")
def directory(tmp_path_factory) -> Iterator[Directory]:
    """The server, with machao, nobody-here and wang* in it."""
    made = Directory(tmp_path_factory.mktemp("directory"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def connect(settings, monkeypatch) -> Callable[..., None]:
    """`connect(address)`: set the desk up for a directory, by the same readers as a real start."""
    backends = [*configured.AUTHENTICATION_BACKENDS, BACKEND]

    def up(address: str, *, authorities: str = "", password: str = DESK_PASSWORD, start_tls: bool = False) -> None:
        monkeypatch.setenv("LDAP_PEOPLE", PEOPLE)
        settings.AUTHENTICATION_BACKENDS = backends
        settings.AUTH_LDAP_START_TLS = start_tls
        settings.AUTH_LDAP_SERVER_URI = environment.directory_address(address, start_tls)
        settings.AUTH_LDAP_CONNECTION_OPTIONS = environment.directory_options(authorities)
        settings.AUTH_LDAP_BIND_DN, settings.AUTH_LDAP_BIND_PASSWORD = DESK, password
        settings.AUTH_LDAP_USER_SEARCH = environment.ldap_search("LDAP_PEOPLE", "(uid=%(user)s)")
        settings.AUTH_LDAP_NO_NEW_USERS, settings.AUTH_LDAP_ALWAYS_UPDATE_USER = True, False

    return up


@pytest.fixture
def desk(connect, directory) -> Directory:
    """The desk at the directory's plain address."""
    connect(directory.address)
    return directory


def known(**fields: Any) -> User:
    """An account without a password of ours."""
    person = factories.user("ENG", **{"work_number": "machao", **fields})
    person.set_unusable_password()
    person.save()
    return person


def sentence(response: Any) -> str:
    return str(response.context["form"].non_field_errors()[0])


def test_the_directorys_password_opens_the_account(client, desk):
    person = known()
    response = sign_in(client, person, PASSWORD)
    told = Event.objects.get(verb="accounts.sign_in").detail
    assert (response["Location"], is_in(client), told["elsewhere"]) == ("/", True, True)


def test_signing_in_writes_nothing_about_the_person(client, desk):
    person = known(name="马超")
    versions = person.history.count()
    sign_in(client, person, PASSWORD)
    person.refresh_from_db()
    assert (person.name, person.history.count(), person.has_usable_password()) == ("马超", versions, False)


def test_a_second_factor_is_asked_for_all_the_same(client, desk):
    person = known()
    secret = device(person)
    before = (sign_in(client, person, PASSWORD)["Location"], is_in(client))
    client.post("/sign-in/", {"code": code(secret)})
    assert (before, is_in(client)) == (("/sign-in/", False), True)


@pytest.mark.parametrize("password", ["wrong", "", " "])
def test_another_password_opens_nothing(client, desk, password):
    response = sign_in(client, known(), password)
    assert (response.status_code, is_in(client)) == (422, False)


def test_guesses_at_the_directorys_password_are_counted(client, desk):
    person = known()
    for _n in range(5):
        sign_in(client, person, "wrong")
    assert (sign_in(client, person, PASSWORD).status_code, is_in(client)) == (429, False)


@pytest.mark.parametrize("name", ["nobody-here", "MACHAO", "mach*", "*", "machao)(uid=*", "wang*", "\\6dachao"])
def test_who_has_no_account_of_exactly_that_number_is_not_let_in_and_none_is_made(client, desk, name):
    known()
    count = User.objects.count()
    response = sign_in(client, name, PASSWORD)
    assert (response.status_code, is_in(client), User.objects.count()) == (422, False, count)


@pytest.mark.parametrize("columns", [{"is_active": False}, {"left_on": timezone.localdate() - timedelta(days=1)}])
def test_a_closed_account_stays_closed(client, desk, columns):
    response = sign_in(client, known(**columns), PASSWORD)
    assert (response.status_code, is_in(client)) == (422, False)


def test_who_leaves_is_out_on_the_next_request(client, desk):
    person = known()
    sign_in(client, person, PASSWORD)
    before = is_in(client)
    User.objects.filter(pk=person.pk).update(left_on=timezone.localdate() - timedelta(days=1))
    assert (before, is_in(client)) == (True, False)


def test_a_password_of_ours_opens_beside_the_directorys(client, desk):
    sign_in(client, account("ENG", work_number="machao"), OURS)
    assert is_in(client)


def opened() -> str:
    """The temporary password of an account that was just opened at the page."""
    return people.create(by=None, at=timezone.now(), work_number="machao", name="马超")[1]


def test_who_comes_by_the_directory_owes_no_new_password_of_ours(client, desk):
    opened()
    sign_in(client, "machao", PASSWORD)
    assert client.get("/inbox/").status_code == 200


def test_who_comes_by_the_temporary_password_owes_a_new_one(client, desk):
    sign_in(client, "machao", opened())
    assert client.get("/inbox/")["Location"] == "/account/password/"


def test_a_directory_that_is_away_is_said_and_our_own_passwords_open(client, connect):
    connect(f"ldap://127.0.0.1:{ldap_server.free_port()}")
    refused = sign_in(client, known(), PASSWORD)
    sign_in(client, account("ENG"), OURS)
    assert (refused.status_code, AWAY in sentence(refused), is_in(client)) == (422, True, True)


def test_a_directory_that_is_away_reads_the_same_for_every_name_and_counts(client, connect):
    connect(f"ldap://127.0.0.1:{ldap_server.free_port()}")
    person = account("ENG")
    answers = [sign_in(client, name, "wrong") for name in (person, known(), "nobody-has-this")]
    for _n in range(4):
        sign_in(client, person, "wrong")
    assert [sentence(one) == sentence(answers[0]) for one in answers] == [True] * 3
    assert (sign_in(client, person, OURS).status_code, acts("lock_out")) == (429, [(person.work_number, "done")])


def test_a_directory_that_never_answers_is_not_waited_for(client, connect):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        connect(f"ldap://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        response = sign_in(client, known(), PASSWORD)
        waited = time.monotonic() - began
    assert AWAY in sentence(response)
    assert waited < 3 * environment.DIRECTORY_SECONDS


def test_a_directory_that_does_not_take_the_desk_is_said(client, connect, directory):
    connect(directory.address, password="of another desk")
    assert AWAY in sentence(sign_in(client, known(), PASSWORD))


@pytest.mark.parametrize("way", ["ldaps", "start_tls"])
def test_the_password_travels_sealed(client, connect, directory, way):
    address = directory.secret_address if way == "ldaps" else directory.address
    connect(address, authorities=str(directory.authority), start_tls=way == "start_tls")
    sign_in(client, known(), PASSWORD)
    assert is_in(client)


@pytest.mark.parametrize("way", ["ldaps", "start_tls"])
def test_a_server_with_a_certificate_of_somebody_else_is_told_nothing(client, connect, directory, tmp_path, way):
    ldap_server.authority(tmp_path / "other.pem")
    address = directory.secret_address if way == "ldaps" else directory.address
    connect(address, authorities=str(tmp_path / "other.pem"), start_tls=way == "start_tls")
    response = sign_in(client, known(), PASSWORD)
    assert (AWAY in sentence(response), is_in(client)) == (True, False)
