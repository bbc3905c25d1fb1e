"""Calendars and official tables: drafted, published, frozen; a table's change publishes what follows it."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from itsm import wiring
from itsm.audit.models import Event
from itsm.catalog import calendar_rules, calendar_seeding, calendars, holidays, registry
from itsm.catalog.calendar_rules import OFF, WORK, Holiday
from itsm.catalog.events import CalendarPublished
from itsm.catalog.holidays import Notice
from itsm.catalog.models import Calendar, CalendarVersion, HolidayDay, HolidayYear
from itsm.errors import Conflict, FieldsRefused, NotAllowed, TransitionRefused
from tests import factories
from tests.factories import at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-20 09:00")
DAY = [["08:00:00", "12:00:00"], ["13:30:00", "17:30:00"]]
WEEK = {**{str(weekday): DAY for weekday in range(5)}, "5": [], "6": []}
NOTICE = Notice("国办发明电〔2026〕9号", date(2026, 11, 5), "国务院办公厅")
NEXT = [Holiday(date(2027, 1, 1), OFF, "元旦"), Holiday(date(2027, 1, 9), WORK, "元旦")]


@pytest.fixture
def seeded():
    calendar_seeding.seed(lambda name, count: None, at=NOW)


def form(**changes):
    return {"weekly": WEEK, "exceptions": {}, "follows_holidays": True, "makeup_windows": None, **changes}


def new(**changes):
    manager = factories.user("PM")
    calendar = registry.create(Calendar, by=manager, at=NOW, values={"code": "NIGHT", "name": "夜班"})
    calendars.draft(calendar, by=manager, at=NOW, form=form(**changes))
    return calendar, manager


def current(code):
    return CalendarVersion.objects.current().get(calendar__code=code)


@pytest.fixture
def heard(monkeypatch):
    events = []
    monkeypatch.setitem(wiring.REACTIONS, CalendarPublished, [events.append])
    return events


# What a new installation has


@pytest.mark.parametrize("year, off, work", [(2024, 28, 8), (2025, 28, 5), (2026, 33, 6)])
def test_seeding_loads_the_official_years(seeded, year, off, work):
    kinds = list(HolidayDay.objects.filter(year=year).values_list("kind", flat=True))
    assert (kinds.count("off"), kinds.count("work"), len(kinds)) == (off, work, off + work)


@pytest.mark.parametrize("year, workdays", [(2024, 251), (2025, 248), (2026, 248)])
def test_a_seeded_year_has_as_many_workdays_as_the_notice_makes(seeded, year, workdays):
    rules = current("WORK").rules
    assert sum(bool(calendar_rules.windows_of(rules, day)) for day in calendar_rules.days_of(year)) == workdays


def test_seeding_publishes_working_time_and_always(seeded):
    versions = CalendarVersion.objects.current().order_by("calendar__code")
    assert [(row.calendar.code, row.number, row.rules["years"]) for row in versions] == [
        ("ALWAYS", 1, None),
        ("WORK", 1, [2024, 2025, 2026]),
    ]


def test_seeding_again_changes_nothing(seeded):
    counts = {}
    calendar_seeding.seed(counts.__setitem__, at=NOW + timedelta(days=1))
    assert (counts, CalendarVersion.objects.count()) == ({"holiday years": 0, "calendars": 0}, 2)


# Drafts and versions


def test_publish_numbers_and_freezes_the_draft(seeded):
    calendar, manager = new()
    version = calendars.publish(calendar, by=manager, at=NOW)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        CalendarVersion.objects.filter(pk=version.pk).update(note="anders")
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_calendarversion WHERE id = %s", [version.pk])
    assert (version.number, version.rules["weekly"]) == (1, WEEK)


def test_publish_without_a_draft_is_refused(seeded):
    with pytest.raises(TransitionRefused):
        calendars.publish(Calendar.objects.get(code="WORK"), by=factories.user("PM"), at=NOW)


@pytest.mark.parametrize("verb", ["draft", "publish", "discard"])
def test_a_desk_agent_may_not_change_a_calendar(verb):
    calendar, _manager = new()
    words = {"form": form()} if verb == "draft" else {}
    with pytest.raises(NotAllowed):
        getattr(calendars, verb)(calendar, by=factories.user("DSK"), at=NOW, **words)


def test_discard_leaves_what_is_published():
    calendar, manager = new()
    calendars.publish(calendar, by=manager, at=NOW)
    calendars.draft(calendar, by=manager, at=NOW, form=form(follows_holidays=False))
    calendars.discard(calendar, by=manager, at=NOW)
    assert [version.number for version in calendar.versions.all()] == [1]


def test_draft_of_a_stale_page_is_a_conflict():
    calendar, manager = new()
    calendar.refresh_from_db()
    seen = calendar.version
    calendars.draft(calendar, by=manager, at=NOW, form=form(), seen=seen)
    with pytest.raises(Conflict):
        calendars.draft(calendar, by=manager, at=NOW, form=form(), seen=seen)


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"weekly": {}}, ""),
        ({"weekly": {"0": [["08:00:00", "08:00:00"]]}}, "weekday_0"),
        ({"weekly": {"0": [["08:00:00", "12:00:00"], ["11:00:00", "13:00:00"]]}}, "weekday_0"),
        ({"weekly": {"2": [["13:00:00", "14:00:00"], ["08:00:00", "12:00:00"]]}}, "weekday_2"),
        ({"weekly": {"2": [["8点", "12:00:00"]]}}, "weekday_2"),
        ({"exceptions": {"2026-05-12": {"name": "护士节", "windows": [["12:00:00", "08:00:00"]]}}}, "exceptions"),
        ({"makeup_windows": [["24:00:00", "25:00:00"]]}, "makeup_windows"),
    ],
)
def test_draft_that_makes_no_sense_is_refused_at_its_field(changes, field):
    calendar, manager = new()
    with pytest.raises(FieldsRefused) as refused:
        calendars.draft(calendar, by=manager, at=NOW, form=form(**changes))
    assert list(refused.value.errors) == [field]


def test_publish_tells_whether_the_answers_stay(heard):
    calendar, manager = new(follows_holidays=False)
    calendars.publish(calendar, by=manager, at=NOW)
    calendars.draft(calendar, by=manager, at=NOW, form=form(follows_holidays=False))
    calendars.publish(calendar, by=manager, at=NOW)
    calendars.draft(calendar, by=manager, at=NOW, form=form(weekly={**WEEK, "5": DAY}, follows_holidays=False))
    calendars.publish(calendar, by=manager, at=NOW)
    assert [event.extends for event in heard] == [True, True, False]


# Official tables


def test_load_publishes_whatever_follows_the_holidays(seeded, heard):
    holidays.load(2027, by=factories.user("HIT"), at=NOW, notice=NOTICE, days=NEXT)
    version = current("WORK")
    assert (version.number, version.rules["years"], current("ALWAYS").number) == (2, [2024, 2025, 2026, 2027], 1)
    assert heard == [CalendarPublished(version.calendar_id, version.pk, extends=True, at=NOW)]
    assert version.rules["days"]["2027-01-09"] == {"name": "元旦调休上班", "windows": DAY}


def test_t4_load_again_changes_no_day_and_publishes_nothing(seeded, heard):
    manager = factories.user("PM")
    year = holidays.load(2027, by=manager, at=NOW, notice=NOTICE, days=NEXT)
    holidays.unlock(year, by=manager, at=NOW, reason="核对")
    holidays.load(2027, by=manager, at=NOW, notice=NOTICE, days=[*NEXT, *NEXT])
    assert (HolidayDay.objects.filter(year=2027).count(), len(heard)) == (2, 1)


def test_load_of_a_locked_year_is_refused(seeded):
    with pytest.raises(TransitionRefused):
        holidays.load(2026, by=factories.user("PM"), at=NOW, notice=NOTICE, days=[])


def test_a_corrected_year_does_not_extend_what_was(seeded, heard):
    manager, year = factories.user("PM"), HolidayYear.objects.get(pk=2026)
    holidays.unlock(year, by=manager, at=NOW, reason="补录抗战纪念日")
    days = [Holiday(row.date, row.kind, row.name) for row in year.days.all()]
    holidays.load(2026, by=manager, at=NOW, notice=NOTICE, days=[*days, Holiday(date(2026, 9, 3), OFF, "纪念日")])
    event = Event.objects.filter(verb="catalog.load_holidays").latest("pk")
    assert ([event.extends for event in heard], event.detail["changes"]) == (
        [False],
        {"2026-09-03": ["", "off 纪念日"]},
    )


def test_load_of_a_stale_page_is_a_conflict(seeded):
    with pytest.raises(Conflict):
        holidays.load(2027, by=factories.user("PM"), at=NOW, notice=NOTICE, days=NEXT, seen=1)


@pytest.mark.parametrize("days", [[], [Holiday(date(2026, 1, 1), OFF, "元旦")], [NEXT[0], NEXT[0]._replace(kind=WORK)]])
def test_load_of_no_days_foreign_days_or_contradictions_is_refused(days):
    with pytest.raises(FieldsRefused):
        holidays.load(2027, by=factories.user("PM"), at=NOW, notice=NOTICE, days=days)


def test_the_database_refuses_a_day_outside_its_year(seeded):
    with pytest.raises(DatabaseError, match="holiday_day_in_year"), transaction.atomic():
        HolidayDay.objects.create(year_id=2026, date=date(2025, 12, 31), kind="off", name="除夕")
