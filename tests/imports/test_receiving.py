"""Sending a sheet, its preview, the decision."""

import pytest

from itsm.accounts.models import Department, User
from itsm.audit.models import Event
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from itsm.imports import receiving, running
from itsm.imports.enums import Mode, State
from itsm.imports.models import Import
from itsm.imports.tables import TABLES
from tests import factories
from tests.imports.sheets import PEOPLE, people, sheet

AT = factories.at("2026-09-24 09:00")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def administrator() -> User:
    factories.department(code="XHNK", name="消化内科")
    return factories.user("SYS")


def sent(by: User, file: object, table: str = "people") -> Import:
    """The import after the worker has checked it."""
    found = receiving.receive(table, file, name="人员.xlsx", by=by, at=AT)
    running.run_waiting(at=AT)
    found.refresh_from_db()
    return found


def applied(found: Import, mode: Mode) -> Import:
    receiving.apply(found, by=found.sent_by, at=AT, mode=mode)
    running.run_waiting(at=AT)
    found.refresh_from_db()
    return found


def test_five_hundred_people_with_three_bad_rows_name_the_three(administrator):
    file = people(
        500, r17=("N00016", "", "消化内科"), r204=("N9", "丁", "没有的科"), r501=("N00001", "重复", "消化内科")
    )
    found = sent(administrator, file)
    assert (found.state, found.bad_rows, found.counts) == (
        State.CHECKED, [17, 204, 501], {"new": 497, "change": 0, "same": 0, "bad": 3},
    )  # fmt: skip
    assert found.faults == [
        [17, "name", "“姓名”未填写。"],
        [204, "department", "科室“没有的科”不存在。"],
        [501, "work_number", "与前面的行重复。"],
    ]
    assert User.objects.count() == 1


def test_all_is_refused_while_rows_are_bad(administrator):
    found = sent(administrator, people(5, r3=("N2", "", "消化内科")))
    with pytest.raises(RuleBroken, match="部分行有误"):
        receiving.apply(found, by=administrator, at=AT, mode=Mode.ALL)
    assert (User.objects.count(), Import.objects.get().state) == (1, State.CHECKED)


def test_only_the_good_rows_are_imported_by_choice(administrator):
    found = applied(sent(administrator, people(5, r3=("N2", "", "消化内科"))), Mode.GOOD)
    assert (found.state, found.counts, found.rows) == (State.DONE, {"new": 4, "change": 0, "same": 0, "bad": 1}, [])
    numbers = User.objects.exclude(pk=administrator.pk).order_by("work_number").values_list("work_number", flat=True)
    assert list(numbers) == ["N00001", "N00003", "N00004", "N00005"]


def test_all_rows_are_imported_and_audited(administrator):
    found = applied(sent(administrator, people(3)), Mode.ALL)
    person = User.objects.get(work_number="N00002")
    assert (found.state, person.name, person.roles, person.has_usable_password()) == (
        State.DONE, "人员2", ["CLI"], False,
    )  # fmt: skip
    assert Event.objects.filter(verb="accounts.create", actor=administrator).count() == 3


def test_a_second_import_of_the_same_sheet_finds_nothing_to_do(administrator):
    applied(sent(administrator, people(3)), Mode.ALL)
    again = sent(administrator, people(3))
    assert again.counts == {"new": 0, "change": 0, "same": 3, "bad": 0}
    with pytest.raises(RuleBroken, match="没有可导入的内容"):
        receiving.apply(again, by=administrator, at=AT, mode=Mode.ALL)


def test_a_change_shows_before_and_after_and_leaves_empty_cells_alone(administrator):
    applied(sent(administrator, people(1)), Mode.ALL)
    file = sheet(["工号", "姓名", "电话"], [("n00001", "改名", "")])
    found = sent(administrator, file)
    assert found.preview == [
        [2, "change", "n00001 改名", ["姓名: 人员1 → 改名"]],
    ]
    applied(found, Mode.ALL)
    person = User.objects.get(work_number="N00001")
    assert (person.name, person.phone, person.department.code) == ("改名", "2316", "XHNK")


