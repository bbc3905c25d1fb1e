"""Pinyin initials: the likeliest reading first, words settle heteronyms, surnames read as such."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.accounts.initials import initials

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=80)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("消化内科", "xhnk"),
        ("重庆", "cq"),
        ("银行", "yh"),
        ("会计", "kj"),
        ("调度", "dd"),
        ("心血管内科", "xxgnk"),
    ],
)
def test_initials_of_known_words_have_one_reading(text, expected):
    assert initials(text) == expected


def test_initials_put_the_likeliest_reading_first():
    assert initials("重症医学科").split() == ["zzyxk", "czyxk", "tzyxk"]


def test_initials_vary_every_place_not_only_the_last():
    assert initials("重单").split() == ["zd", "cd", "zc", "td"]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("BUG待发版", "bugdfb"),
        ("放射科(CT/MR)", "fskctmr"),
        ("360视图", "360st"),
        ("ＩＣＵ３", "icu3"),
        ("网 络 组", "wlz"),
        ("（）/-", ""),
        ("", ""),
    ],
)
def test_initials_keep_letters_and_digits_and_drop_signs(text, expected):
    assert initials(text) == expected


@pytest.mark.parametrize(
    "name, expected",
    [
        ("王倩", "wq"),
        ("曾国", "zg"),
        ("单明", "sm"),
        ("仇和", "qh"),
        ("解明", "xm"),
        ("区明", "om"),
        ("查明", "zm"),
        ("尉明", "wm"),
        ("刘敏", "lm"),
        ("阚明", "km"),
    ],
)
def test_initials_of_a_person_read_the_surname(name, expected):
    assert initials(name, surname=True) == expected


@pytest.mark.parametrize(
    "name, expected", [("尉迟明", "ycm"), ("单于明", "cym"), ("长孙明", "zsm"), ("欧阳明", "oym"), ("万俟明", "mqm")]
)
def test_initials_of_a_person_read_a_surname_of_two(name, expected):
    assert initials(name, surname=True) == expected


@pytest.mark.parametrize("name, expected", [("乐明", ["ym", "lm"]), ("覃明", ["qm", "tm"]), ("翟明", ["zm", "dm"])])
def test_initials_of_a_person_give_both_readings_of_a_surname(name, expected):
    assert initials(name, surname=True).split() == expected


def test_initials_read_only_the_head_of_a_name_as_a_surname():
    assert initials("陈单", surname=True).split()[0] == "cd"


def test_initials_of_a_person_ignore_blanks_around_the_name():
    assert initials(" 王倩 ", surname=True) == "wq"


@pytest.mark.parametrize("surname", [True, False])
def test_initials_of_nothing_are_nothing(surname):
    assert initials("", surname=surname) == ""


@given(CHINESE, st.booleans())
def test_initials_fit_their_column_in_whole_readings(text, surname):
    found = initials(text, surname=surname)
    readings = found.split()
    assert len(found) <= max(40, len(text))
    assert len(readings) <= 4
    assert len(readings) == len(set(readings))


@given(st.text(max_size=60), st.booleans())
def test_initials_of_any_text_are_lower_case_ascii(text, surname):
    found = initials(text, surname=surname).replace(" ", "")
    assert found == "" or (found.isascii() and found.isalnum() and found == found.lower())
