"""docs/known-faults.md names for every number the files in which its tests stand."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| T(\d+) \| .+? \| (.+) \|$", re.MULTILINE)
NUMBERED = re.compile(r'^def test_t(\d+)_|^ {4}"""T(\d+):', re.MULTILINE)


def test_every_known_fault_has_its_tests_where_the_page_says():
    page = (ROOT / "docs/known-faults.md").read_text(encoding="utf-8")
    said = {int(number): set(re.findall(r"`(.+?)`", files)) for number, files in ROW.findall(page)}
    found: dict[int, set[str]] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        for numbers in NUMBERED.findall(path.read_text(encoding="utf-8")):
            found.setdefault(int("".join(numbers)), set()).add(str(path.relative_to(ROOT / "tests")))
    assert said == found
    assert list(said) == list(range(1, 55))
