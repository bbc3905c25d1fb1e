"""Reading what a database holds, in plain SQL: it also serves one that is only a copy."""

from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import sql

from itsm.operation.manifest import Facts

STORED_FILES = "documents_storedfile"
_TABLES = """
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
    AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p' ORDER BY c.relname
"""
_NUMBERED = """
    SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema()
    AND column_name = 'number' AND data_type = 'character varying' ORDER BY table_name
"""
_SEQUENCES = """
    SELECT t.relname, a.attname, s.oid::regclass::text
    FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
    JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE d.deptype IN ('a', 'i') AND t.relnamespace = current_schema()::regnamespace ORDER BY 1, 2
"""
_LAST_NUMBERS = """
    SELECT found[1], found[2], max(found[3]::bigint)
    FROM (SELECT regexp_match(number, '^([A-Z]{{2,8}})([0-9]{{8}})-([0-9]+)$') AS found FROM {table}) numbers
    WHERE found IS NOT NULL GROUP BY 1, 2
"""
_MEDIA = f"""
    SELECT left(hex, 2) || '/' || hex, sha256, size
    FROM (SELECT replace(uuid::text, '-', '') AS hex, sha256, size FROM {STORED_FILES} WHERE erased_at IS NULL) kept
    ORDER BY 1
"""  # noqa: S608  our own words


class Media(NamedTuple):
    """An upload as its row has it; path is below the media folder."""

    path: str
    sha256: str
    size: int


def another(name: str = "") -> BaseDatabaseWrapper:
    """A connection of its own with the product's settings, to the database of that name or to the same."""
    other = connection.copy()
    if name:
        other.settings_dict["NAME"] = name
    return other


def rows(cursor: Any, statement: Any, values: list[object] | None = None) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    cursor.execute(statement, values)
    return cursor.fetchall()


def count_rows(cursor: Any) -> dict[str, int]:
    """How many rows each lasting table has."""
    return {name: rows(cursor, _from("SELECT count(*) FROM {table}", name))[0][0] for (name,) in rows(cursor, _TABLES)}


def read(cursor: Any) -> Facts:
    """Everything that a backup says about its database, of the cursor's snapshot."""
    head = rows(cursor, "SELECT seq, hash FROM audit_head")
    counters = rows(cursor, 'SELECT prefix, "on", last FROM numbering_counter ORDER BY 1, 2')
    return Facts(
        counts=count_rows(cursor),
        migrations=sorted(f"{app}.{name}" for app, name in rows(cursor, "SELECT app, name FROM django_migrations")),
        audit_seq=head[0][0] if head else 0,
        audit_hash=head[0][1] if head else "",
        counters={f"{prefix}{on:%Y%m%d}": last for prefix, on, last in counters},
    )


def media(cursor: Any) -> list[Media]:
    """The uploads that have a row and were not erased after their time; none where this version keeps no files."""
    columns = {
        name
        for (name,) in rows(
            cursor,
            "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND table_name = %s",
            [STORED_FILES],
        )
    }
    if not {"uuid", "sha256", "size", "erased_at"} <= columns:
        return []
    return [Media(*row) for row in rows(cursor, _MEDIA)]


def last_numbers(cursor: Any) -> dict[str, int]:
    """The highest number in use of every prefix and day, over all tables that carry numbers."""
    highest: dict[str, int] = {}
    for (table,) in rows(cursor, _NUMBERED):
        for prefix, day, last in rows(cursor, _from(_LAST_NUMBERS, table)):
            highest[prefix + day] = max(last, highest.get(prefix + day, 0))
    return highest


def late_sequences(cursor: Any) -> list[str]:
    """The columns whose sequence would give out an id that is taken.

    A sequence that was never asked beside a single row of id 1 is no fault: the head of the audit log and
    the heartbeat are written so.
    """
    return [
        f"{table}.{column}"
        for table, column, sequence in rows(cursor, _SEQUENCES)
        if _is_late(_highest(cursor, table, column), *_given(cursor, sequence))
    ]


def _is_late(highest: int, last: int, is_called: bool) -> bool:
    return highest > last if is_called else highest > 1


def _highest(cursor: Any, table: str, column: str) -> int:
    statement = sql.SQL("SELECT coalesce(max({column}), 0) FROM {table}")
    return rows(cursor, statement.format(column=sql.Identifier(column), table=sql.Identifier(table)))[0][0]


def _given(cursor: Any, sequence: str) -> tuple[int, bool]:
    return rows(cursor, f"SELECT last_value, is_called FROM {sequence}")[0]  # noqa: S608  as the catalogue quotes it


def _from(statement: str, table: str) -> sql.Composed:
    return sql.SQL(statement).format(table=sql.Identifier(table))
