"""The locks: hashes for everything, no registry's address, and the base inside the test lock."""

import re
from pathlib import Path

import pytest

from itsm.runtime import installation, places
from itsm.runtime.failure import Failure

FOLDER = Path(__file__).resolve().parents[2] / "requirements"


def pins(name: str) -> dict[str, str]:
    """Each package's line with its version and marker, from a lock."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return {line.partition("==")[0]: line.rstrip(" \\") for line in lines if re.match(r"[a-z0-9]", line)}


def test_the_test_lock_holds_the_base_lock() -> None:
    test = pins("test")
    assert {name: line for name, line in pins("base").items() if test.get(name) != line} == {}


def test_the_extra_changes_no_package_of_the_base() -> None:
    base = pins("base")
    assert {name for name, line in pins("ldap").items() if name in base and base[name] != line} == set()


@pytest.mark.parametrize("name", ["base", "test", "ldap", "node"])
def test_every_package_has_a_hash_and_no_address(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text


def test_psycopg_3_is_not_installed_because_django_would_prefer_it() -> None:
    assert [name for name in pins("test") if name in {"psycopg", "psycopg-binary"}] == []


def test_an_extra_that_is_none_is_refused_with_one_line() -> None:
    with pytest.raises(Failure, match=r"'saml'.*ldap"):
        installation.extend(places.find(FOLDER.parent), ["saml"])


def test_every_extra_has_its_lock() -> None:
    assert [extra for extra in installation.EXTRAS if not pins(extra)] == []
