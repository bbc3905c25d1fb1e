"""The log of a real web and a real worker: JSON, one access line a request, one id from form to task."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from itsm.audit.models import Event
from itsm.logs import lines
from itsm.operation.models import Run
from itsm.runtime import account, places, valkey
from itsm.runtime import servers as runtime
from tests import factories, servers
from tests.chaos import desk
from tests.parallel import until
from tests.tickets.stages import Desk
from tests.visitor import Visitor

NO_BROKER = "redis+socket:///nowhere"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def folder() -> Iterator[Path]:
    with places.scratch(account.for_services(runtime.CHECKOUT)) as name:
        yield name


@pytest.fixture
def hospital_open(transactional_db: None, hospital: ModuleType) -> ModuleType:
    return hospital


def written(folder: Path, name: str) -> list[dict[str, Any]]:
    """Every line of a process's log that is JSON."""
    text = servers.log_of(folder, name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def found(folder: Path, name: str, **wanted: object) -> list[dict[str, Any]]:
    return [line for line in written(folder, name) if wanted.items() <= line.items()]


@pytest.mark.xdist_group("machine")
def test_a_request_and_the_task_it_sends_carry_one_id(hospital_open: ModuleType, folder: Path) -> None:
    admin = desk.with_password(hospital_open.user("SYS"))
    with valkey.serve(folder) as broker:
        variables = servers.environment(broker.url, STATE_DIR=str(folder))
        with servers.web(variables, folder) as address, servers.worker(variables, folder):
            visitor = Visitor(address)
            visitor.sign_in(admin.work_number, desk.PASSWORD)
            assert visitor.post("/operation/verify/").status == 302
            until(lambda: Run.objects.filter(is_ok=True).exists(), 40, lambda: servers.tail(folder, "web", "worker"))
            until(lambda: found(folder, "worker", event="task_succeeded"), 10, "no line of the task")
    (request,) = found(folder, "web", request="POST /operation/verify/", event="request_finished")
    (started,) = found(folder, "worker", event="task_started", task="operation.verify")
    assert started["request_id"] == request["request_id"]
    assert (request["user_id"], started["user_id"], request["code"]) == (admin.pk, admin.pk, 302)


@pytest.mark.xdist_group("machine")
def test_the_web_writes_one_line_a_request_without_secrets_or_people(hospital_open: ModuleType, folder: Path) -> None:
    ticket = Desk().ticket()
    with servers.web(servers.environment(NO_BROKER), folder) as address:
        visitor = Visitor(address)
        visitor.get(f"/tickets/?q={quote('张三丰')}")
        visitor.get(ticket.track_path)
        visitor.get("/track/wrong-token-of-twenty/")
        assert desk.report(visitor, ticket.department_id)
    text = servers.log_of(folder, "web").read_text(encoding="utf-8")
    requests = [line["request"] for line in found(folder, "web", event="request_finished")]
    ours = [request for request in requests if "health" not in request]
    assert ours[:3] == ["GET /tickets/", "GET /track/***/", "GET /track/***/"]
    assert ours[3:] == ["GET /report/", "POST /report/", "GET /report/***/"]
    words = ("张三丰", quote("张三丰"), ticket.token, "wrong-token", "王护士", "2316")
    assert [word for word in words if word in text] == []
    (line,) = found(folder, "web", request="POST /report/")
    assert (line["code"], line["user_id"], line["address"], line["duration_ms"] > 0) == (302, None, "127.0.0.1", True)


@pytest.mark.xdist_group("machine")
def test_worker_and_beat_write_json(hospital_open: ModuleType, folder: Path) -> None:
    with valkey.serve(folder) as broker:
        variables = servers.environment(broker.url)
        with servers.worker(variables, folder), servers.beat(variables, folder):
            until(
                lambda: found(folder, "worker", event="task_succeeded"),
                40,
                lambda: servers.tail(folder, "worker", "beat"),
            )
    assert found(folder, "worker", event="task_started", task="slas.sweep")
    assert [line for line in written(folder, "beat") if "slas.sweep" in line["event"]]


# The id


@pytest.mark.django_db
@pytest.mark.parametrize(
    "is_behind, sent, kept",
    [(True, "proxy-4711-abc", True), (False, "proxy-4711-abc", False), (True, "x" * 37, False), (True, "a b\n", False)],
)
def test_an_id_is_believed_only_from_the_proxy(client, settings, is_behind, sent, kept):
    settings.BEHIND_PROXY = is_behind
    given = client.get("/health/live", headers={"X-Request-Id": sent})["X-Request-Id"]
    assert (given == sent, bool(UUID.fullmatch(given))) == (kept, not kept)


@pytest.mark.django_db
def test_the_audit_row_has_the_id_that_the_client_was_given(hospital):
    client = Client()
    client.force_login(factories.user("CLI"))
    response = client.get("/operation/")
    assert Event.objects.values_list("verb", "request_id").get() == ("operation.page", response["X-Request-Id"])


@pytest.mark.django_db
def test_the_error_page_shows_the_id_and_the_phone(hospital, settings, monkeypatch):
    settings.DESK_PHONE = "8120"
    monkeypatch.setattr("itsm.home.render", lambda *arguments: 1 / 0)
    response = Client(raise_request_exception=False).get("/")
    page = response.content.decode()
    assert (response.status_code, response["X-Request-Id"] in page, "tel:8120" in page) == (500, True, True)


@pytest.mark.django_db
def test_live_asks_the_database_nothing_even_with_a_session(hospital, django_assert_num_queries):
    client = Client()
    client.force_login(factories.user("SYS"))
    with django_assert_num_queries(0):
        assert client.get("/health/live").status_code == 200


# The lines themselves


def rendered(record: logging.LogRecord) -> dict[str, Any]:
    made = lines.configuration(readable=False, level="INFO")["formatters"]["line"]
    return json.loads(made.pop("()")(**made).format(record))


def test_a_line_masks_links_in_words_and_tracebacks_and_passes_every_processor(monkeypatch):
    monkeypatch.setattr(lines, "PROCESSORS", [*lines.PROCESSORS, lambda logger, method, event: {**event, "seen": 1}])
    try:
        raise ValueError("/track/aB3_x-9ZqLmN7wErTyUiOp/")
    except ValueError as error:
        trace = (ValueError, error, error.__traceback__)
    record = logging.LogRecord(
        "t", logging.ERROR, __file__, 1, "Not Found: %s", ("/report/abcdefghijklmnopqr/",), trace
    )
    line = rendered(record)
    assert (line["event"], line["level"], line["seen"]) == ("Not Found: /report/***/", "error", 1)
    assert line["exception"].endswith("ValueError: /track/***/")
