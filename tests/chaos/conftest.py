"""Servers and processes of our own that are killed, hung and started again."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from itsm.audit import chain
from itsm.runtime import account, places, servers


@pytest.fixture
def folder() -> Iterator[Path]:
    """A temporary folder that the account of the servers owns, also when the tests run as root."""
    with places.scratch(account.for_services(servers.CHECKOUT)) as name:
        yield name


@pytest.fixture
def hospital_open(transactional_db: None, hospital: ModuleType) -> Iterator[ModuleType]:
    """The reference data, committed, so that other processes see them; at the end the log is whole."""
    yield hospital
    assert list(chain.verify()) == []
