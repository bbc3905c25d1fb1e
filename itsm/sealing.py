"""Secrets as they stand in the database: encrypted with a key of SECRET_KEY, so a copy of it opens nothing."""

import base64
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

__all__ = ["InvalidToken", "seal", "unseal"]


def seal(text: str, *, purpose: bytes) -> bytes:
    """The secret, encrypted. purpose: whose secret it is; another purpose cannot open it."""
    return _box(purpose).encrypt(text.encode())


def unseal(sealed: bytes | memoryview | str, *, purpose: bytes) -> str:
    """The secret itself. Raises InvalidToken after SECRET_KEY was exchanged."""
    return _box(purpose).decrypt(sealed if isinstance(sealed, str) else bytes(sealed)).decode()


def _box(purpose: bytes) -> Fernet:
    key = sha256(purpose + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
