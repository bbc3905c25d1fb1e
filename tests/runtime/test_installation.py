"""The locks: hashes for everything, no registry's address, and the base inside the test lock."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "requirements"


def pins(name: str) -> dict[str, str]:
    """Each package's line with its version and marker, from a lock."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return {line.partition("==")[0]: line.rstrip(" \\") for line in lines if re.match(r"[a-z0-9]", line)}


def test_the_test_lock_holds_the_base_lock() -> None:
    test = pins("test")
    assert {name: line for name, line in pins("base").items() if test.get(name) != line} == {}


@pytest.mark.parametrize("name", ["base", "test", "node"])
def test_every_package_has_a_hash_and_no_address(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text


def test_psycopg_3_is_not_installed_because_django_would_prefer_it() -> None:
    assert [name for name in pins("test") if name in {"psycopg", "psycopg-binary"}] == []
