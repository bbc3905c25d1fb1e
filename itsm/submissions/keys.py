"""Claiming an idempotency key and remembering its result."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from itsm.errors import Conflict
from itsm.submissions.models import Submission

_CLAIM = f"""
    INSERT INTO {Submission._meta.db_table} (key, fingerprint, result, submitted_at)
    VALUES (%s, %s, '', %s) ON CONFLICT (key) DO NOTHING
"""  # noqa: S608  the table's own name
_FULFIL = f"UPDATE {Submission._meta.db_table} SET result = %s WHERE key = %s"  # noqa: S608  the table's own name


def fingerprint(body: Mapping[str, object]) -> str:
    """SHA-256 over the sorted JSON of what was sent."""
    text = json.dumps(body, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def claim(key: UUID, body: Mapping[str, object], *, at: datetime) -> str | None:
    """None if the key is new and now ours, else the result of its first use.

    Waits for a transaction that holds the same key. Raises Conflict when the key was used for
    another body.
    """
    mark = fingerprint(body)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [key, mark, at])
        if cursor.rowcount == 1:
            return None
    earlier = Submission.objects.get(pk=key)
    if earlier.fingerprint != mark:
        raise Conflict(_("This form was already sent with other contents. Please open it anew."))
    return earlier.result


def is_used(key: UUID) -> bool:
    """Whether something came of the key already, so that sending it again makes nothing new.

    Waits for a transaction that asked the same, and keeps the key to this one until it ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])
    return Submission.objects.filter(pk=key).exists()


def fulfil(key: UUID, result: str) -> None:
    """Remember what came of the key, in the same transaction as the record."""
    with connection.cursor() as cursor:
        cursor.execute(_FULFIL, [result, key])
