"""The queue as a file: its rows, its cells, whose eyes it is for."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from itsm.accounts.roles import ROLES
from itsm.exports.sources import sources
from tests import factories
from tests.exports import exported
from tests.tickets.stages import START, Desk, later
from tests.workbooks import office
from tickets import lifecycle
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]
PAYLOADS = [f"{sign}{words}" for sign in ("=", "+", "-", "@", "\t=", "＝") for words in ("1+1", "cmd|' /C calc'!A0")]
QUEUE = sorted(code for code, role in ROLES.items() if "tickets.queue" in role.permissions)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def numbers(sheet: Any) -> list[str]:
    return [row["编号"] for row in exported.records(sheet)]


def of_queue(client: Client, query: str) -> list[str]:
    """The numbers of all pages of the queue, in their order."""
    found, url = [], f"/tickets/?{query}"
    while url:
        context = client.get(url).context
        found += [ticket.number for ticket in context["tickets"]]
        url = "/tickets/" + context["pager"].older_url if context["pager"].older_url else ""
    return found


# The rows


def hospital_of(desk: Desk) -> list[Ticket]:
    """Tickets of several states, systems and companies."""
    made = []
    for number, state in enumerate(("new", "in_progress", "on_hold", "resolved", "closed")):
        system = factories.system(vendor=factories.vendor())
        made += [desk.ticket(state, system=system, title=f"打印机{number}") for _ in range(2)]
    return made


@pytest.mark.parametrize(
    "query", ["tab=all", "tab=open&sort=-reported", "tab=on_hold", "tab=all&state=closed", "q=打印机"]
)
def test_a_file_holds_the_rows_of_the_queue_in_their_order(desk, client, query):
    hospital_of(desk)
    client.force_login(desk.manager)
    asked = dict(pair.split("=") for pair in query.split("&"))
    assert numbers(exported.sheet(desk.manager, columns="number", **asked)) == of_queue(client, query) != []


@pytest.mark.parametrize("role", QUEUE)
def test_a_file_holds_what_that_person_may_open(desk, client, role):
    made = hospital_of(desk)
    person = factories.user(role, vendor=made[0].vendor)
    type(made[2].system).objects.filter(pk=made[2].system_id).update(primary_owner=person)
    client.force_login(person)
    openable = [one.number for one in made if client.get(one.get_absolute_url()).status_code == 200]
    assert sorted(numbers(exported.sheet(person, columns="number", tab="all"))) == sorted(openable)
    assert (0 < len(openable) < len(made)) is (role in ("ENG", "EXP", "INS", "PLT", "VND"))


def test_a_file_of_one_and_of_three_rows_takes_the_same_queries(desk, django_assert_num_queries):
    desk.ticket()
    exported.straight(desk.manager, tab="all")
    with django_assert_num_queries(2):
        exported.straight(desk.manager, tab="all")
    desk.ticket(), desk.ticket()
    with django_assert_num_queries(2):
        assert len(numbers(exported.sheet(desk.manager, tab="all"))) == 3


# The cells


def test_cells_keep_their_types_and_moments_are_of_shanghai(desk):
    desk.ticket("resolved")
    (row,) = exported.records(exported.sheet(desk.manager, tab="all"))
    assert (row["报修时间"], row["恢复超时"], row["重开次数"]) == (datetime(2026, 9, 24, 9, 0), "否", 0)
    assert (row["响应用时（分钟）"], row["恢复净用时（分钟）"]) == (5, 60)
    cells = {cell.value: cell for cell in exported.sheet(desk.manager, tab="all")[1]}
    column = cells["报修时间"].column_letter
    made = exported.sheet(desk.manager, tab="all")[f"{column}2"]
    assert (made.data_type, made.number_format) == ("d", "yyyy-mm-dd hh:mm:ss")


@pytest.mark.parametrize(
    "moment, shown",
    [
        ("2026-09-30 23:59:59.999999", datetime(2026, 9, 30, 23, 59, 59)),
        ("2026-10-01 00:00:00", datetime(2026, 10, 1)),
    ],
)
def test_the_edge_of_a_month_stays_in_its_month(desk, moment, shown):
    ticket = desk.ticket("new")
    at = timezone.make_aware(datetime.fromisoformat(moment))
    Ticket.objects.filter(pk=ticket.pk).update(reported_at=at, opened_at=at)
    (row,) = exported.records(exported.sheet(desk.manager, tab="all", columns="reported"))
    assert row == {"报修时间": shown}


def test_header_is_frozen_filtered_and_in_a_chinese_font(desk):
    desk.ticket("resolved")
    sheet = exported.sheet(desk.manager, tab="all", columns="number title restore")
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("工单", "A2", "A1:C2")
    assert (sheet["A1"].font.name, sheet["A2"].font.name, sheet["A1"].font.bold) == (
        "Microsoft YaHei",
        "Microsoft YaHei",
        True,
    )
    assert (sheet.column_dimensions["B"].width > 40, sheet["C2"].number_format) == (True, "#,##0.00")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_formulas_in_a_ticket_stay_words(desk, payload):
    said = {"title": payload, "location": payload, "reporter_name": payload, "solution": payload}
    ticket = desk.ticket("resolved")
    Ticket.objects.filter(pk=ticket.pk).update(**said)
    made = exported.sheet(desk.manager, tab="all", columns="title location reporter solution")
    assert {(cell.value, cell.data_type, cell.quotePrefix) for cell in made[2]} == {(payload, "s", True)}
    plain = exported.straight(desk.manager, tab="all", columns="title", kind="csv").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(plain, newline="")))[1] == [f"'{payload}"]


def test_the_second_sheet_says_what_the_first_one_holds(desk):
    ticket = desk.ticket("closed", system=factories.system())
    at = factories.at("2026-10-14 09:00")
    file = exported.straight(desk.manager, at=at, tab="all", system=str(ticket.system_id), q="打印机")
    said = dict(openpyxl.load_workbook(io.BytesIO(file))["说明"].iter_rows(values_only=True))
    assert (said["系统"], said["搜索"], said["视图"], said["截至"]) == (
        ticket.system.name, "打印机", "全部", "2026-10-14 09:00:00 (北京时间)",
    )  # fmt: skip
    assert (said["导出人"], said["行数"]) == (f"{desk.manager.name} ({desk.manager.work_number})", "1")


def test_words_of_the_search_are_no_markup_and_no_patient_data(desk):
    for words, shown in (("<r><t>x</t></r>", "<r><t>x</t></r>"), ("13812345678", "138****5678"), ("=1+1", "=1+1")):
        book = openpyxl.load_workbook(io.BytesIO(exported.straight(desk.manager, tab="all", q=words)))
        assert dict(book["说明"].iter_rows(values_only=True))["搜索"] == shown


def test_csv_has_a_mark_and_the_rows_of_the_workbook(desk):
    desk.ticket("resolved")
    made = exported.straight(desk.manager, tab="all", kind="csv", columns="number title restore reported")
    assert made.startswith(b"\xef\xbb\xbf")
    (line,) = csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline=""))
    (row,) = exported.records(exported.sheet(desk.manager, tab="all", columns="number title restore reported"))
    assert (line["编号"], float(line["恢复净用时（分钟）"]), line["报修时间"]) == (
        row["编号"], row["恢复净用时（分钟）"], f"{row['报修时间']:%Y-%m-%d %H:%M:%S}",
    )  # fmt: skip


# Durations


def timed(desk: Desk) -> float:
    """Resolved tickets whose minutes are no round numbers; what they come to."""
    for number, seconds in enumerate((61, 3_599, 12_345)):
        ticket = desk.ticket("in_progress")
        lifecycle.resolve(ticket, by=desk.engineer, at=later(60 * number) + timedelta(seconds=seconds), solution="好")
    found = Ticket.objects.values_list("resolution_clock__spent_seconds", flat=True)
    return sum(found) / 60


def test_the_sum_of_a_duration_is_the_sum_that_the_page_shows(desk):
    minutes = timed(desk)
    book = openpyxl.load_workbook(io.BytesIO(exported.straight(desk.manager, tab="all", columns="number restore")))
    cells = [row["恢复净用时（分钟）"] for row in exported.records(book["工单"])]
    assert sum(cells) == pytest.approx(minutes, abs=1e-6)
    (formula,) = [row[1] for row in book["说明"].iter_rows(values_only=True) if row[0] == "合计：恢复净用时（分钟）"]
    assert formula == "=SUM('工单'!B2:B4)"


def test_a_program_that_recomputes_comes_to_the_sum_that_the_page_shows(desk, client, tmp_path):
    minutes = timed(desk)
    export = exported.made(desk.manager, tab="all", columns=["number", "restore"])
    client.force_login(desk.manager)
    ((label, shown),) = client.get(export.get_absolute_url()).context["export"].sums
    book = office.recomputed(exported.content(export), tmp_path)
    column = [row["恢复净用时（分钟）"] for row in exported.records(book["工单"])]
    said = dict(book["说明"].iter_rows(values_only=True))
    assert (label, shown) == ("恢复净用时（分钟）", pytest.approx(minutes, abs=1e-6))
    assert (sum(column), said[f"合计：{label}"]) == (pytest.approx(shown, abs=1e-6), pytest.approx(shown, abs=1e-6))
    assert office.errors(book) == []


# Whose eyes


def test_patient_data_is_masked_for_every_role_in_every_text(desk):
    free = ("title", "description", "reporter_name", "location", "solution", "rating_comment")
    ticket = desk.ticket("resolved")
    Ticket.objects.filter(pk=ticket.pk).update(**dict.fromkeys(free, "住院号00821547 身份证11010519491231002X"))
    for role in ("PM", "HLD", "EXE"):
        for kind in ("xlsx", "csv"):
            made = exported.straight(factories.user(role), tab="all", kind=kind)
            words = made.decode() if kind == "csv" else str([*openpyxl.load_workbook(io.BytesIO(made)).active.values])
            assert ("00821547" in words, "11010519491231002X" in words, "****1547" in words) == (False, False, True)


@pytest.mark.parametrize("role, shown", [("DSK", "13812345678"), ("EXE", "138****5678"), ("HLD", "138****5678")])
def test_the_callers_number_is_whole_for_those_who_call(desk, role, shown):
    ticket = desk.ticket("new")
    Ticket.objects.filter(pk=ticket.pk).update(reporter_phone="13812345678")
    (row,) = exported.records(exported.sheet(factories.user(role), tab="all", columns="phone"))
    assert row == {"电话": shown}


def test_every_column_has_a_header_of_its_own():
    headers = [str(column.header) for column in sources()["tickets"].columns]
    assert sorted(headers) == sorted(set(headers))
    assert later(0) == START
