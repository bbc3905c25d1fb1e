"""Health for supervisors, monitoring and people: each trouble is seen, quickly, and says what it means."""

import re
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from itsm.accounts.roles import ROLES
from itsm.notifications.models import Message
from itsm.operation import findings, heartbeat, machine, runs, seals, verification
from itsm.operation.enums import Health, Kind, worst
from itsm.operation.machine import Reading
from itsm.operation.models import Heartbeat, Run
from itsm.runtime import account, places, valkey
from itsm.runtime import servers as runtime
from slas import sweep
from tests import factories
from tests.tickets.stages import Desk

TOKEN = "a-token-of-the-tests"
AT = factories.at("2026-09-24 18:00")
BOOT = "boot-1"


@pytest.fixture(autouse=True)
def _places(settings, tmp_path):
    settings.HEALTH_TOKEN = TOKEN
    settings.MEDIA_ROOT, settings.SEALS_FOLDER = tmp_path / "media", tmp_path / "seals"


@pytest.fixture
def folder() -> Iterator[Path]:
    with places.scratch(account.for_services(runtime.CHECKOUT)) as name:
        yield name


def deep(client: Client | None = None) -> dict:
    return (client or Client()).get("/health/deep", headers={"X-Health-Token": TOKEN}).json()["checks"]


def state(key: str) -> str:
    return deep()[key]["state"]


# ready


@pytest.mark.django_db
def test_ready_is_200_when_the_database_is_of_this_version(client):
    response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (200, {"database": "ok"})


@pytest.mark.django_db
def test_ready_is_503_when_a_migration_is_missing(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'tickets' AND name = '0002_initial'")
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["missing"]) == (503, ["tickets.0002_initial"])


@pytest.mark.django_db
def test_ready_asks_one_question_once_the_disk_is_read(client, django_assert_max_num_queries):
    client.get("/health/ready")
    with django_assert_max_num_queries(2):  # is the table there, what is in it
        client.get("/health/ready")


# deep


@pytest.mark.django_db
@pytest.mark.parametrize("sent", [None, "", "wrong", TOKEN + "x", TOKEN[:-1], "中文"])
def test_deep_is_404_without_the_token(client, sent):
    headers = {} if sent is None else {"X-Health-Token": sent}
    assert client.get("/health/deep", headers=headers).status_code == 404


@pytest.mark.django_db
def test_deep_is_404_when_no_token_is_set(client, settings):
    settings.HEALTH_TOKEN = ""
    assert client.get("/health/deep", headers={"X-Health-Token": ""}).status_code == 404


@pytest.mark.django_db
def test_deep_is_503_while_something_is_broken_and_200_after(client, hospital):
    answer = client.get("/health/deep", headers={"X-Health-Token": TOKEN})
    assert (answer.status_code, answer.json()["state"]) == (503, "bad")  # nobody sweeps yet
    sweep.sweep(at=timezone.now())
    answer = client.get("/health/deep", headers={"X-Health-Token": TOKEN})
    assert (answer.status_code, answer.json()["checks"]["scheduler"]["state"]) == (200, "ok")


@pytest.mark.parametrize(
    "states, found",
    [([], "ok"), (["ok", "unknown"], "unknown"), (["warn", "unknown", "ok"], "warn"), (["ok", "bad", "warn"], "bad")],
)
def test_worst_is_the_most_serious(states, found):
    assert worst([Health(each) for each in states]) == Health(found)


def beat(wall, uptime: float, boot: str = BOOT) -> None:
    heartbeat.beat(Reading(wall, uptime, boot))


@pytest.mark.django_db
@pytest.mark.parametrize("seconds, found", [(0, "ok"), (119, "ok"), (120, "warn"), (599, "warn"), (600, "bad")])
def test_scheduler_lag(seconds, found):
    beat(AT, 100)
    finding = findings.scheduler(AT + timedelta(seconds=seconds))
    assert (finding.state.value, finding.number) == (found, seconds)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wall, uptime, boot, step",
    [
        (300, 300, BOOT, 0), (300, 241, BOOT, 0), (300, 240, BOOT, 60), (-3300, 300, BOOT, -3600),
        (7500, 300, BOOT, 7200), (7500, 300, "boot-2", 0),
    ],
)  # fmt: skip
def test_a_clock_that_was_set_is_seen_unless_the_machine_was_started_again(wall, uptime, boot, step):
    beat(AT, 1000)
    now = AT + timedelta(seconds=wall)
    beat(now, 1000 + uptime, boot)
    finding = findings.clock_step(now)
    assert (finding.number, finding.state.value) == (step, "warn" if step else "ok")


