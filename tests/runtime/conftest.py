"""Fixtures for the tests of ./desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from itsm.runtime import account, places, servers


@pytest.fixture
def folder() -> Iterator[Path]:
    """A temporary folder that the account of the services owns, also when the tests run as root."""
    with places.scratch(account.for_services(servers.CHECKOUT)) as name:
        yield name
