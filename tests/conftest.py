"""Fixtures of all tests. A test without the database mark cannot touch the database."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test import override_settings

from itsm.audit.canonical import GENESIS
from itsm.audit.models import Head
from tests import factories

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop beside Django

_TABLES = (
    *("audit_event", "audit_link", "audit_head", "tickets_correction", "slas_evaluation", "slas_escalation"),
    "reports_seal",
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Let the tests empty tables between them: without the triggers that refuse TRUNCATE."""
    kept = [model._meta.db_table for model in apps.get_models() if hasattr(model, "history_object")]
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in (*_TABLES, *kept):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")


@pytest.fixture(autouse=True)
def _chain_head(request: pytest.FixtureRequest) -> None:
    """The head row of the audit chain, which a test that emptied the tables took away."""
    asked = any(name in request.fixturenames for name in ("db", "transactional_db", "live_server"))
    if asked or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if "live_server" in request.fixturenames else "db")
        Head.objects.get_or_create(pk=1, defaults={"seq": 0, "hash": GENESIS})


@pytest.fixture(scope="session", autouse=True)
def _media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test writes into the installation's own media folder."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> Iterator[None]:
    """Passwords are slow to hash by design, and no test is about that."""
    with override_settings(PASSWORD_HASHERS=["tests.hashing.QuickHasher"]):
        yield


@pytest.fixture
def media(settings: object, tmp_path: Path) -> Path:
    """An empty media folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def _one_factor(settings: object) -> None:
    """Tests sign administrators in without a telephone; those of the second factor turn it on again."""
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def hospital(db: None) -> object:
    """The reference data that every ticket needs."""
    factories.reference()
    return factories
