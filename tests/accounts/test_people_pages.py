"""The register of people and the own account, through requests."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from itsm.accounts.models import User
from tests import factories
from tests.accounts.signing import account as with_password
from tests.accounts.signing import acts, device, signed_in
from tests.tickets.stages import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(client: Client) -> Client:
    """The system administrator's browser."""
    client.force_login(factories.user("SYS", work_number="zz-sys"))
    return client


@pytest.fixture
def security() -> Client:
    """The security administrator's browser."""
    browser = Client()
    browser.force_login(factories.user("SEC", work_number="zz-sec"))
    return browser


def numbers(client: Client, **asked: object) -> list[str]:
    page = client.get("/people/", asked)
    return [person.work_number for person in page.context["people"] if not person.work_number.startswith("zz-")]


def test_people_are_listed_by_work_number(system):
    for number in ("b2", "a1", "c3"):
        factories.user("ENG", work_number=number)
    assert numbers(system) == ["a1", "b2", "c3"]


@pytest.mark.parametrize("words", ["马超", "mc", "MC", "a1", "8131", "马 8131"])
def test_people_are_found_by_name_pinyin_number_and_phone(system, words):
    factories.user("ENG", work_number="a1", name="马超", initials="mc", phone="8131")
    factories.user("ENG", work_number="b2", name="郑凯", initials="zk", phone="8132")
    assert numbers(system, q=words) == ["a1"]


def test_people_are_narrowed_by_role_department_and_company(system):
    department, vendor = factories.department(), factories.vendor()
    factories.user("ENG", work_number="a1", department=department, vendor=vendor)
    factories.user("DSK", work_number="b2")
    found = [
        numbers(system, **asked) for asked in ({"role": "ENG"}, {"department": department.pk}, {"vendor": vendor.pk})
    ]
    assert found == [["a1"]] * 3


def test_closed_accounts_stand_apart(system):
    factories.user("ENG", work_number="open")
    factories.user("ENG", work_number="closed", is_active=False)
    factories.user("ENG", work_number="left", left_on=timezone.localdate() - timedelta(days=1))
    found = [numbers(system), numbers(system, active="no"), numbers(system, active="all")]
    assert found == [["open"], ["closed", "left"], ["closed", "left", "open"]]


@pytest.mark.parametrize(
    "asked", [{"role": "XXX"}, {"department": "x"}, {"vendor": "-1"}, {"q": "a\x00b"}, {"after": "?"}]
)
def test_a_filter_that_makes_no_sense_is_left_out(system, asked):
    factories.user("ENG", work_number="a1")
    assert numbers(system, **asked) == ["a1"]


def test_people_are_paged(system):
    for n in range(51):
        factories.user("ENG", work_number=f"n{n:03d}")
    first = system.get("/people/")
    second = system.get(f"/people/{first.context['pager'].older_url}")
    assert [len(page.context["people"]) for page in (first, second)] == [50, 2]


def test_the_list_costs_the_same_for_one_and_three_people(system, django_assert_num_queries):
    department, vendor = factories.department(), factories.vendor()
    factories.user("ENG", department=department, vendor=vendor)
    system.get("/people/")
    with django_assert_num_queries(6):
        system.get("/people/")
    for _n in range(2):
        factories.user("ENG", department=factories.department(), vendor=vendor)
    with django_assert_num_queries(6):
        system.get("/people/")


def test_reading_a_person_is_audited(system):
    person = factories.user("ENG", work_number="a1")
    system.get(f"/people/{person.pk}/")
    assert acts("read") == [("a1", "done")]


def test_the_page_tells_how_many_tickets_are_in_hand_and_nothing_of_them(system, hospital):
    desk = Desk()
    ticket = desk.ticket("in_progress", description="打印机卡纸")
    page = system.get(f"/people/{desk.engineer.pk}/")
    text = page.content.decode()
    assert ([work.count for work in page.context["held"]], ticket.number in text, "卡纸" in text) == ([1], False, False)


def test_new_shows_the_temporary_password_once(system):
    page = system.post("/people/new/", {"work_number": "g1001", "name": "单晓明"})
    person = User.objects.get(work_number="g1001")
    password = page.context["password"]
    again = system.get(f"/people/{person.pk}/").content.decode()
    assert (person.check_password(password), password in page.content.decode(), password in again) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize("number", ["a1", "A1", "", "a b", "中文", "x" * 31])
def test_new_with_a_bad_number_keeps_what_was_typed(system, number):
    factories.user("ENG", work_number="a1")
    page = system.post("/people/new/", {"work_number": number, "name": "单晓明"})
    assert (page.status_code, "单晓明" in page.content.decode(), User.objects.filter(name="单晓明").count()) == (
        422,
        True,
        0,
    )


def test_new_takes_no_roles_from_the_form(system):
    system.post("/people/new/", {"work_number": "g1001", "name": "单晓明", "roles": ["SYS"], "sees_department": "on"})
    person = User.objects.get(work_number="g1001")
    assert (person.roles, person.sees_department) == (["CLI"], False)


def test_edit_of_a_stale_page_is_answered_409(system):
    person = factories.user("ENG", name="甲")
    system.post(f"/people/{person.pk}/edit/", {"version": 1, "name": "乙"})
    assert system.post(f"/people/{person.pk}/edit/", {"version": 1, "name": "丙"}).status_code == 409


def test_grant_holds_at_once(security):
    person = factories.user("CLI")
    security.post(f"/people/{person.pk}/roles/", {"roles": ["CLI", "DSK"], "reason": "调岗"})
    person.refresh_from_db()
    assert person.roles == ["CLI", "DSK"]


def test_grant_without_a_reason_changes_nothing(security):
    person = factories.user("CLI")
    response = security.post(f"/people/{person.pk}/roles/", {"roles": ["DSK"]})
    person.refresh_from_db()
    assert (response.status_code, person.roles) == (422, ["CLI"])


def test_grant_of_two_offices_is_refused_in_a_sentence(security):
    person = factories.user("CLI")
    response = security.post(f"/people/{person.pk}/roles/", {"roles": ["SYS", "AUD"], "reason": "x"})
    assert (response.status_code, "必须由不同的人担任" in response.content.decode()) == (422, True)


def test_each_administrator_is_offered_only_the_own_verbs(system, security):
    person = factories.user("ENG")
    device(person)
    offered = [
        {verb for verb, may in browser.get(f"/people/{person.pk}/").context["can"].items() if may}
        for browser in (system, security)
    ]
    assert offered == [{"edit", "deactivate", "reset_password"}, {"grant", "reset_second_factor"}]


def test_own_account_changes_only_what_is_ones_own(client):
    person = factories.user("ENG", name="甲")
    client.force_login(person)
    client.post("/account/", {"name": "乙", "phone": "99", "email": "", "roles": "SYS", "work_number": "x"})
    fresh = User.objects.get(pk=person.pk)
    assert (fresh.name, fresh.phone, fresh.roles, fresh.work_number) == ("乙", "99", ["ENG"], person.work_number)


def test_own_account_lists_the_live_sessions():
    person = with_password()
    here = signed_in(person)
    signed_in(person)
    assert len(here.get("/account/").context["sessions"]) == 2


@pytest.mark.parametrize("role", ["SYS", "SEC", "AUD"])
def test_an_administrator_reads_no_business_records(role, client, hospital):
    desk = Desk()
    ticket = desk.ticket("in_progress")
    client.force_login(factories.user(role))
    found = [client.get(path).status_code for path in ("/tickets/", ticket.get_absolute_url())]
    assert (found[0], found[1] in (403, 404)) == (403, True)
