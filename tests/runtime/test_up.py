"""What ./desk up decides before it starts anything."""

import socket
from pathlib import Path

import pytest

from itsm.runtime import account, up
from itsm.runtime.failure import Failure
from itsm.runtime.places import Places


@pytest.fixture
def place(tmp_path: Path) -> Places:
    (tmp_path / "var" / "postgres").mkdir(parents=True)
    return Places(tmp_path, tmp_path, tmp_path / "var", account.current())


def test_a_first_filling_that_was_broken_off_begins_again(place: Places, capsys: pytest.CaptureFixture[str]) -> None:
    data = place.state / "postgres" / "data"
    up.begin_again(place)
    data.mkdir()
    up.begin_again(place)
    assert not data.exists()
    assert capsys.readouterr().err == "The first filling of the database was broken off; it begins again.\n"


def test_a_cluster_that_was_filled_is_kept(place: Places) -> None:
    data = place.state / "postgres" / "data"
    data.mkdir()
    up.begin_again(place)
    assert data.exists()
    assert not (place.state / "unfinished").exists()


@pytest.mark.parametrize("url", ["postgresql://itsm@127.0.0.1:{port}/itsm", "redis://127.0.0.1:{port}/0"])
def test_a_server_of_ones_own_that_does_not_answer_is_named(url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Failure, match=rf"^THE_URL points at 127\.0\.0\.1:{port}, but nobody answers there"):
        up.reach("THE_URL", url.format(port=port), 1)


def test_a_server_of_ones_own_that_answers_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        up.reach("THE_URL", "postgresql://itsm@127.0.0.1/itsm", server.getsockname()[1])


@pytest.mark.parametrize("form", ["postgresql://itsm@{quoted}/itsm", "redis+socket://{plain}/.s.PGSQL.5432"])
def test_a_socket_in_a_url_is_understood(form: str, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / ".s.PGSQL.5432"))
        server.listen()
        up.reach("THE_URL", form.format(quoted=str(tmp_path).replace("/", "%2F"), plain=tmp_path), 5432)


def test_a_missing_socket_in_a_url_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"THE_URL points at /.*/\.s\.PGSQL\.5432, but nobody answers there"):
        up.reach("THE_URL", f"postgresql://itsm@{str(tmp_path).replace('/', '%2F')}/itsm", 5432)
