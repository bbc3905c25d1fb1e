"""What does not start: each reason in one line, from the real processes."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import call_command

from itsm.operation import checks, scratch
from itsm.runtime import servers as runtime
from tests import servers

NO_BROKER = "redis+socket:///nowhere"
SHORT = "needs a secret of at least"


def start(folder: Path, *bind: str, **more: str) -> tuple[int, str]:
    """Start gunicorn as in production, and how it ended."""
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", *bind, "itsm.wsgi:application"]
    variables = {**servers.environment(NO_BROKER, STATE_DIR=str(folder)), **more}
    done = subprocess.run(
        command,
        cwd=runtime.CHECKOUT,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stderr


def refusals(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("The desk does not start: ")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "more, reason",
    [
        ({"SECRET_KEY": "short"}, f"SECRET_KEY (or SECRET_KEY_FILE) {SHORT} 32"),
        ({"SECRET_KEY": "change-me-" + "x" * 40}, f"SECRET_KEY (or SECRET_KEY_FILE) {SHORT} 32"),
        ({"SECRET_KEY": "development-only-secret-that-never-serves-a-hospital"}, "SECRET_KEY"),
        ({"HEALTH_TOKEN": "short"}, f"HEALTH_TOKEN (or HEALTH_TOKEN_FILE) {SHORT} 16"),
        ({"BACKUP_KEY": "short"}, f"BACKUP_KEY (or BACKUP_KEY_FILE) {SHORT} 32"),
        ({"LIMIT_DEVICE": "many"}, "LIMIT_DEVICE must be an hourly number and a burst"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS may be * only in the demo"),
        ({"DEBUG": "1", "ALLOWED_HOSTS": "desk.hospital.example"}, "DEBUG shows the inside of the product"),
        ({"DEBUG": "1", "ALLOWED_HOSTS": "*"}, "DEBUG shows the inside of the product"),
    ],
)
def test_a_setting_that_is_unsafe_refuses_with_one_line(tmp_path, more, reason):
    code, said = start(tmp_path, "--bind", "127.0.0.1:0", **more)
    (line,) = refusals(said)
    assert (code, reason in line) == (1, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("bind", ["0.0.0.0:0", "[::]:0"])
def test_debug_refuses_to_listen_to_other_machines(tmp_path, bind):
    code, said = start(tmp_path, "--bind", bind, DEBUG="1")
    assert (code, len(refusals(said)), "DEBUG is on and the web would listen on" in said) == (1, 1, True)


@pytest.fixture
def empty(transactional_db: None) -> Iterator[str]:
    with scratch.database() as database:
        yield scratch.url(database)


def test_a_database_without_tables_refuses_with_one_line(tmp_path, empty):
    code, said = start(tmp_path, "--bind", "127.0.0.1:0", DATABASE_URL=empty)
    (line,) = refusals(said)
    assert (code, "is not up to date" in line, line.endswith("Run: manage.py migrate")) == (1, True, True)


@pytest.mark.django_db(transaction=True)
def test_uploads_that_cannot_be_kept_refuse_with_one_line(tmp_path):
    (tmp_path / "media").write_text("a file in the way")
    code, said = start(tmp_path, "--bind", "127.0.0.1:0")
    (line,) = refusals(said)
    assert (code, "The folder of the uploads cannot be made" in line) == (1, True)


def test_verify_audit_on_a_database_without_tables_says_one_sentence(tmp_path, empty):
    variables = servers.environment(NO_BROKER, database=empty, STATE_DIR=str(tmp_path))
    with servers.manage(variables, tmp_path, "verify_audit", "--skip-checks") as started:
        assert started.wait(30) == 1
    text = servers.log_of(tmp_path, "manage").read_text()
    assert text == "CommandError: The database has no tables yet. First run: ./desk manage migrate\n"


@pytest.mark.django_db(transaction=True)
def test_a_web_starts_without_the_health_token_and_while_the_database_is_away(tmp_path):
    """A silent database is /health/ready's business: a web that is started first waits for it."""
    assert checks.schema_faults() == []
    with servers.web(servers.environment(NO_BROKER), tmp_path) as address:
        assert address


# manage.py check --deploy


def ids(**options: object) -> set[str]:
    found = run_checks(include_deployment_checks=True, **options)
    return {message.id for message in found if message.id.startswith("operation.")}


def test_missing_secrets_only_warn(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.HEALTH_TOKEN = settings.BACKUP_KEY = ""
    settings.BACKUP_UNENCRYPTED = False
    assert ids() == {"operation.W001", "operation.W002"}


def test_nothing_is_said_when_all_is_set(settings, tmp_path):
    settings.MEDIA_ROOT, settings.HEALTH_TOKEN, settings.BACKUP_KEY = tmp_path, "t" * 16, "k" * 32
    assert ids() == set()


def test_uploads_that_cannot_be_kept_are_an_error(settings, tmp_path):
    (tmp_path / "media").write_text("")
    settings.MEDIA_ROOT, settings.HEALTH_TOKEN, settings.BACKUP_KEY = tmp_path / "media" / "in", "t" * 16, "k" * 32
    assert ids() == {"operation.E001"}


@pytest.mark.django_db
def test_the_database_is_checked_when_asked(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT, settings.HEALTH_TOKEN, settings.BACKUP_KEY = tmp_path, "t" * 16, "k" * 32
    monkeypatch.setattr(checks.schema, "missing", lambda: ["tickets.0009_more", "tickets.0010_more"])
    assert ids(databases=["default"]) == {"operation.E002"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "debug, host, refused",
    [
        (True, "", 1),
        (True, "10.0.0.1", 1),
        (True, "127.0.0.1", 0),
        (True, "::1", 0),
        (True, "localhost", 0),
        (False, "0.0.0.0", 0),
    ],
)
def test_bind_faults(settings, debug, host, refused):
    settings.DEBUG = debug
    assert len(checks.bind_faults([host])) == refused


def test_check_deploy_runs():
    call_command("check", deploy=True, fail_level="CRITICAL")