@pytest.mark.django_db
def test_a_step_is_shown_for_a_day():
    beat(AT, 0)
    beat(AT + timedelta(hours=1), 10)
    beat(AT + timedelta(hours=20), 10 + 19 * 3600)
    stepped = AT + timedelta(hours=1)
    shown = [findings.clock_step(stepped + timedelta(hours=hours)).state.value for hours in (0, 23, 25)]
    assert shown == ["warn", "warn", "ok"]


@pytest.mark.django_db
def test_the_sweep_keeps_a_single_row(hospital):
    for _ in range(3):
        sweep.sweep(at=timezone.now())
    assert Heartbeat.objects.count() == 1


@pytest.mark.django_db
def test_deadlines_that_nobody_told(hospital):
    ticket = Desk().ticket()
    due = ticket.response_clock.due_at
    counts = [findings.clocks(due + timedelta(seconds=seconds)) for seconds in (60, 121)]
    assert [(found.state.value, found.number) for found in counts] == [("ok", 0), ("bad", 1)]


def message(**fields: object) -> None:
    number = Message.objects.count()
    values = {
        "dedup_key": f"k{number}",
        "channel": "email",
        "recipient": factories.user(),
        "title": "t",
        "created_at": AT,
    }
    Message.objects.create(**{**values, **fields})


@pytest.mark.django_db
@pytest.mark.parametrize("minutes, found", [(9, "ok"), (10, "warn"), (119, "warn"), (120, "bad")])
def test_mail_that_waits(hospital, minutes, found):
    message(next_try_at=AT)
    message(next_try_at=AT + timedelta(hours=9))
    message(sent_at=AT)
    finding = findings.outbox(AT + timedelta(minutes=minutes))
    assert (finding.state.value, finding.number) == (found, minutes * 60)


@pytest.mark.django_db
def test_mail_that_is_put_off_counts_from_its_beginning(hospital):
    message(attempts=1, next_try_at=AT + timedelta(hours=9))
    assert findings.outbox(AT + timedelta(minutes=30)).number == 1800


@pytest.mark.django_db
def test_mail_that_was_not_delivered(hospital):
    message(attempts=8)
    message(attempts=8, given_up_at=AT)
    message(attempts=8, sent_at=AT)
    message(channel="inbox")
    assert (findings.dead_letters().number, findings.dead_letters().state.value) == (1, "warn")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "free, total, found",
    [
        (50 << 30, 100 << 30, "ok"),
        (9 << 30, 100 << 30, "warn"),
        (1 << 30, 4 << 30, "warn"),
        (100 << 20, 4 << 30, "bad"),
    ],
)
def test_room_on_the_disk(monkeypatch, free, total, found):
    monkeypatch.setattr(machine, "free_bytes", lambda folder: (free, total))
    assert state("media_disk") == found


@pytest.mark.django_db
def test_a_database_elsewhere_is_not_measured(settings, monkeypatch):
    monkeypatch.setattr(findings, "_database_folder", lambda: None)
    assert state("database_disk") == "unknown"


def ended(kind: Kind, *, hours_ago: float, is_ok: bool) -> None:
    at = timezone.now() - timedelta(hours=hours_ago)
    detail = {"seq": 7, "hash": "a" * 64} if kind == Kind.VERIFICATION else {}
    runs.end(runs.begin(kind, at=at), by=None, at=at, is_ok=is_ok, sentence="the reason", detail=detail)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind, key, hours", [("backup", "backup", 26), ("drill", "drill", 35 * 24), ("verification", "audit", 26)]
)
def test_last_runs(kind, key, hours):
    seen = [state(key)]
    for hours_ago, is_ok in ((hours + 1, True), (hours - 1, True), (1, False)):
        ended(Kind(kind), hours_ago=hours_ago, is_ok=is_ok)
        seen.append(state(key))
    assert seen == ["warn", "warn", "ok", "bad"]
    assert deep()[key]["sentence"] == "the reason"


@pytest.mark.django_db
def test_a_run_that_has_not_ended_does_not_count():
    ended(Kind.BACKUP, hours_ago=2, is_ok=True)
    runs.begin(Kind.BACKUP, at=timezone.now())
    assert state("backup") == "ok"


@pytest.mark.django_db
def test_expired_sessions_are_counted():
    for hours in (-1, 1):
        expires = timezone.now() + timedelta(hours=hours)
        Session.objects.create(session_key=f"s{hours}", session_data="", expire_date=expires)
    assert deep()["expired_sessions"]["number"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["stopped", "hung"])
