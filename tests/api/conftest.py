"""People and clients of the API's tests."""

import pytest
from django.test import Client

from itsm.accounts.models import User
from tests.tickets.stages import Desk


@pytest.fixture
def desk(hospital: object) -> Desk:
    """A small desk with its reference data."""
    return Desk()


@pytest.fixture
def as_agent(desk: Desk, client: Client) -> Client:
    """Signed in as the service desk."""
    client.force_login(desk.agent)
    return client


def bearer(secret: str) -> dict[str, str]:
    """The header of an access token."""
    return {"Authorization": f"Bearer {secret}"}


def signed_in(person: User) -> Client:
    """A client with a session of that person."""
    client = Client()
    client.force_login(person)
    return client
