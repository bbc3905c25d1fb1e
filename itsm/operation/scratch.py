"""A database of its own for a drill: made, filled, and dropped again. Never the product's own."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import DatabaseError, connection
from psycopg2 import sql

from itsm.operation import facts, programs
from itsm.operation.errors import Doubt

PREFIX = "itsm_drill_"
_SECONDS = "3600"


@contextmanager
def database() -> Iterator[dict[str, Any]]:
    """Django's settings of a new, empty database on the same server; it is dropped at the end."""
    name = f"{PREFIX}{secrets.token_hex(6)}"
    other = facts.another()
    try:
        _execute(other, "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'", name)
    except DatabaseError as error:
        other.close()
        raise Doubt(f"No scratch database could be made (the role needs CREATEDB): {error}") from error
    try:
        yield {**other.settings_dict, "NAME": name}
    finally:
        _execute(other, "DROP DATABASE {name} WITH (FORCE)", name)
        other.close()


def _execute(other: Any, statement: str, name: str) -> None:
    assert name.startswith(PREFIX), "only scratch databases are made and dropped"
    assert name != connection.settings_dict["NAME"]
    with other.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(sql.SQL(statement).format(name=sql.Identifier(name)))


def fill(database: Mapping[str, Any], dump: Path) -> None:
    """Restore the dump into the database, stopping at the first error. Raises Doubt."""
    options = ("--exit-on-error", "--no-owner", "--no-privileges", str(dump))
    arguments = programs.command("pg_restore", database, *options)
    programs.run(arguments, database, failed="The dump cannot be restored")


def url(database: Mapping[str, Any]) -> str:
    """The address of the database for a process of ours."""
    user, password = quote(database["USER"], safe=""), quote(database["PASSWORD"] or "", safe="")
    port = f":{database['PORT']}" if database["PORT"] else ""
    query = urlencode({name: value for name, value in database["OPTIONS"].items() if name.startswith("ssl")})
    host = quote(database["HOST"] or "", safe="")
    return f"postgresql://{user}:{password}@{host}{port}/{quote(database['NAME'])}{'?' if query else ''}{query}"


def ask(database: Mapping[str, Any], *command: str, folder: Path) -> tuple[int, str]:
    """Run a command of ours against that database; its exit code and what it said."""
    own = {
        "DATABASE_URL": url(database),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "STATE_DIR": str(folder),
        "ALLOWED_HOSTS": "localhost",
        "BEHIND_TLS": "0",
        "BEHIND_PROXY": "0",
        "DEBUG": "0",
        "DEMO": "1" if settings.DEMO else "0",
        "STATEMENT_TIMEOUT_SECONDS": _SECONDS,
        "REDIS_URL": "redis+socket:///nowhere",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "itsm.settings",
        "PYTHONUNBUFFERED": "1",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    for name in ("SECRET_KEY_FILE", "DATABASE_URL_FILE"):
        inherited.pop(name, None)
    done = subprocess.run(  # noqa: S603  our own interpreter and words
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env={**inherited, **own},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return done.returncode, done.stdout
