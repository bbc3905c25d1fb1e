"""Whether the tables in the database are those of this version of the product."""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

Migrations = frozenset[tuple[str, str]]


@cache
def expected() -> Migrations:
    """Every migration of this version; read from the disk once per process."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def applied() -> Migrations:
    """Every migration that the database has; a replaced one counts under its old name too."""
    return frozenset(MigrationRecorder(connection).applied_migrations())


def missing() -> list[str]:
    """The migrations that the database still needs, by name."""
    return sorted(f"{app}.{name}" for app, name in expected() - applied())
