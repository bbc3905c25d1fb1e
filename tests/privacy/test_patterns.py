"""The hospital's own patterns: simple ones are taken, others refuse the start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from itsm.privacy.detector import find
from itsm.privacy.patterns import BadPattern, check_simple, hospital

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("source", ["ZY[0-9]{8}", r"MZ\d{6,10}", "[A-C]?[0-9]{7}-[0-9]", "P1234[0-9]?"])
def test_a_simple_pattern_is_taken(source):
    assert check_simple(source) is None


@pytest.mark.parametrize(
    "source, complaint",
    [
        ("(a+)+[0-9]{8}", "are understood"),
        ("[0-9]+", "are understood"),
        ("ZY.*", "are understood"),
        ("ZY[0-9", "are understood"),
        ("[9-0]{8}", "at least 4 digits"),
        ("ZY[0-9]{3}", "at least 4 digits"),
        ("[0-9]?[0-9]?[0-9]?[0-9]?", "at least 4 digits"),
        ("", "at least 4 digits"),
        ("[0-9]{4}", "would mask 8120|would mask GD"),
        ("[0-9]{8}", "would mask 20261014"),
        ("GD[0-9]{8}", "would mask GD20261014"),
        ("[z-a][0-9]{8}", "no regular expression"),
    ],
)
def test_another_pattern_is_refused_with_a_sentence(source, complaint):
    with pytest.raises(BadPattern, match=complaint):
        check_simple(source)


def test_a_label_is_taken_literally_and_in_either_case():
    patterns = hospital(["MRN.", "卡(号)"], [])
    texts = ["mrn. 12345", "MRNx 12345", "卡(号)12345", "卡号12345"]
    assert [len(find(text, patterns)) for text in texts] == [1, 0, 1, 0]


def test_without_labels_nothing_is_looked_for_behind_one():
    assert hospital([], []) == ()


PROGRAM = "import django; django.setup(); from itsm.privacy import masked; print(masked('QX123456'))"


def start(**settings: str) -> subprocess.CompletedProcess:
    """Django's start-up with these settings."""
    known = {name: os.environ[name] for name in ("PATH", "DATABASE_URL") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**known, "DJANGO_SETTINGS_MODULE": "itsm.settings", "DEBUG": "1", **settings},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_pattern_of_the_settings_is_looked_for():
    assert start(PATIENT_NUMBER_PATTERNS="QX[0-9]{6} MZ[0-9]{8}").stdout == "****3456\n"


def test_a_bad_pattern_of_the_settings_refuses_to_start():
    refused = start(PATIENT_NUMBER_PATTERNS="(a+)+")
    assert (refused.returncode, "PATIENT_NUMBER_PATTERNS: '(a+)+'" in refused.stderr) == (1, True)
