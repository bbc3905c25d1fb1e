"""The schema is true: generated requests find no crash, and every answer is of its declared form."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import response_schema_conformance

from itsm.api import tokens
from itsm.wsgi import application
from tests import factories
from tests.api.conftest import bearer
from tests.tickets.stages import Desk
from tickets.models import Ticket

CASES = 2_000


def test_the_schema_is_valid_and_of_this_version_only():
    GENERATOR_STATS.reset()
    schema = SchemaGenerator(api_version="v1").get_schema(public=True)
    validate_schema(schema)
    assert not GENERATOR_STATS  # nothing to warn of: each operation and each list of words has a name of its own
    assert [path for path in schema["paths"] if not path.startswith("/api/v1/")] == []


class World:
    """Tickets in every state, and what a sensible request would name."""

    def __init__(self) -> None:
        factories.reference()
        self.desk = Desk()
        self.manager = factories.user("PM", "ENG", name="项目经理")
        states = ("new", "accepted", "in_progress", "on_hold", "resolved", "closed", "cancelled")
        self.numbers = [self.desk.ticket(state).number for state in states]
        system = factories.system()
        named = {
            "department": factories.department(),
            "system": system,
            "module": factories.module(system),
            "category": factories.category(),
            "assignee": self.desk.engineer,
        }
        self.ids = {name: record.pk for name, record in named.items()}
        self.headers = bearer(tokens.make(self.manager, at=timezone.now(), name="检查", days=7)[1])

    def make_sensible(self, case: schemathesis.Case, data: st.DataObject) -> None:
        """Let most requests reach the verb: a number that exists, and records that exist."""
        if "number" in (case.path_parameters or {}):
            case.path_parameters["number"] = data.draw(st.sampled_from(self.numbers))
        if isinstance(case.body, dict) and data.draw(st.integers(0, 3)):
            for name in set(self.ids) & set(case.body):
                case.body[name] = self.ids[name]
            if "version" in case.body:
                case.body["version"] = Ticket.objects.get(number=case.path_parameters["number"]).version


def _ask(case: schemathesis.Case, headers: dict[str, str]) -> Any:
    """The answer, with whatever it wrote undone."""
    with transaction.atomic():
        response = case.call(headers=headers)
        transaction.set_rollback(True)
    return response


@pytest.fixture
def kept_connection(db: None) -> Iterator[None]:
    """Requests of a foreign client leave this test's connection, and its transaction, as they are."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


# the foreign client does not close the bodies that it has sent
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_two_thousand_generated_requests_find_no_crash(kept_connection):
    world = World()
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application, headers=world.headers)
    operations = [found.ok() for found in schema.get_all_operations()]
    statuses: dict[int, int] = {}
    for operation in operations:

        @settings(
            max_examples=CASES // len(operations) + 1,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), data=st.data())
        def ask(case: schemathesis.Case, data: st.DataObject) -> None:
            world.make_sensible(case, data)
            response = _ask(case, world.headers)
            statuses[response.status_code] = statuses.get(response.status_code, 0) + 1
            assert response.status_code < 500, (case.as_curl_command(), response.text[:500])
            if response.status_code < 300:
                case.validate_response(response, checks=[response_schema_conformance])

        ask()
    gc.collect()  # what the client left open is closed here, and not in the middle of another test
    assert sum(statuses.values()) >= CASES
    assert statuses[200] > CASES // 10
