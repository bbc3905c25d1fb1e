"""Why a deadline is what it is: the steps add up, and page, command and API say the same."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from slas import elapsed, explain
from slas.explain import Stretch
from tests import factories
from tests.factories import at

HOURS = [["08:00:00", "12:00:00"], ["13:30:00", "17:30:00"]]
WORK = elapsed.Calendar.compile(
    {
        "zone": "Asia/Shanghai",
        "weekly": {str(day): HOURS if day < 5 else [] for day in range(7)},
        "days": {"2026-10-01": {"name": "国庆节", "windows": []}, "2026-10-10": {"name": "调休上班", "windows": HOURS}},
        "years": [2026],
    }
)
GOLDEN = [  # start, minutes, due: computed from the State Council's tables
    ("2026-02-13 16:30", 240, "2026-02-14 11:00"),
    ("2026-02-16 10:00", 60, "2026-02-24 09:00"),
    ("2026-01-02 09:00", 30, "2026-01-04 08:30"),
    ("2026-02-28 11:30", 60, "2026-02-28 14:00"),
    ("2026-04-03 17:00", 480, "2026-04-07 17:00"),
    ("2026-09-30 15:00", 480, "2026-10-08 15:00"),
    ("2026-09-30 15:00", 960, "2026-10-09 15:00"),
    ("2026-07-03 17:29", 2, "2026-07-06 08:01"),
]


def counted(found: explain.Explanation) -> int:
    return sum(line.seconds for line in found.lines if line.kind == explain.DAY)


moments = st.integers(0, 200 * 86400).map(lambda seconds: datetime(2026, 2, 1, tzinfo=UTC) + timedelta(seconds=seconds))


@given(
    moments,
    st.integers(0, 40 * 3600),
    st.lists(st.tuples(st.integers(0, 400_000), st.integers(0, 200_000)), max_size=4),
)
def test_the_counted_steps_add_up_to_the_target(start, target, raw):
    spans = [(start + timedelta(seconds=after), timedelta(seconds=length)) for after, length in raw]
    pauses = [Stretch(begin, begin + length, "x") for begin, length in spans]
    found = explain.explain(WORK, start, target, pauses)
    assert (counted(found), found.lines[-1].kind, found.lines[-1].counted) == (target, explain.DUE, target)


@given(moments, st.integers(1, 40 * 3600))
def test_without_pauses_it_is_the_deadline_of_the_clock(start, target):
    assert explain.explain(WORK, start, target).due == elapsed.due(WORK, start, target)


def test_t3_a_holiday_is_a_step_with_its_name():
    found = explain.explain(WORK, at("2026-09-30 17:00"), 3600)
    named = [(line.kind, line.name) for line in found.lines if line.name]
    assert (named, found.due) == ([("closed", "国庆节")], at("2026-10-02 08:30"))


def test_a_pause_is_left_out_and_said():
    pause = Stretch(at("2026-09-30 15:20"), at("2026-09-30 16:20"), "requester")
    found = explain.explain(WORK, at("2026-09-30 15:00"), 3600, [pause])
    [line] = [line for line in found.lines if line.kind == explain.PAUSE]
    assert (line.name, line.seconds, found.due) == ("requester", 3600, at("2026-09-30 17:00"))


def test_an_open_pause_leaves_the_deadline_open():
    found = explain.explain(WORK, at("2026-09-30 15:00"), 3600, [Stretch(at("2026-09-30 15:20"), None, "requester")])
    assert (found.due, found.left, found.lines[-1].kind) == (None, 2400, explain.WAITS)


def test_a_missing_year_is_named_and_nothing_guessed():
    found = explain.explain(WORK, at("2026-12-31 17:00"), 3600)
    assert (found.due, found.missing_year) == (None, 2027)


@pytest.fixture
def reader(client, db):
    factories.work_calendar()
    client.force_login(factories.user("ENG"))
    return client


def command(*words: str) -> str:
    out = io.StringIO()
    call_command("explain_due", *words, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("start, minutes, due", GOLDEN)
def test_page_command_and_api_agree_on_the_golden_vectors(reader, start, minutes, due):
    asked = {"calendar": "WORK", "start": start.replace(" ", "T"), "minutes": minutes}
    shell = json.loads(command("--calendar=WORK", f"--start={start}", f"--minutes={minutes}", "--json"))
    api = reader.get("/api/v1/deadline/", asked).json()
    page = reader.get("/slas/calculator/", asked)
    assert shell == api
    assert datetime.fromisoformat(api["due"]) == at(due) == page.context["answer"].explanation.due
    assert sum(step["seconds"] for step in api["steps"] if step["kind"] == "day") == minutes * 60


def test_the_command_ends_with_a_sentence_where_a_year_is_missing(db):
    factories.work_calendar()
    with pytest.raises(CommandError, match="2027"):
        command("--calendar=WORK", "--start=2026-12-31 17:00", "--minutes=60")


@pytest.mark.parametrize(
    "asked",
    [
        {"minutes": 0}, {"minutes": 10**6}, {"minutes": "x"}, {"start": "gestern"}, {"calendar": "NONE"},
        {"minutes": ""}, {"start": "9999-12-31T23:00"}, {"start": "0001-01-01T00:00"},
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_a_sentence(reader, asked):
    words = {"calendar": "WORK", "start": "2026-09-30T15:00", "minutes": 60, **asked}
    page, api = reader.get("/slas/calculator/", words), reader.get("/api/v1/deadline/", words)
    assert (page.status_code, api.status_code in (400, 422)) == (422, True) or _is_missing_year(page)


def _is_missing_year(page) -> bool:
    return page.status_code == 200 and page.context["answer"].explanation.missing_year is not None


def test_by_the_agreement_it_says_which_row_held(reader):
    factories.contract(at=at("2026-01-01 00:00"))
    page = reader.get("/slas/calculator/", {"start": "2026-09-30T15:00", "priority": "P3", "kind": "resolution"})
    answer = page.context["answer"]
    assert (answer.minutes, answer.calendar, answer.explanation.due) == (480, "工作时间", at("2026-10-08 15:00"))
