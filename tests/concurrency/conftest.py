"""Tests of what happens at the same moment: every one commits, on real PostgreSQL."""

from types import ModuleType

import pytest

from itsm.audit import chain


@pytest.fixture
def hospital_open(transactional_db: None, hospital: ModuleType) -> ModuleType:
    """The reference data, committed; threads and other processes see them."""
    return hospital


@pytest.fixture(autouse=True)
def _whole_log(hospital_open: ModuleType) -> object:
    """Whatever raced, the audit chain is whole afterwards."""
    yield
    assert list(chain.verify()) == []
