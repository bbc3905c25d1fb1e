"""Passwords that are cheap to hash: what is tested is the gate, not the hash."""

import pytest


@pytest.fixture(autouse=True)
def _cheap_hash(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
