"""The golden October, built once for all tests of a process and read only."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.reports import golden
from tests.reports.golden import October


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: object) -> Iterator[October]:
    """The month inside a transaction that is undone at the end."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield golden.build()
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture
def october(_built: October, db: None) -> October:
    """The month; what a test adds to it is undone."""
    return _built
