"""The dashboards: each number is that of the list it opens, whoever looks, and whatever narrows it."""

import re

import pytest

from itsm.catalog.models import System
from itsm.reports import daily
from itsm.reports.models import Goal
from tests.reports.boards.conftest import BOARDS, path
from tests.reports.golden import OCTOBER
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
COUNTED = re.compile(r'href="([^"]+)" data-count="(\d+)"')
WAYS = [(board, role) for board, roles in BOARDS.items() for role in roles]


def told(answer):
    """Address and number of every link that counts tickets."""
    return [(url.replace("&amp;", "&"), int(count)) for url, count in COUNTED.findall(answer.content.decode())]


def cells(context):
    """Address and value of every figure in a table."""
    rows = [*context.get("promises", ()), *context.get("systems", ()), *context.get("vendors", ())]
    return [(cell.url, cell.value) for row in rows for cell in row.cells if cell.url]


@pytest.mark.parametrize("board, role", WAYS)
def test_every_number_is_that_of_the_list_it_opens(busy, person, reading, board, role):
    user = person(role)
    answer = reading(user, path(board))
    wrong = {
        url: (count, listed) for url, count in told(answer) if (listed := reading(user, url).context["count"]) != count
    }
    assert (answer.status_code, wrong, told(answer) != []) == (200, {}, True)


@pytest.mark.parametrize("is_stored", [False, True], ids=["counted", "stored"])
def test_every_figure_is_that_of_the_page_it_opens(busy, person, reading, now, is_stored):
    if is_stored:
        daily.recount(at=now)
    user = person("PM")
    answer = reading(user, path("cockpit"))
    found = dict(cells(answer.context))
    shown = {url: reading(user, url).context for url in found}
    wrong = {
        url: (value, shown[url]["line"].value)
        for url, value in found.items()
        if value not in (shown[url]["line"].value, shown[url]["line"].denominator, shown[url]["line"].value.split()[0])
    }
    assert (wrong, len(found) > 20, bool(answer.context["frame"].counted_at)) == ({}, True, is_stored)


def test_stored_and_counted_say_the_same(busy, person, reading, now):
    user = person("PM")
    counted = reading(user, path("cockpit")).context
    daily.recount(at=now)
    stored = reading(user, path("cockpit")).context
    for part in ("promises", "systems", "vendors", "ages", "ratings"):
        assert stored[part] == counted[part], part
    assert stored["chart"].rows == counted["chart"].rows


def test_the_golden_month_stands_against_the_contract(october, person, reading):
    Goal.objects.create(code="K4", value=87, since_on=OCTOBER.start_on, name="合同")
    Goal.objects.create(code="K2", value=78, since_on=OCTOBER.start_on, name="合同")
    rows = {row.about.id: row for row in reading(person("PM"), path("cockpit")).context["promises"]}
    found = {code: (rows[code].cells[1].value, str(rows[code].cells[1].verdict.label)) for code in ("K2", "K4")}
    assert found == {"K2": ("77.78 %", "未达标"), "K4": ("87.50 %", "达标")}


def test_a_vendors_contact_counts_the_own_company_only(busy, person, reading):
    user = person("VND")
    context = reading(user, path("cockpit", "")).context
    assert [row.name for row in context["vendors"]] == [user.vendor.name]
    (offered,) = [one.options for one in context["filters"] if one.name == "vendor"]
    assert [name for _key, name, _is_chosen in offered] == [user.vendor.name]


@pytest.mark.parametrize("role", ["SYS", "SEC", "AUD"])
@pytest.mark.parametrize("board", [*BOARDS])
def test_the_three_administrators_see_none(person, reading, role, board):
    assert reading(person(role), path(board)).status_code == 403


@pytest.mark.parametrize("board", [*BOARDS])
def test_what_narrows_stays_in_every_address(busy, person, reading, board):
    emr = System.objects.get(code="EMR")
    answer = reading(person("PM"), path(board, f"?period=2026-10&system={emr.pk}&vendor={emr.vendor_id}"))
    context, kept = answer.context, (f"system={emr.pk}", f"vendor={emr.vendor_id}")
    urls = [context["previous_url"], context["following_url"], *(one["url"] for one in context["boards"])]
    urls += [url for url, _count in told(answer)]
    assert [url for url in urls if not all(word in url for word in kept)] == []
    chosen = [value for one in context["filters"] for value, _name, is_chosen in one.options if is_chosen]
    assert sorted(chosen) == sorted([str(emr.pk), str(emr.vendor_id)])


def test_a_narrowed_board_counts_the_narrowed_tickets(busy, person, reading):
    lis = System.objects.get(code="LIS")
    context = reading(person("PM"), path("cockpit", f"?period=2026-10&system={lis.pk}")).context
    assert [row.name for row in context["systems"]] == [lis.name]


def test_own_figures_are_of_the_own_tickets(busy, person, reading):
    engineer = person("ENG")
    tiles = {tile.about.id: tile.count for tile in reading(engineer, path("mine")).context["tiles"]}
    assert tiles["open"] == Ticket.objects.open().filter(assignee=engineer).count() == 1
