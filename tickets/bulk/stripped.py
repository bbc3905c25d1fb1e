"""Tables without their secondary indexes and foreign keys while they are filled.

Nothing is named here: what stands in the catalogue is dropped and made again as the catalogue
spells it, in the caller's transaction. A load that is broken off is rolled back with its DDL.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError
from django.db.backends.utils import CursorWrapper

from itsm.errors import RuleBroken

LOCK_SECONDS = 20
_TABLES = """
    SELECT string_agg(name::text, ', ' ORDER BY name::text) FROM (
        SELECT unnest(%(tables)s::regclass[]) AS name
        UNION SELECT confrelid::regclass FROM pg_constraint
        WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[])
    ) AS touched
"""
# Foreign keys first: they may stand on a unique constraint, which is kept where another table needs it.
_CONSTRAINTS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint AS mine
    WHERE conrelid = ANY(%(tables)s::regclass[]) AND contype IN ('f', 'u') AND NOT EXISTS (
        SELECT FROM pg_constraint AS other
        WHERE mine.contype = 'u' AND other.contype = 'f' AND other.conindid = mine.conindid
    )
    ORDER BY contype, conname
"""
_INDEXES = """
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE indrelid = ANY(%(tables)s::regclass[]) AND indpred IS NULL AND NOT EXISTS (
        SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x')
    )
    ORDER BY indexrelid
"""
# Partial indexes stay: they are small, and PostgreSQL writes their condition down in other words each time.


@contextmanager
def stripped(cursor: CursorWrapper, tables: Sequence[str]) -> Iterator[None]:
    """Take the tables and those they refer to for this transaction alone; give them back as they were.

    Primary keys stay. Rows are checked against the constraints at the end, all at once. Raises
    RuleBroken, with nothing done, when others do not let go of the tables.
    """
    _take(cursor, tables)
    constraints, indexes = _ask(cursor, _CONSTRAINTS, tables), _ask(cursor, _INDEXES, tables)
    for drop, _make in constraints + indexes:
        cursor.execute(drop)
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _drop, make in indexes + constraints[::-1]:
        cursor.execute(make)


def _ask(cursor: CursorWrapper, query: str, tables: Sequence[str]) -> list[tuple[str, str]]:
    cursor.execute(query, {"tables": list(tables)})
    return cursor.fetchall()


def _take(cursor: CursorWrapper, tables: Sequence[str]) -> None:
    """All locks in one statement and one order. A session that never ends its own must not stop us forever."""
    ((names,),) = _ask(cursor, _TABLES, tables)
    cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    try:
        cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
    except OperationalError as error:
        raise RuleBroken("Others are at work on the tables; stop the desk, or load again later.") from error
    cursor.execute("SET LOCAL lock_timeout = 0")