def test_a_row_that_turned_bad_after_the_preview_undoes_all(administrator):
    found = sent(administrator, people(4))
    Department.objects.update(is_active=False)
    found = applied(found, Mode.ALL)
    assert (found.state, found.mode, found.bad_rows, User.objects.count()) == (State.CHECKED, "", [2], 1)


def test_a_parent_may_stand_further_up_in_the_same_sheet():
    file = sheet(
        ["编码", "名称", "上级科室"], [("A", "内科", ""), ("B", "消化内科", "A"), ("C", "内镜中心", "消化内科")]
    )
    applied(sent(factories.user("HIT"), file, "departments"), Mode.ALL)
    parents = Department.objects.order_by("code").values_list("code", "parent__code")
    assert list(parents) == [("A", None), ("B", "A"), ("C", "B")]


@pytest.mark.parametrize(
    "headers, rows, sentence",
    [
        (["工号", "科室"], [("N1", "消化内科")], "缺少以下列：姓名。"),
        (["工号", "姓名", "姓名*"], [("N1", "甲", "乙")], "表中“姓名*”列重复。"),
        (PEOPLE, [], "表头下面没有数据行。"),
    ],
)
def test_receive_refuses_a_sheet_that_is_not_of_this_table(administrator, headers, rows, sentence):
    with pytest.raises(RuleBroken) as refused:
        receiving.receive("people", sheet(headers, rows), name="x.xlsx", by=administrator, at=AT)
    assert (str(refused.value), Import.objects.count()) == (sentence, 0)


@pytest.mark.parametrize("role", ["PM", "HIT", "DSK", "SEC", "CLI"])
def test_people_are_imported_by_the_system_administrator_only(administrator, role):
    with pytest.raises(NotAllowed):
        receiving.receive("people", people(1), name="x.xlsx", by=factories.user(role), at=AT)
    assert Import.objects.count() == 0


def test_rights_lost_before_the_worker_comes_break_the_import_off(administrator):
    found = sent(administrator, people(2))
    receiving.apply(found, by=administrator, at=AT, mode=Mode.ALL)
    User.objects.filter(pk=administrator.pk).update(roles=["CLI"])
    running.run_waiting(at=AT)
    found.refresh_from_db()
    assert (found.state, User.objects.count()) == (State.FAILED, 1)


def test_discard_forgets_the_rows(administrator):
    found = receiving.discard(sent(administrator, people(2)), by=administrator, at=AT)
    assert (found.state, found.rows, found.preview) == (State.DISCARDED, [], [])
    with pytest.raises(TransitionRefused):
        receiving.apply(found, by=administrator, at=AT, mode=Mode.ALL)


@pytest.mark.parametrize("code", sorted(TABLES))
def test_no_column_of_a_table_can_grant_a_role(code):
    assert {field.name for field in TABLES[code].fields} & {"roles", "is_active_account", "password"} == set()


@pytest.mark.parametrize(
    "table, headers, row, fault",
    [
        ("systems", ["编码", "名称", "级别"], ("S1", "系统", "D"), "tier"),
        ("systems", ["编码", "名称", "主责任人工号"], ("S1", "系统", "nobody"), "primary_owner"),
        ("systems", ["编码", "名称", "在维"], ("S1", "系统", "也许"), "in_scope"),
        ("modules", ["系统编码", "名称"], ("没有", "收费"), "system"),
        ("departments", ["编码", "名称", "部门类型"], ("A", "内科", "外星"), "kind"),
    ],
)
def test_a_word_that_the_dictionaries_do_not_know_is_a_fault(table, headers, row, fault):
    found = sent(factories.user("HIT"), sheet(headers, [row]), table)
    assert [name for _row, name, _said in found.faults] == [fault]
