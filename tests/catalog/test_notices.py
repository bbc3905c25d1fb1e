"""A notice's text becomes days, and what is odd about them is asked."""

from datetime import date

import pytest

from itsm.catalog import notices
from itsm.catalog.calendar_rules import OFF, WORK, Holiday
from itsm.catalog.notices import Doubt
from tests.catalog.notices import TEXT_2024, TEXTS
from tests.slas.rules import TABLES


def kinds(days):
    return {str(day.date): (day.kind, day.name) for day in days}


def questions(text, year=None):
    return [(question.doubt, question.about) for question in notices.read(text, year).questions]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_read_finds_every_day_of_the_official_table(year):
    assert kinds(notices.read(TEXTS[year]).days) == kinds(TABLES[year])


@pytest.mark.parametrize(
    "year, number, signed",
    [
        (2024, "国办发明电〔2023〕7号", date(2023, 10, 25)),
        (2025, "国办发明电〔2024〕12号", date(2024, 11, 12)),
        (2026, "国办发明电〔2025〕7号", date(2025, 11, 4)),
    ],
)
def test_read_finds_year_number_and_date(year, number, signed):
    found = notices.read(TEXTS[year])
    assert (found.year, found.notice_no, found.published_on) == (year, number, signed)


@pytest.mark.parametrize("year", [2025, 2026])
def test_an_official_text_raises_no_question(year):
    assert notices.read(TEXTS[year]).questions == ()


def test_a_day_that_may_be_given_off_is_no_day_off_but_told():
    assert questions(TEXT_2024) == [(Doubt.UNREAD, "除夕(2月9日)可以安排休息")]


def test_read_without_any_year_finds_nothing():
    assert notices.read("国庆节：10月1日至7日放假。")[:4] == (None, "", None, ())


def test_read_takes_the_year_that_is_given():
    assert [str(day.date) for day in notices.read("元旦：1月1日放假。", 2027).days] == ["2027-01-01"]


@pytest.mark.parametrize(
    "sentence, asked",
    [
        ("国庆节：10月1日（周六）至7日（周四）放假，共7天。", (Doubt.WEEKDAY, "2027-10-01")),
        ("国庆节：10月1日至7日放假，共8天。", (Doubt.COUNT, "国庆节")),
        ("国庆节：10月1日至7日放假。10月11日上班。", (Doubt.NO_WEEKEND, "2027-10-11")),
        ("国庆节：10月1日至7日放假。10月2日上班。", (Doubt.BOTH, "2027-10-02")),
        ("元旦：2026年12月31日至2027年1月2日放假。", (Doubt.OTHER_YEAR, "2026-12-31")),
        ("元旦：2月30日放假。", (Doubt.UNREAD, "2月30日放假")),
        ("元旦：1月3日至1日放假。", (Doubt.UNREAD, "1月3日至1日放假")),
        ("元旦：1月1日至12月31日放假。", (Doubt.UNREAD, "1月1日至12月31日放假")),
        ("元旦：1月1日另行通知。", (Doubt.UNREAD, "1月1日另行通知")),
        ("元旦：1月1日放假。", (Doubt.MISSING, "春节")),
        ("元旦：1月1日至31日放假。春节：2月1日至20日放假。", (Doubt.WORKDAYS, "2027")),
    ],
)
def test_what_is_odd_is_asked(sentence, asked):
    assert asked in questions(sentence, 2027)


def test_every_kind_of_doubt_is_tested():
    tested = test_what_is_odd_is_asked.pytestmark[0].args[1]
    assert {doubt for _sentence, (doubt, _about) in tested} == set(Doubt)


@pytest.mark.parametrize("year, count", [(2024, 251), (2025, 248), (2026, 248)])
def test_workdays_of_an_official_year(year, count):
    assert notices.workdays(year, TABLES[year]) == count


def test_compare_shows_what_comes_goes_and_changes():
    first, second, third = (date(2027, 1, day) for day in (1, 2, 3))
    before = [Holiday(first, OFF, "元旦"), Holiday(second, OFF, "元旦")]
    after = [Holiday(first, OFF, "元旦"), Holiday(second, WORK, "元旦"), Holiday(third, OFF, "元旦")]
    found = notices.compare(before, after)
    assert [(change.date, change.is_same) for change in found] == [(first, True), (second, False), (third, False)]
    assert (found[2].before, notices.compare(after, before)[2].after) == (None, None)


def test_a_line_broken_within_a_sentence_is_read_on():
    text = "国庆节：10月1日至\n7日放假调\n休，共7天。\n元旦：1月1日放假\n春节：2月6日放假"
    assert [str(day.date)[5:] for day in notices.read(text, 2027).days] == [
        "01-01",
        "02-06",
        *(f"10-0{day}" for day in range(1, 8)),
    ]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_plain_lines_are_read_back(year):
    found = notices.read(notices.plain(TABLES[year]), year)
    assert (kinds(found.days), found.questions) == (kinds(TABLES[year]), ())


@pytest.mark.parametrize(
    "line", ["2027-13-01 放假 元旦", "2027-01-01 休息 元旦", "2027-01-01 放假", "2027-01-03~2027-01-01 放假 元旦"]
)
def test_a_plain_line_that_makes_no_sense_is_told(line):
    assert (Doubt.UNREAD, line) in questions(line, 2027)


@pytest.mark.parametrize("text", ["", "日日日", "1月日", "至至至", "元旦：", "1" * 5000, "(" * 5000, "一、" * 3000])
def test_read_of_anything_ends(text):
    assert notices.read(text, 2027).days == ()
