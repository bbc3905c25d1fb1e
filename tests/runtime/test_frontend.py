"""The front-end files: only what is used, one sprite, a lock without addresses."""

import json
import os
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from itsm.runtime import frontend
from itsm.runtime.failure import Failure
from itsm.runtime.icons import ICONS

ROOT = Path(__file__).resolve().parents[2]
OUTLINE = """<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none"
  stroke="currentColor" stroke-width="2" class="icon">
  <path stroke="none" d="M0 0h24v24H0z" fill="none" />
  <path d="M5 12l5 5" />
</svg>"""


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    for kind, name in (("outline", "check"), ("filled", "star")):
        folder = tmp_path / "@tabler" / "icons" / "icons" / kind
        folder.mkdir(parents=True)
        (folder / f"{name}.svg").write_text(OUTLINE, encoding="utf-8")
    return tmp_path


def test_sprite_keeps_the_canvas_and_the_colour_of_the_text(modules: Path) -> None:
    assert frontend.sprite(modules, ["check"]).splitlines()[1] == (
        '<symbol id="check" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2">'
        '<path d="M5 12l5 5" /></symbol>'
    )


def test_a_filled_icon_comes_from_the_filled_set(modules: Path) -> None:
    assert 'id="star-filled"' in frontend.sprite(modules, ["star-filled"])
    with pytest.raises(Failure, match="There is no filled icon 'check'"):
        frontend.sprite(modules, ["check-filled"])


def test_an_icon_that_does_not_exist_is_named(modules: Path) -> None:
    with pytest.raises(Failure, match=r"There is no outline icon 'bel'; correct itsm/runtime/icons\.py"):
        frontend.sprite(modules, ["bel"])


def test_icons_are_named_once_and_in_order() -> None:
    assert list(ICONS) == sorted(set(ICONS))


def test_the_files_that_are_served_are_complete() -> None:
    folder = Path(os.environ.get("STATE_DIR", ROOT / "var")) / "frontend"
    missing = [name for name in frontend.VENDOR_FILES.values() if not (folder / "vendor" / name).is_file()]
    assert missing == []
    symbols = ElementTree.parse(folder / "icons.svg").getroot()
    assert tuple(symbol.get("id") for symbol in symbols) == ICONS


def test_versions_are_exact_and_the_lock_names_no_registry() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert json.loads(lock)["packages"][""]["dependencies"] == wanted
    assert '"resolved"' not in lock
