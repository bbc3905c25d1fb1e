"""G1, the small storm: PostgreSQL, Redis, workers and schedulers are killed while timers fall due. See __main__.py."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from itsm.operation import programs
from itsm.runtime import servers as runtime

pytestmark = pytest.mark.xdist_group("machine")


def test_a_storm_loses_no_timer_tells_none_twice_and_none_late(transactional_db: None, folder: Path) -> None:
    dump, database = folder / "empty.dump", connection.settings_dict
    arguments = programs.command("pg_dump", database, "--format=custom", f"--file={dump}")
    programs.run(arguments, database, failed="The dump cannot be made")
    plan = ["--timers=1000", "--minutes=0.2", "--kills=14", "--database-kills=2", "--broker-faults=3", "--backlog=500"]
    blown = subprocess.run(
        [sys.executable, "-m", "tests.chaos", f"--dump={dump}", *plan],
        cwd=runtime.CHECKOUT,
        capture_output=True,
        text=True,
    )
    assert blown.returncode == 0, f"{blown.stdout}\n{blown.stderr}"
