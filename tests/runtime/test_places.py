"""Where the services run from: a copy that follows the checkout, and folders of the right owner."""

from pathlib import Path

import pytest

from itsm.runtime import account, places
from itsm.runtime.places import Places


@pytest.fixture
def copied(tmp_path: Path) -> Places:
    checkout, base = tmp_path / "checkout", tmp_path / "base"
    (checkout / "tickets").mkdir(parents=True)
    base.mkdir()
    (checkout / "tickets" / "models.py").write_text("one\n", encoding="utf-8")
    return Places(checkout, base, base / "var", account.current())


def test_the_copy_follows_changes_and_removals(copied: Places) -> None:
    places.copy_checkout(copied)
    target = copied.base / "tickets" / "models.py"
    assert target.read_text(encoding="utf-8") == "one\n"
    (copied.checkout / "tickets" / "models.py").write_text("two and more\n", encoding="utf-8")
    places.copy_checkout(copied)
    assert target.read_text(encoding="utf-8") == "two and more\n"
    (copied.checkout / "tickets" / "models.py").unlink()
    places.copy_checkout(copied)
    assert not target.exists()


def test_the_copy_is_readable_by_others_whatever_the_mask_of_the_checkout(copied: Places) -> None:
    source = copied.checkout / "tickets"
    (source / "models.py").chmod(0o600)
    source.chmod(0o700)
    places.copy_checkout(copied)
    modes = [(copied.base / name).stat().st_mode & 0o777 for name in ("tickets", "tickets/models.py")]
    assert modes == [0o755, 0o644]


def test_environment_data_and_secrets_are_neither_copied_nor_removed(copied: Places) -> None:
    for name in (".venv", "var", "node_modules", ".git"):
        (copied.checkout / name).mkdir()
        (copied.checkout / name / "theirs").touch()
        (copied.base / name).mkdir()
        (copied.base / name / "ours").touch()
    (copied.checkout / ".env").write_text("SECRET_KEY=x", encoding="utf-8")
    places.copy_checkout(copied)
    kept = sorted(str(path.relative_to(copied.base)) for path in copied.base.glob("*/ours"))
    assert kept == [".git/ours", ".venv/ours", "node_modules/ours", "var/ours"]
    assert list(copied.base.glob("*/theirs")) == []
    assert not (copied.base / ".env").exists()


def test_a_checkout_that_is_its_own_base_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "manage.py").touch()
    places.copy_checkout(Places(tmp_path, tmp_path, tmp_path / "var", account.current()))
    assert [path.name for path in tmp_path.iterdir()] == ["manage.py"]


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    place = Places(tmp_path, tmp_path, tmp_path / "var", account.current())
    places.prepare_state(place)
    first = place.secret_key.read_text(encoding="ascii")
    places.prepare_state(place)
    assert place.secret_key.read_text(encoding="ascii") == first
    assert len(first.strip()) >= 32
    assert place.secret_key.stat().st_mode & 0o777 == 0o600
