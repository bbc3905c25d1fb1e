"""The cast of the ticket tests."""

import pytest

from tests.tickets.stages import Desk


@pytest.fixture
def desk(hospital: object) -> Desk:
    """An agent, two engineers, a manager, and tickets in whatever state the test needs."""
    return Desk()
