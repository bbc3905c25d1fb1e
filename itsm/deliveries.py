"""PURE: the signature of a delivery: HMAC-SHA256 over its timestamp, a full stop and its raw body."""

import hmac
from hashlib import sha256

PREFIX = "sha256="


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature in 64 hexadecimal digits. timestamp: seconds since 1970 as it stands in the header."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, sha256).hexdigest()


def is_genuine(signature: str, secret: str, timestamp: str, body: bytes) -> bool:
    """Whether the header's signature, with or without `sha256=`, is ours; in constant time."""
    given = signature.removeprefix(PREFIX).strip().lower()
    return hmac.compare_digest(given.encode(), sign(secret, timestamp, body).encode())
