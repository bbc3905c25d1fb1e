"""The pages of calendars and official holidays, as a desk lead uses them."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from itsm.catalog import calendar_seeding, holiday_sheets, holidays
from itsm.catalog.models import Calendar, CalendarVersion, HolidayDay, HolidayYear
from tests import factories
from tests.catalog import agreements
from tests.catalog.agreements import NOW
from tests.catalog.notices import TEXT_2026
from tests.catalog.test_calendars import NEXT, NOTICE
from tests.slas.rules import TABLES

pytestmark = pytest.mark.django_db
TEXT = TEXT_2026.replace("２０２６年", "2027年").replace("(周", "（周")
ENTER = "/catalog/holidays/enter/"


@pytest.fixture
def seeded():
    calendar_seeding.seed(lambda name, count: None, at=NOW)


@pytest.fixture
def manager(client):
    person = factories.user("PM")
    client.force_login(person)
    return person


def page(client, url, status=200, **sent):
    """The text of a page; sent words make it a POST."""
    answer = client.post(url, sent) if sent else client.get(url)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def typed(calendar, *rows, **changes):
    """What the form of the hours is sent. rows: first, last, name, windows."""
    calendar.refresh_from_db()
    names = ("first", "last", "name", "windows")
    cells = {
        f"exceptions-{number}-{name}": value
        for number, row in enumerate(rows)
        for name, value in zip(names, row, strict=True)
    }
    week = {f"weekday_{day}": "08:00-12:00 13:30-17:30" for day in range(5)}
    counts = {"exceptions-TOTAL_FORMS": len(rows), "exceptions-INITIAL_FORMS": 0}
    return {**week, **counts, **cells, "note": "调整", "seen": calendar.version, **changes}


def url(verb, calendar):
    return reverse(f"catalog:calendar_{verb}", kwargs={"calendar": calendar.pk})


# A calendar


def test_a_calendars_page_shows_week_year_and_versions(client, manager, seeded):
    shown = page(client, Calendar.objects.get(code="WORK").get_absolute_url() + "?year=2026")
    assert all(word in shown for word in ("星期一 – 星期五", "08:00–12:00 13:30–17:30", "2026年10月", "国庆节", "V1"))
    assert ('class="day is-off c-red" title="国庆节">1<small>休</small>' in shown, "is-work" in shown) == (True, True)


def test_a_year_without_a_table_is_said_and_not_drawn(client, manager, seeded):
    shown = page(client, Calendar.objects.get(code="WORK").get_absolute_url() + "?year=2027")
    assert ("2027年法定节假日尚未维护" in shown, 'class="month"' in shown) == (True, False)


@pytest.mark.parametrize("asked", ["9999", "x", "-1", "٢٠٢٦"])
def test_a_year_that_makes_no_sense_shows_this_one(client, manager, seeded, asked):
    assert page(client, f"{Calendar.objects.get(code='ALWAYS').get_absolute_url()}?year={asked}")


def test_drafting_leads_to_its_effect_and_publishing_counts(client, manager, seeded):
    calendar = Calendar.objects.get(code="WORK")
    answer = client.post(url("draft", calendar), typed(calendar, weekday_5="08:00-12:00", follows_holidays="on"))
    assert answer["Location"] == url("publish", calendar)
    shown = page(client, answer["Location"])
    assert all(word in shown for word in ("星期六", "时限会变化", "时限试算"))
    calendar.refresh_from_db()
    client.post(url("publish", calendar), {"seen": calendar.version})
    version = CalendarVersion.objects.current().get(calendar=calendar)
    assert (version.number, version.rules["weekly"]["5"]) == (2, [["08:00:00", "12:00:00"]])


def test_the_effect_shows_by_how_much_deadlines_move(client, manager, seeded):
    calendar = Calendar.objects.get(code="ALWAYS")
    client.post(url("draft", calendar), typed(calendar))
    shown = page(client, url("publish", calendar))
    assert ("推后" in shown, "提前" in shown) == (True, False)


def test_a_first_version_has_nothing_to_move(client, manager):
    calendar = Calendar.objects.create(code="NEU", name="新日历")
    client.post(url("draft", calendar), typed(calendar))
    shown = page(client, url("publish", calendar))
    assert ("首个版本" in shown, "现行到期" in shown) == (True, False)


def test_copying_monday_saves_nothing(client, manager):
    calendar = agreements.calendar()
    sent = typed(calendar, weekday_0="09:00-17:00", weekday_3="", copy="1")
    shown = page(client, url("draft", calendar), **sent)
    assert (shown.count('value="09:00-17:00"'), calendar.versions.count()) == (5, 1)


def test_enter_in_a_field_saves_instead_of_copying(client, manager):
    shown = page(client, url("draft", agreements.calendar()))
    assert shown.index('<button class="visually-hidden" type="submit"') < shown.index('name="copy"')


def test_every_empty_row_of_exceptions_has_names_of_its_own(client, manager):
    shown = page(client, url("draft", agreements.calendar()))
    assert [shown.count(f'name="exceptions-{row}-first"') for row in range(3)] == [1, 1, 1]


def test_exceptions_are_drafted_both_ways_and_shown_again(client, manager):
    calendar = agreements.calendar()
    rows = [
        ("2027-05-12", "", "护士节", "08:00-12:00"),
        ("2027-06-05", "2027-06-06", "义诊", "全天"),
        ("2027-07-01", "2027-07-03", "停诊", ""),
        ("", "", "", ""),
    ]
    client.post(url("draft", calendar), typed(calendar, *rows))
    kept = calendar.versions.get(state="draft").exceptions
    assert (list(kept), kept["2027-07-02"]) == (
        ["2027-05-12", "2027-06-05", "2027-06-06", "2027-07-01", "2027-07-02", "2027-07-03"],
        {"name": "停诊", "windows": []},
    )
    shown = page(client, url("draft", calendar))
    assert all(f'value="{value}"' in shown for row in rows[:3] for value in row[:3] if value)


@pytest.mark.parametrize(
    "rows, changes, sentence",
    [
        ([], {"weekday_0": "上午"}, "时段写成"),
        ([], {"weekday_1": "12:00-08:00"}, "结束时间必须晚于开始时间"),
        ([], {"weekday_2": "8:00-12:00 11:00-13:00"}, "时段有重叠"),
        ([], {"weekday_3": "13:00-14:00 8:00-12:00"}, "先后顺序"),
        ([], {f"weekday_{day}": "" for day in range(5)}, "没有任何工作时段"),
        ([], {"note": ""}, "字段"),
        ([("2027-05-12", "", "", "")], {}, "请填写名称"),
        ([("", "", "护士节", "")], {}, "请填写日期"),
        ([("2027-05-12", "2027-05-01", "护士节", "")], {}, "三个月内"),
        ([("2027-05-12", "", "a", ""), ("2027-05-11", "2027-05-13", "b", "")], {}, "2027-05-12出现在两行中"),
    ],
)
def test_hours_that_make_no_sense_are_said_and_nothing_is_saved(client, manager, rows, changes, sentence):
    calendar = agreements.calendar()
    shown = page(client, url("draft", calendar), 422, **typed(calendar, *rows, **changes))
    assert (sentence in shown, calendar.versions.filter(state="draft").exists()) == (True, False)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_an_exception_at_the_end_of_time_is_answered(client, manager, seeded, day):
    calendar = agreements.calendar()
    shown = client.post(url("draft", calendar), typed(calendar, (day, "", "停诊", "")))
    assert shown.status_code in (302, 422)
    for name in ("draft", "detail"):
        page(client, calendar.get_absolute_url() if name == "detail" else url("draft", calendar))


def test_a_removed_exception_is_gone(client, manager):
    calendar = agreements.calendar(exceptions={"2027-05-12": {"name": "护士节", "windows": []}})
    sent = typed(calendar, ("2027-05-12", "", "护士节", ""), **{"exceptions-0-remove": "on"})
    client.post(url("draft", calendar), sent)
    assert calendar.versions.get(state="draft").exceptions == {}


def test_publishing_what_was_not_seen_is_a_conflict(client, manager):
    calendar = agreements.calendar(drafted=True)
    assert client.post(url("publish", calendar), {"seen": calendar.version - 1}).status_code == 409
    assert client.post(url("publish", calendar), {}).status_code == 409


def test_the_page_offers_verbs_to_keepers_only(client):
    calendar = agreements.calendar(drafted=True)
    client.force_login(factories.user("DSK"))
    shown = page(client, calendar.get_absolute_url())
    assert ("放弃草稿" in shown, url("publish", calendar) in shown) == (False, False)


# Official holidays


@pytest.mark.parametrize(
    "day, word", [("2026-11-26", "还剩36天"), ("2026-12-20", "只剩12天"), ("2027-01-02", "缺少本年")]
)
def test_the_list_warns_of_the_missing_year(client, manager, seeded, monkeypatch, day, word):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: date.fromisoformat(day))
    shown = page(client, "/catalog/holidays/")
    assert (word in shown, ">2026</a>" in shown) == (True, True)


def test_a_years_page_shows_its_days_and_the_notice(client, manager, seeded):
    shown = page(client, "/catalog/holidays/2026/")
    assert all(word in shown for word in ("国办发明电〔2025〕7号", "春节", "2026-02-15 周日 – 2026-02-23 周一", "248"))
    assert "09:00" not in shown  # a table says nothing about hours


def test_a_notice_is_previewed_before_it_is_applied(client, manager, seeded):
    shown = page(client, ENTER, year=2027, text=TEXT, preview="1")
    assert all(word in shown for word in ("2027-10-01", "国庆节", "放假33天，调休上班6天"))
    assert ("调休上班日通常在周末" in shown, HolidayYear.objects.filter(pk=2027).exists()) == (True, False)


def test_apply_takes_exactly_the_previewed_days(client, manager, seeded):
    answer = client.post(ENTER, {"year": 2027, "text": TEXT, "preview": "1"})
    form = answer.context["form"]
    sent = {name: form.initial[name] for name in ("year", "text", "notice_no", "previewed", "seen")}
    done = client.post(ENTER, {**sent, "published_on": "2026-11-04", "apply": "1"})
    assert (done.status_code, HolidayDay.objects.filter(year=2027).count()) == (302, 39)
    assert CalendarVersion.objects.current().get(calendar__code="WORK").number == 2


def test_apply_of_a_text_that_was_not_previewed_shows_it_first(client, manager, seeded):
    sent = {"year": 2027, "text": TEXT, "notice_no": "1号", "published_on": "2026-11-04", "apply": "1"}
    shown = page(client, ENTER, 422, previewed="x", **sent)
    assert ("预览之后正文有改动" in shown, HolidayYear.objects.filter(pk=2027).exists()) == (True, False)


@pytest.mark.parametrize(
    "sent, sentence",
    [
        ({"year": 2028, "text": TEXT}, "正文是2027年的安排"),
        ({"year": 2027, "text": "明年另行通知"}, "没有识别出任何日期"),
        ({"year": 2026, "text": "元旦：1月1日放假。"}, "该年度已锁定"),
        ({"year": 1, "text": TEXT}, "2000"),
    ],
)
def test_a_notice_that_makes_no_sense_is_said(client, manager, seeded, sent, sentence):
    assert sentence in page(client, ENTER, 422, preview="1", **sent)


def test_apply_without_the_notices_number_is_refused(client, manager, seeded):
    sent = {"year": 2027, "text": "元旦：1月1日放假。", "apply": "1"}
    assert "作为这些日期的依据" in page(client, ENTER, 422, **sent)


def test_a_workbook_is_previewed_like_a_text(client, manager, seeded):
    days = [day._replace(date=day.date.replace(year=2027)) for day in TABLES[2026]]
    file = SimpleUploadedFile("2027.xlsx", holiday_sheets.workbook(days))
    answer = client.post(ENTER, {"year": 2027, "file": file, "preview": "1"})
    assert (answer.status_code, len(answer.context["rows"])) == (200, 39)
    assert "2027-10-01~2027-10-07 放假 国庆节" not in answer.context["form"].initial["text"]
    assert answer.context["form"].initial["text"].startswith("2027-01-01 放假 元旦")


@pytest.mark.parametrize(
    "row, sentence", [(("2027-01-01", "也许", "元旦"), "第2行"), (("元月一日", "放假", "元旦"), "第2行")]
)
def test_a_workbooks_wrong_row_is_named(client, manager, seeded, row, sentence):
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["日期", "放假或上班", "节日"])
    book.active.append(row)
    book.save(file)
    sent = {"year": 2027, "file": SimpleUploadedFile("2027.xlsx", file.getvalue()), "preview": "1"}
    assert sentence in page(client, ENTER, 422, **sent)


def test_correcting_a_year_shows_what_would_differ(client, manager, seeded):
    year = HolidayYear.objects.get(pk=2026)
    holidays.unlock(year, by=manager, at=NOW, reason="更正")
    shown = page(client, f"{ENTER}?year=2026")
    assert "2026-10-01~2026-10-07 放假 国庆节" in shown
    text = "2026-09-03 放假 纪念日\n" + client.get(f"{ENTER}?year=2026").context["form"].initial["text"]
    shown = page(client, ENTER, year=2026, text=text, preview="1")
    assert ("有1天与现有不同" in shown, "2026-09-03 周四" in shown) == (True, True)


def test_the_blank_workbook_has_the_three_columns(client, manager):
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/catalog/holidays/blank.xlsx").content)).active
    assert [cell.value for cell in sheet[1]] == ["日期", "放假或上班", "节日"]


def test_unlocking_takes_a_reason(client, manager, seeded):
    page(client, "/catalog/holidays/2026/unlock/", 422, reason=" ")
    client.post("/catalog/holidays/2026/unlock/", {"reason": "漏了一天"})
    assert not HolidayYear.objects.get(pk=2026).is_locked


# For programs


def test_the_api_gives_rules_and_holidays(client, manager, seeded):
    listed = client.get("/api/v1/calendars/").json()["results"]
    assert [(row["code"], row["number"], row["rules"]["years"]) for row in listed] == [
        ("WORK", 1, [2024, 2025, 2026]),
        ("ALWAYS", 1, None),
    ]
    day = client.get("/api/v1/holidays/").json()["results"][0]
    assert {name: day[name] for name in ("year_id", "date", "kind", "name")} == {
        "year_id": 2024,
        "date": "2024-01-01",
        "kind": "off",
        "name": "元旦",
    }


def test_the_api_shows_a_calendar_that_was_never_published(client, manager):
    Calendar.objects.create(code="NEU", name="新日历")
    (row,) = client.get("/api/v1/calendars/").json()["results"]
    assert (row["number"], row["rules"]) == (None, None)


def test_a_year_that_is_loaded_comes_into_the_calendars_page(client, manager, seeded):
    holidays.load(2027, by=manager, at=NOW, notice=NOTICE, days=NEXT)
    shown = page(client, Calendar.objects.get(code="WORK").get_absolute_url())
    assert ("新增节假日年度：2027" in shown, "2024、2025、2026、2027" in shown) == (True, True)


def test_discard_leaves_no_draft(client, manager):
    calendar = agreements.calendar(drafted=True)
    assert client.post(url("discard", calendar)).status_code == 302
    assert [version.number for version in calendar.versions.all()] == [1]
