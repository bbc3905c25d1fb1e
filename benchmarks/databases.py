"""Databases of the benchmark's own beside the one that it was given, on the same server."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg2 import sql

_PREFIX = "bench_"


@contextmanager
def copy(name: str, *, of: str = "") -> Iterator[str]:
    """A copy of that database, or of the one in use; nobody else may be using it. Dropped at the end.

    The role needs CREATEDB.
    """
    source, name = of or connection.settings_dict["NAME"], _PREFIX + name
    _do("CREATE DATABASE {} TEMPLATE {}", name, source)
    try:
        yield name
    finally:
        _do("DROP DATABASE {} WITH (FORCE)", name)


@contextmanager
def using(name: str) -> Iterator[None]:
    """Django's own connection leads to that database meanwhile."""
    before = connection.settings_dict["NAME"]
    _turn_to(name)
    try:
        yield
    finally:
        _turn_to(before)


def _turn_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _do(statement: str, *names: str) -> None:
    with using("postgres"), connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
