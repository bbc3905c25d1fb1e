"""The group: watched together, stopped in reverse, and gone when its supervisor is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from itsm.runtime import account, process, session
from itsm.runtime.failure import Failure
from itsm.runtime.supervisor import Group

ROOT = Path(__file__).resolve().parents[2]
NOTE_THE_END = """
import pathlib, signal, sys, time
def end(number, frame):
    with open(sys.argv[1], "a") as file: file.write(sys.argv[2] + " ")
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
time.sleep(60)
"""
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    print("ready", child, flush=True)
time.sleep(60)
"""
KILLED_SUPERVISOR = """
import os, pathlib, signal, sys
from itsm.runtime import account
from itsm.runtime.supervisor import Group
here = pathlib.Path(sys.argv[1])
with Group(account.current(), here, here) as group:
    member = group.start("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ))
    print(member.process.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def group(folder: Path) -> Group:
    return Group(account.current(), folder, folder)


def wait_for(log: Path) -> None:
    until = time.monotonic() + 20
    while "ready" not in log.read_text(encoding="utf-8"):
        assert time.monotonic() < until
        time.sleep(0.02)


def wait_until_dead(pid: int) -> None:
    """Gone, or a zombie that nobody has collected yet."""
    until = time.monotonic() + 10
    while is_alive(pid):
        assert time.monotonic() < until
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_members_are_stopped_in_reverse_order(tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    with group(tmp_path) as members:
        for name in ("web", "worker", "beat"):
            member = members.start(name, [sys.executable, "-c", NOTE_THE_END, ends, name], os.environ)
            wait_for(member.log)
    assert ends.read_text(encoding="utf-8").split() == ["beat", "worker", "web"]


def test_a_member_that_ends_by_itself_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    with group(tmp_path) as members:
        member = members.start("worker", [sys.executable, "-c", "print('no broker'); raise SystemExit(3)"], os.environ)
        member.process.wait()
        with pytest.raises(Failure, match=r"^worker ended with code 3; everything is stopped\.[^ ]*(?s:.*)no broker$"):
            members.stand()


def test_a_member_that_does_not_listen_is_killed_with_its_children(tmp_path: Path) -> None:
    with group(tmp_path) as members:
        member = members.start("worker", [sys.executable, "-c", STUBBORN], os.environ, seconds=0.2)
        wait_for(member.log)
    child = int(member.log.read_text(encoding="utf-8").split("ready")[1].split()[0])
    wait_until_dead(child)


def test_a_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED_SUPERVISOR, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    wait_until_dead(int(done.stdout))


def test_stopping_a_stopped_process_continues_it_first(tmp_path: Path) -> None:
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    child.send_signal(signal.SIGSTOP)
    process.stop(child, signal.SIGTERM, 10)
    assert child.returncode == -signal.SIGTERM


def test_a_second_session_is_refused_by_name_and_address(tmp_path: Path) -> None:
    with session.hold(tmp_path, "up") as lock:
        lock.tell(address="http://localhost:8000/", database_url="postgresql://itsm@x/itsm")
        seen = session.running(tmp_path)
        assert seen is not None
        assert (seen.pid, seen.database_url) == (os.getpid(), "postgresql://itsm@x/itsm")
        expected = rf"^\./desk up is already running at http://localhost:8000/ \(process {os.getpid()}\)"
        with pytest.raises(Failure, match=expected), session.hold(tmp_path, "up"):
            pass
    assert session.running(tmp_path) is None
    with session.hold(tmp_path, "up"):
        pass
