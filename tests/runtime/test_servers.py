"""The embedded servers, for real: they keep what they promise over a crash, a hang and a restart."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2
import pytest
import redis

from itsm.runtime import account, postgres, servers, valkey
from itsm.runtime.failure import Failure


@contextmanager
def cursor(url: str) -> Iterator["psycopg2.extensions.cursor"]:
    host = unquote(urlsplit(url).netloc.partition("@")[2])
    connection = psycopg2.connect(host=host, user=postgres.USER, dbname=postgres.DATABASE)
    connection.autocommit = True
    try:
        with connection.cursor() as opened:
            yield opened
    finally:
        connection.close()


def owner(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def broker(url: str) -> redis.Redis:
    return redis.Redis(unix_socket_path=urlsplit(url).path, socket_timeout=1)


def test_postgres_keeps_committed_rows_over_kill_9(folder: Path) -> None:
    with postgres.serve(folder, durable=True) as server:
        with cursor(server.url) as sql:
            sql.execute("create table kept as select generate_series(1, 500) as n")
        server.process.kill()
        server.process.wait()
    with postgres.serve(folder, durable=True) as server, cursor(server.url) as sql:
        sql.execute("select count(*) from kept")
        assert sql.fetchone() == (500,)


def test_postgres_listens_on_its_socket_alone_and_sorts_by_unicode(folder: Path) -> None:
    with postgres.serve(folder) as server, cursor(server.url) as sql:
        sql.execute("select current_setting('listen_addresses'), current_setting('server_encoding'), upper('é ж')")
        assert sql.fetchone() == ("", "UTF8", "É Ж")


def test_servers_do_not_run_as_root(folder: Path) -> None:
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    expected = account.for_services(servers.CHECKOUT).uid
    with postgres.serve(folder / "a") as database, valkey.serve(folder / "b") as queue:
        assert {owner(database.process.pid), owner(queue.process.pid)} == {expected}
    assert expected != 0


def test_postgres_of_another_major_version_is_refused_with_a_sentence(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "PG_VERSION").write_text("9\n", encoding="ascii")
    with pytest.raises(Failure, match=r"are of PostgreSQL 9, and this is \d+\. Move them over"), postgres.serve(folder):
        pass


def test_a_socket_path_that_is_too_long_moves_to_a_short_folder(folder: Path) -> None:
    deep = folder / ("long-" * 20)
    deep.mkdir()
    with valkey.serve(deep) as server:
        assert not server.url.startswith(f"redis+socket://{deep}")
        assert broker(server.url).ping() is True


def test_valkey_keeps_its_queue_over_a_restart(folder: Path) -> None:
    with valkey.serve(folder, durable=True) as server:
        broker(server.url).rpush("queue", "a", "b")
    with valkey.serve(folder, durable=True) as server:
        assert broker(server.url).lrange("queue", 0, -1) == [b"a", b"b"]


def test_a_hung_server_is_stopped_all_the_same(folder: Path) -> None:
    began = time.monotonic()
    with valkey.serve(folder) as server:
        server.process.send_signal(signal.SIGSTOP)
        assert not valkey.answers(Path(urlsplit(server.url).path))
    assert server.process.poll() is not None
    assert time.monotonic() - began < 15


def test_a_stale_pid_file_of_another_process_does_not_stop_the_start(folder: Path) -> None:
    with postgres.serve(folder):
        pass
    (folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n", encoding="ascii")
    with postgres.serve(folder) as server:
        assert server.process.poll() is None
