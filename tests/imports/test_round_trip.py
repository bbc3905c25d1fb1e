"""An exported list, sent in again, changes nothing; an import writes by the verbs of the registers."""

import io
from typing import Any

import pytest
from django.test import Client

from itsm.accounts import people
from itsm.accounts.models import Department, User
from itsm.audit.models import Event
from itsm.catalog import registry
from itsm.catalog.models import Module, System
from itsm.catalog.registers import DEPARTMENTS, MODULES, SYSTEMS
from itsm.imports import receiving, running
from itsm.imports.enums import Mode, State
from itsm.imports.models import Import
from tests import factories
from tests.imports.sheets import sheet

AT = factories.at("2026-09-24 09:00")
pytestmark = pytest.mark.django_db(transaction=True)


def sent(by: User, file: Any, table: str) -> Import:
    """The import after the worker has checked it."""
    found = receiving.receive(table, file, name="表.xlsx", by=by, at=AT)
    running.run_waiting(at=AT)
    found.refresh_from_db()
    return found


def applied(by: User, file: Any, table: str, mode: Mode = Mode.ALL) -> Import:
    found = receiving.apply(sent(by, file, table), by=by, at=AT, mode=mode)
    running.run_waiting(at=AT)
    found.refresh_from_db()
    return found


def exported(client: Client, by: User, url: str) -> io.BytesIO:
    client.force_login(by)
    return io.BytesIO(b"".join(client.get(url)))


def filled() -> None:
    """Records with everything that a column may hold, retired ones and namesakes too."""
    above = factories.department(raises_priority=True)
    department = factories.department(parent=above)
    gone = factories.department(is_active=False, name=department.name)
    retired = factories.vendor(is_active=False)
    owners = [factories.user("ENG", name="张三", vendor=retired, phone="13812345678") for _ in range(2)]
    User.objects.filter(pk=owners[1].pk).update(is_active=False)
    factories.user("CLI", department=gone, job_title="护士长", email="a@b.cn")
    system = factories.system(
        vendor=retired, primary_owner=owners[0], backup_owner=owners[1], in_scope=False, name="住院号00821547专用"
    )
    factories.module(system, in_scope=False)
    factories.module(factories.system(name=system.name, is_active=False), name="患者电话13812345678")


@pytest.mark.parametrize(
    "table, role, url, count",
    [
        ("departments", "HIT", f"{DEPARTMENTS.path}", 3),
        ("systems", "HIT", f"{SYSTEMS.path}", 2),
        ("modules", "PM", f"{MODULES.path}", 2),
    ],
)
def test_an_exported_register_sent_in_again_changes_nothing(client, table, role, url, count):
    filled()
    by = factories.user(role)
    found = sent(by, exported(client, by, f"/catalog/{url}export.xlsx?retired=1"), table)
    assert (found.counts, found.faults) == ({"new": 0, "change": 0, "same": count, "bad": 0}, [])


def test_the_exported_people_sent_in_again_change_nothing(client):
    filled()
    by = factories.user("SYS", department=factories.department())
    found = sent(by, exported(client, by, "/people/export.xlsx?active=all"), "people")
    assert (found.counts, found.faults) == ({"new": 0, "change": 0, "same": 4, "bad": 0}, [])


# By the verbs


def test_a_new_department_is_made_by_the_verb_of_its_register():
    by = factories.user("HIT")
    applied(by, sheet(["编码", "名称"], [("A", "内科"), ("B", "外科")]), "departments")
    events = Event.objects.filter(verb="catalog.create").order_by("id").values_list("actor", "object_label")
    assert list(events) == [(by.pk, "A 内科"), (by.pk, "B 外科")]
    found = Department.objects.order_by("code").values_list("code", "initials", "position", "version")
    assert list(found) == [("A", "nk", 10, 1), ("B", "wk", 20, 1)]


def test_a_changed_system_has_its_version_and_its_history():
    system = factories.system(code="LIS", name="检验", tier="B")
    applied(factories.user("HIT"), sheet(["编码", "名称", "级别"], [("LIS", "检验系统", "A")]), "systems")
    system.refresh_from_db()
    changes = Event.objects.get(verb="catalog.change").detail["changes"]
    assert (system.name, system.tier, system.version, sorted(changes)) == ("检验系统", "A", 2, ["name", "tier"])


def test_out_of_use_and_into_use_are_the_verbs_retire_and_restore():
    factories.department(code="A", name="甲")
    factories.department(code="B", name="乙", is_active=False)
    file = sheet(["编码", "名称", "在用"], [("A", "甲", "否"), ("B", "乙二", "是")])
    applied(factories.user("HIT"), file, "departments")
    verbs = Event.objects.filter(verb__startswith="catalog.").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["catalog.retire", "catalog.restore", "catalog.change"]
    found = Department.objects.order_by("code").values_list("name", "is_active", "version")
    assert list(found) == [("甲", False, 2), ("乙二", True, 3)]


