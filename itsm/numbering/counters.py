"""Taking the next number."""

from datetime import date

from django.db import connection, transaction

from itsm.numbering.models import Counter

_TAKE = f"""
    INSERT INTO {Counter._meta.db_table} (prefix, "on", last) VALUES (%s, %s, 1)
    ON CONFLICT (prefix, "on") DO UPDATE SET last = {Counter._meta.db_table}.last + 1
    RETURNING last
"""  # noqa: S608  the table's own name


def take(prefix: str, on: date) -> str:
    """The next number of this prefix and local day: GD20261014-0007.

    Locks the day's counter until the transaction ends, and a rollback gives the number back: take
    it last, and do no slow work after it. Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A number is taken inside the transaction that uses it.")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [prefix, on])
        (last,) = cursor.fetchone()
    return f"{prefix}{on:%Y%m%d}-{last:04d}"
