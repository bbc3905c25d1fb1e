"""A server of robots, and silence about what is meant to fail."""

import logging
from collections.abc import Iterator

import pytest

from tests.notifications import robot_server
from tests.notifications.robot_server import RobotServer


@pytest.fixture
def robot(settings) -> Iterator[RobotServer]:
    """A server that the product may send to."""
    with robot_server.running() as server:
        settings.OUTBOUND_HOSTS = [server.host]
        settings.PUBLIC_URL = "https://desk.hospital.test"
        yield server


@pytest.fixture
def _quiet() -> Iterator[None]:
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