def test_what_the_verb_refuses_names_the_row_and_undoes_all():
    above = factories.department(code="A", name="甲")
    factories.department(parent=above)
    file = sheet(["编码", "名称", "在用"], [("C", "丙", "是"), ("A", "甲", "否")])
    found = applied(factories.user("HIT"), file, "departments")
    assert (found.state, found.bad_rows, Department.objects.filter(code="C").count()) == (State.CHECKED, [3], 0)
    assert Event.objects.filter(verb__startswith="catalog.").count() == 0


def test_a_place_below_what_is_retired_is_bad_in_the_preview():
    system = factories.system(code="OLD", name="旧系统", is_active=False)
    found = sent(factories.user("HIT"), sheet(["系统编码", "名称"], [("OLD", "收费")]), "modules")
    assert found.faults == [[2, "system", f"{system.name} 已停用。"]]


def test_a_child_of_a_row_that_the_verb_refused_is_refused_too():
    by = factories.user("HIT")
    above = factories.department(code="A", name="甲")
    rows = [("B", "乙", "A"), ("C", "丙", "B"), ("D", "丁", "")]
    found = sent(by, sheet(["编码", "名称", "上级科室"], rows), "departments")
    receiving.apply(found, by=by, at=AT, mode=Mode.GOOD)
    Department.objects.filter(pk=above.pk).update(is_active=False)
    running.run_waiting(at=AT)
    found.refresh_from_db()
    assert (found.state, found.bad_rows, found.counts["new"]) == (State.DONE, [2, 3], 1)
    assert list(Department.objects.order_by("code").values_list("code", flat=True)) == ["A", "D"]


def test_a_record_that_somebody_changed_after_the_plan_is_a_bad_row(monkeypatch):
    by = factories.user("HIT")
    system = factories.system(code="LIS", name="检验")
    found = sent(by, sheet(["编码", "名称"], [("LIS", "检验系统")]), "systems")
    receiving.apply(found, by=by, at=AT, mode=Mode.ALL)
    change = registry.change

    def late(record: System, **words: Any) -> System:
        if not Event.objects.filter(verb="catalog.change").exists():
            change(system, by=by, at=AT, version=1, values={"release": "2.0"})
        return change(record, **words)

    monkeypatch.setattr(registry, "change", late)
    running.run_waiting(at=AT)
    found.refresh_from_db()
    assert (found.state, found.bad_rows, System.objects.get().name) == (State.CHECKED, [2], "检验")


def test_a_new_person_is_opened_by_the_verb_and_cannot_sign_in_yet():
    factories.department(code="XHNK", name="消化内科")
    by = factories.user("SYS")
    applied(by, sheet(["工号", "姓名", "科室"], [("N1", "李敏", "消化内科")]), "people")
    person = User.objects.get(work_number="N1")
    assert (person.must_change_password, person.has_usable_password(), person.roles, person.initials) == (
        True, False, ["CLI"], "lm",
    )  # fmt: skip
    event = Event.objects.get(verb="accounts.create")
    assert (event.actor, event.object_label, event.detail["after"]["name"]) == (by, "N1", "李敏")


def test_a_changed_person_has_the_next_version():
    person = factories.user("ENG", work_number="N1", department=factories.department())
    applied(factories.user("SYS"), sheet(["工号", "姓名", "电话"], [("N1", "李敏", "2316")]), "people")
    person.refresh_from_db()
    event = Event.objects.get(verb="accounts.edit")
    assert (person.name, person.phone, person.version, sorted(event.detail["after"])) == (
        "李敏", "2316", 2, ["name", "phone"],
    )  # fmt: skip


def test_enrol_takes_the_right_to_open_accounts():
    with pytest.raises(people.RuleBroken):
        people.enrol(by=factories.user("SEC"), at=AT, work_number="N1", name="李敏")
    assert not User.objects.filter(work_number="N1").exists()


@pytest.mark.parametrize("table", ["departments", "systems", "modules", "people"])
def test_rows_are_looked_up_once_for_all(table, django_assert_max_num_queries):
    """Three rows that change nothing take the queries of one."""
    filled()
    Module.objects.filter(system__is_active=False).delete()
    by = factories.user("SYS" if table == "people" else "HIT", department=factories.department())
    client = Client()
    url = "/people/export.xlsx?active=all" if table == "people" else f"/catalog/{table}/export.xlsx?retired=1"
    found = receiving.receive(table, exported(client, by, url), name="表.xlsx", by=by, at=AT)
    with django_assert_max_num_queries(12):
        running.run_waiting(at=AT)
    found.refresh_from_db()
    assert found.counts["bad"] == 0
