"""PURE: the bytes an event is hashed over, and the hash that chains it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

FIELDS = (
    "at",
    "recorded_at",
    "actor_id",
    "actor_name",
    "verb",
    "outcome",
    "object_type",
    "object_id",
    "object_label",
    "detail",
    "address",
    "request_id",
)
GENESIS = "0" * 64


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def body_hash(values: Mapping[str, object]) -> str:
    """SHA-256, in hexadecimal, over the sorted JSON of an event's columns; moments in UTC."""
    body = {name: _plain(values[name]) for name in FIELDS}
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def chain_hash(previous_hash: str, event_body_hash: str) -> str:
    """SHA-256 over both hashes' hexadecimal text, as the database trigger computes it."""
    return hashlib.sha256((previous_hash + event_body_hash).encode()).hexdigest()