def test_the_broker_away_is_said_quickly_and_nothing_else_is_lost(folder, settings, number):
    with valkey.serve(folder) as broker:
        settings.CELERY_BROKER_URL = broker.url
        assert state("broker") == "ok"
        broker.process.send_signal(number)
        time.sleep(0.2)
        began = time.monotonic()
        said = deep()
        assert time.monotonic() - began < 2
    assert (said["broker"]["state"], said["database"]["state"], len(said)) == ("warn", "ok", 18)


@pytest.mark.django_db(transaction=True)
def test_the_database_away_is_said_too(monkeypatch, settings):
    settings.DESK_PHONE = "8120"

    def away():
        from django.db import OperationalError

        raise OperationalError("connection refused")

    monkeypatch.setattr(findings.schema, "missing", away)
    answer = Client().get("/health/deep", headers={"X-Health-Token": TOKEN})
    said = answer.json()["checks"]["database"]
    assert (answer.status_code, said["state"], "8120" in said["sentence"]) == (503, "bad", True)
    assert Client().get("/health/ready").status_code == 503


# The page


@pytest.mark.django_db
def test_the_page_shows_every_finding_in_words_and_what_still_works(hospital):
    client = Client()
    client.force_login(factories.user("SYS"))
    ended(Kind.BACKUP, hours_ago=2, is_ok=True)
    response = client.get("/operation/")
    page = response.content.decode()
    labels = [str(finding.label) for finding in response.context["findings"]]
    assert (response.status_code, [label for label in labels if label not in page]) == (200, [])
    assert len(re.findall('class="part is-plain"', page)) == 5
    assert 'hx-trigger="every 30s"' in page


@pytest.mark.django_db
def test_htmx_gets_the_part_that_changes(hospital):
    client = Client()
    client.force_login(factories.user("HLD"))
    page = client.get("/operation/", headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in page, page.count('id="operation"'), "/operation/verify/" in page) == (False, 1, False)


@pytest.mark.django_db
def test_the_page_takes_as_many_queries_for_three_runs_as_for_one(hospital, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    client, counts = Client(), []
    client.force_login(factories.user("SYS"))
    for more in (1, 2):
        for _ in range(more):
            ended(Kind.BACKUP, hours_ago=2, is_ok=True)
        with CaptureQueriesContext(connection) as asked:
            client.get("/operation/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(ROLES))
def test_only_these_roles_open_the_page(hospital, role):
    client = Client()
    client.force_login(factories.user(role))
    assert client.get("/operation/").status_code == (200 if role in {"SYS", "HIT", "HLD"} else 403)


@pytest.mark.django_db
def test_a_check_that_cannot_be_sent_is_said_and_nothing_waits(hospital, settings):
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere"
    client = Client()
    client.force_login(factories.user("SYS"))
    response = client.post("/operation/verify/", follow=True)
    assert ("verify_audit" in response.content.decode(), Run.objects.count()) == (True, 0)


# The audit log's check and seal


@pytest.mark.django_db(transaction=True)
def test_a_whole_log_is_sealed_once_a_day(hospital):
    Desk().ticket()
    for hours in (0, 1, 24):
        assert verification.verify(by=None, at=AT + timedelta(hours=hours)).is_ok
    kept = seals.read()
    assert [seal.sealed_at.date().isoformat() for seal in kept] == ["2026-09-24", "2026-09-25"]
    assert deep()["seal"]["sentence"] == kept[-1].hash


@pytest.mark.django_db(transaction=True)
def test_a_tail_that_was_cut_with_its_head_is_found_by_the_seal(hospital):
    Desk().ticket("closed")
    verification.verify(by=None, at=AT)
    sealed = seals.last()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_link WHERE seq >= %s)", [sealed.seq]
        )
        cursor.execute("DELETE FROM audit_link WHERE seq >= %s", [sealed.seq])
        cursor.execute(
            "UPDATE audit_head SET (seq, hash) = (SELECT seq, hash FROM audit_link ORDER BY seq DESC LIMIT 1)"
        )
        cursor.execute("SET session_replication_role = origin")
    run = verification.verify(by=None, at=AT + timedelta(days=1))
    fault = f"The audit log does not keep the seal of 2026-09-24: link {sealed.seq} differs."
    assert (run.is_ok, run.sentence, state("audit")) == (False, fault, "bad")


@pytest.mark.django_db
def test_a_line_of_the_seals_that_is_none_is_a_fault(settings):
    settings.SEALS_FOLDER.mkdir()
    seals.path().write_text("2026-09-24T18:00:00+08:00 0 0\nscribble\n", encoding="ascii")
    assert list(seals.faults()) == ["Line 2 of the seals cannot be read."]
