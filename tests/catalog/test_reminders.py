"""Reminders of what expires (R54, R70, R100): once per level, strongest level after a silence."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from itsm.catalog import contracts, reminders, years
from itsm.catalog.models import Paper
from itsm.notifications.models import Message
from tests import factories
from tests.catalog.agreements import NOW, paper, signed

pytestmark = pytest.mark.django_db
END = date(2026, 12, 31)


@pytest.fixture
def manager(db: None) -> object:
    return factories.user("PM")


def run(*days_before: int) -> list[int]:
    """How many were told by a run so many days before the end, one run after the other."""
    return [reminders.remind(on=END - timedelta(days=days), at=NOW) for days in days_before]


def titles() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("title", flat=True))


def test_a_paper_reminds_at_90_60_30_days_and_on_the_day(manager):
    paper(expires_on=END)
    assert run(91, 90, 89, 61, 60, 59, 31, 30, 29, 1, 0, -1) == [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0]


def test_a_second_run_of_the_day_tells_nobody(manager):
    paper(expires_on=END)
    assert run(60, 60) == [1, 0]


def test_after_a_silence_only_the_strongest_level_is_told(manager):
    paper(expires_on=END)
    assert run(95, 20, 19) == [0, 1, 0]
    assert Message.objects.get().dedup_key.split(":")[4] == "30"


def test_a_renewed_paper_reminds_anew(manager):
    kept = paper(expires_on=END)
    run(30)
    Paper.objects.filter(pk=kept.pk).update(expires_on=END + timedelta(days=1))
    assert run(29) == [1]


def test_a_withdrawn_paper_reminds_nobody(manager):
    paper(expires_on=END, is_active=False)
    assert run(30) == [0]


def test_a_paper_without_an_end_reminds_nobody(manager):
    paper(expires_on=None)
    assert run(0) == [0]


def test_project_manager_and_hospital_it_are_told(db):
    for role in ("PM", "HIT", "HLD", "DSK", "ENG", "VND", "SYS"):
        factories.user(role, work_number=role)
    factories.user("PM", work_number="left", is_active=False)
    paper(expires_on=END)
    run(30)
    assert sorted(Message.objects.values_list("recipient__work_number", flat=True)) == ["HIT", "HLD", "PM"]


def test_the_notice_names_the_thing_and_leads_to_it(manager):
    kept = paper(expires_on=END, name="HIS 原厂授权书")
    run(30)
    message = Message.objects.get()
    assert ("HIS 原厂授权书" in message.title, "30" in message.title, message.url) == (
        True,
        True,
        kept.get_absolute_url(),
    )


@pytest.mark.parametrize("days_before, words", [(30, "30"), (0, "今天"), (-3, "2026-12-31")])
def test_the_notice_says_how_near_it_is(manager, days_before, words):
    paper(expires_on=END)
    run(days_before)
    assert words in titles()[0]


# The yearly renewal (R100)


def test_a_contract_year_reminds_until_it_is_renewed(manager):
    contract = signed()
    on = date(2026, 12, 5)
    assert reminders.remind(on=on, at=NOW) == 1
    year = contract.years.get(index=1)
    years.evaluate(year, by=None, at=NOW, evaluation="qualified", note="")
    years.decide(year, by=None, at=NOW, decision="renewed")
    assert reminders.remind(on=date(2027, 1, 4), at=NOW) == 0


def test_rectification_first_keeps_reminding(manager):
    contract = signed()
    year = contract.years.get(index=1)
    years.evaluate(year, by=None, at=NOW, evaluation="basic", note="")
    years.decide(year, by=None, at=NOW, decision="rectify")
    assert reminders.remind(on=date(2026, 12, 5), at=NOW) == 1


def test_the_contract_reminds_of_its_end_once_beside_its_last_year(manager):
    contract = signed()
    year = contract.years.get(index=1)
    years.evaluate(year, by=None, at=NOW, evaluation="qualified", note="")
    years.decide(year, by=None, at=NOW, decision="renewed")
    assert reminders.remind(on=date(2027, 12, 5), at=NOW) == 1


def test_an_ended_contract_reminds_nobody(manager):
    contracts.end(signed(), by=None, at=NOW, reason="协商终止")
    assert reminders.remind(on=date(2027, 12, 5), at=NOW) == 0


# The list of 180 days


def test_expiring_lists_180_days_and_what_is_over():
    on = date(2026, 6, 1)
    for days in (-10, 0, 180, 181):
        paper(name=str(days), issued_on=date(2026, 1, 1), expires_on=on + timedelta(days=days))
    assert [row.name for row in reminders.expiring(on)] == ["-10", "0", "180"]


def test_expiring_asks_the_same_number_of_queries_for_one_paper_and_for_three(django_assert_num_queries):
    for _ in range(2):
        paper(expires_on=END, system=factories.system())
        with django_assert_num_queries(3):
            reminders.expiring(END)


def test_the_command_tells_how_many(manager):
    paper(expires_on=END)
    out = StringIO()
    call_command("remind_expiries", on=END, stdout=out)
    assert out.getvalue() == "1 reminders were written.\n"
