"""The pages of the registers: list, record, form."""

from datetime import date
from itertools import count
from typing import Any

import pytest
from django.db.models import Model

from itsm.catalog import registry
from itsm.catalog.models import Category, Code, ConfigurationItem, Contact, Module, Paper, System
from itsm.catalog.registers import (
    CALENDARS,
    CATEGORIES,
    CODES,
    CONTACTS,
    DEPARTMENTS,
    INTERFACES,
    ITEMS,
    MODULES,
    PAPERS,
    REGISTERS,
    SYSTEMS,
    VENDORS,
)
from itsm.pages import register_views
from itsm.pages.registers import Register
from tests import factories
from tests.catalog import agreements

NOW = factories.at("2026-10-14 09:00")
NUMBERS = count(1)
PAPER = {"kind": "licence", "issued_on": date(2026, 1, 1)}
ITEM = {"kind": "server", "environment": "production", "state": "in_use"}
pytestmark = pytest.mark.django_db


def words() -> dict[str, str]:
    """A name of its own."""
    return {"name": f"名称{next(NUMBERS)}"}


def rows_of(register: Register, number: int) -> list[Model]:
    """That many records, each with every relation that a row names."""
    made = []
    for _ in range(number):
        people = {"primary_owner": factories.user("ENG"), "backup_owner": factories.user("ENG")}
        care = {"vendor": factories.vendor(), **people}
        makers: dict[Register, Any] = {
            SYSTEMS: lambda care=care: factories.system(**care),
            MODULES: lambda care=care: factories.module(factories.system(**care)),
            INTERFACES: lambda care=care: factories.interface(
                factories.system(**care), counterpart=factories.system(), party=""
            ),
            VENDORS: factories.vendor,
            DEPARTMENTS: lambda: factories.department(parent=factories.department()),
            CATEGORIES: factories.category,
            CODES: factories.code,
            PAPERS: lambda vendor=care["vendor"]: Paper.objects.create(vendor=vendor, **words(), **PAPER),
            CONTACTS: lambda vendor=care["vendor"]: Contact.objects.create(vendor=vendor, **words(), phone="8001"),
            CALENDARS: lambda: agreements.calendar(words()["name"]),
            ITEMS: lambda people=people: ConfigurationItem.objects.create(
                **words(), code=f"CI{next(NUMBERS)}", owner=people["primary_owner"], system=factories.system(), **ITEM
            ),
        }
        made.append(next(maker for key, maker in makers.items() if key is register)())
    return made


def ids(registers: tuple[Register, ...]) -> list[str]:
    return [register.noun for register in registers]


@pytest.fixture
def manager(client):
    person = factories.user("PM")
    client.force_login(person)
    return person


def names(response: Any) -> list[str]:
    """The names in the list, in their order."""
    return [row.record.name for row in response.context["rows"]]


# List


@pytest.mark.parametrize("register", REGISTERS, ids=ids(REGISTERS))
def test_list_of_one_and_of_three_rows_takes_the_same_queries(client, manager, register, django_assert_max_num_queries):
    rows_of(register, 1)
    client.get(register.url("list"))
    with django_assert_max_num_queries(30) as one:
        client.get(register.url("list"))
    rows_of(register, 2)
    with django_assert_max_num_queries(len(one)):
        assert len(names(client.get(register.url("list")))) >= 3


@pytest.mark.parametrize("register", REGISTERS, ids=ids(REGISTERS))
def test_list_hides_retired_rows_unless_they_are_asked_for(client, manager, register):
    record = rows_of(register, 1)[0]
    type(record).objects.filter(pk=record.pk).update(is_active=False)
    assert record.name not in names(client.get(register.url("list")))
    assert record.name in names(client.get(f"{register.url('list')}?retired=1"))


@pytest.mark.parametrize("register", REGISTERS, ids=ids(REGISTERS))
@pytest.mark.parametrize("direction", ["", "-"])
def test_every_sort_pages_through_every_row_once(client, manager, register, direction, monkeypatch):
    monkeypatch.setattr(register_views, "SIZE", 2)
    rows_of(register, 3)
    expected = sorted(register.model.objects.filter(is_active=True).values_list("pk", flat=True))
    for column in register.columns:
        if column.sort:
            assert sorted(walked(client, f"{register.url('list')}?sort={direction}{column.name}")) == expected


def walked(client: Any, url: str) -> list[int]:
    """The keys of all pages, one after the other."""
    base, found = url.partition("?")[0], []
    while url:
        response = client.get(url)
        found += [row.record.pk for row in response.context["rows"]]
        assert len(found) < 50, "the pages go round in a circle"
        further = response.context["pager"].older_url
        url = f"{base}{further}" if further else ""
    return found


def test_list_sorted_by_tier_has_tier_a_first(client, manager):
    for tier in "BCA":
        factories.system(name=tier, tier=tier)
    assert names(client.get(f"{SYSTEMS.url('list')}?sort=tier")) == ["A", "B", "C"]
    assert names(client.get(f"{SYSTEMS.url('list')}?sort=-tier")) == ["C", "B", "A"]


def test_modules_stand_in_the_order_of_their_systems_over_all_pages(client, manager, monkeypatch):
    monkeypatch.setattr(register_views, "SIZE", 2)
    systems = [factories.system(position=position) for position in (30, 10, 20)]
    made = [factories.module(system, position=place) for place in (2, 1) for system in systems]
    expected = [made[index].pk for index in (4, 1, 5, 2, 3, 0)]
    assert walked(client, MODULES.url("list")) == expected


@pytest.mark.parametrize("words", ["jyxt", "JYXT", "检验", "LIS", "LIS 检验"])
def test_list_finds_by_code_name_and_initials(client, manager, words):
    factories.system(code="LIS", name="检验系统")
    factories.system(code="OA", name="办公")
    assert names(client.get(SYSTEMS.url("list"), {"q": words})) == ["检验系统"]


@pytest.mark.parametrize("query", ["q=%00", "sort=nonsense", "tier=Z", "vendor=x", "after=!!", "missing=nothing"])
def test_list_with_a_senseless_address_still_answers(client, manager, query):
    factories.system(name="检验系统")
    assert client.get(f"{SYSTEMS.url('list')}?{query}").status_code == 200


@pytest.mark.parametrize("query, expected", [("tier=A", ["甲"]), ("in_scope=0", ["乙"]), ("in_scope=1", ["甲"])])
def test_list_is_narrowed_by_tier_and_scope(client, manager, query, expected):
    factories.system(name="甲", tier="A")
    factories.system(name="乙", tier="B", in_scope=False)
    assert names(client.get(f"{SYSTEMS.url('list')}?{query}")) == expected


def test_list_is_narrowed_to_what_a_person_owns_as_first_or_second(client, manager):
    owner = factories.user("ENG")
    factories.system(name="甲", primary_owner=owner, position=1)
    factories.system(name="乙", backup_owner=owner, position=2)
    factories.system(name="丙", position=3)
    assert names(client.get(f"{SYSTEMS.url('list')}?owner={owner.pk}")) == ["甲", "乙"]


def test_list_of_a_vendors_contact_names_no_other_company(client):
    own, other = factories.vendor(name="自家"), factories.vendor(name="别家")
    factories.system(name="甲", vendor=own)
    factories.system(name="乙", vendor=other, primary_owner=factories.user("ENG", name="别家责任人"))
    client.force_login(factories.user("VND", vendor=own))
    page = client.get(SYSTEMS.url("list")).content.decode()
    assert ("自家" in page, "别家" in page, "乙" in page) == (True, False, False)


def test_list_marks_what_a_maintained_system_lacks(client, manager):
    factories.system(name="甲")
    page = client.get(SYSTEMS.url("list")).content.decode()
    assert page.count("缺失</span>") == 2
    assert "未指定厂商</span>" in page


def test_reader_is_offered_no_button_to_write(client):
    client.force_login(factories.user("ENG"))
    system = factories.system()
    pages = [client.get(url).content.decode() for url in (SYSTEMS.url("list"), SYSTEMS.url("detail", system))]
    assert [f"{path}new/" in page for path, page in zip(("systems/", "modules/"), pages, strict=True)] == [False] * 2
    assert SYSTEMS.url("retire", system) not in pages[1]


# The record's page


@pytest.mark.parametrize("register", REGISTERS, ids=ids(REGISTERS))
def test_page_of_a_record_shows_its_name_and_code(client, manager, register):
    record = rows_of(register, 1)[0]
    page = client.get(register.url("detail", record)).content.decode()
    assert (record.name in page, record.code in page) == (True, True)


def test_page_of_a_system_with_one_and_with_three_parts_takes_the_same_queries(
    client, manager, hospital, django_assert_max_num_queries
):
    system = rows_of(SYSTEMS, 1)[0]

    def grow() -> None:
        factories.module(system, vendor=factories.vendor(), primary_owner=factories.user("ENG"))
        factories.interface(system, counterpart=factories.system(), party="")
        factories.ticket(system=system)

    grow()
    client.get(SYSTEMS.url("detail", system))
    with django_assert_max_num_queries(30) as one:
        client.get(SYSTEMS.url("detail", system))
    grow()
    grow()
    with django_assert_max_num_queries(len(one)):
        panels = {panel.name: panel.count for panel in client.get(SYSTEMS.url("detail", system)).context["panels"]}
    assert panels == {"modules": 3, "interfaces": 3, "tickets": 3, "items": 0, "papers": 0}


def test_page_of_a_system_shows_only_the_tickets_that_the_reader_sees(client, hospital):
    system = factories.system()
    factories.ticket(system=system, description="别人的工单")
    client.force_login(factories.user("ENG"))
    panels = {panel.name: panel.count for panel in client.get(SYSTEMS.url("detail", system)).context["panels"]}
    assert panels["tickets"] == 0


def test_page_of_a_system_says_what_is_missing(client, manager):
    hints = client.get(SYSTEMS.url("detail", factories.system())).context["hints"]
    assert [str(hint)[:5] for hint in hints] == ["缺主责任人", "缺备岗责任", "未指定厂商", "未登记模块"]


def test_page_of_a_system_out_of_scope_says_nothing_is_missing(client, manager):
    assert client.get(SYSTEMS.url("detail", factories.system(in_scope=False))).context["hints"] == []


def test_page_of_a_module_shows_what_it_has_from_its_system(client, manager):
    module = factories.module(factories.system(vendor=factories.vendor(name="原厂"), in_scope=False))
    facts = {str(label): cell for label, cell in client.get(MODULES.url("detail", module)).context["facts"]}
    assert facts["厂商"].text == "原厂（同系统）"
    assert str(facts["维保范围"].badge.label) == "范围外"


def test_page_shows_the_last_changes(client, manager):
    system = factories.system(name="旧名")
    registry.change(system, by=manager, at=NOW, version=1, values={"name": "新名"})
    page = client.get(SYSTEMS.url("detail", system)).content.decode()
    assert "<del>旧名</del> → <ins>新名</ins>" in page


@pytest.mark.parametrize("role, shown", [("ENG", True), ("VND", False)])
def test_changes_are_shown_to_our_side_only(client, role, shown):
    system = factories.system(vendor=factories.vendor())
    registry.change(system, by=factories.user("PM"), at=NOW, version=1, values={"name": "新名"})
    client.force_login(factories.user(role, vendor=system.vendor))
    panels = [panel.name for panel in client.get(SYSTEMS.url("detail", system)).context["panels"]]
    assert ("history" in panels) is shown


# New and edit


def test_new_saves_and_shows_the_record(client, manager):
    response = client.post(SYSTEMS.url("new"), {"code": "NEW", "name": "新系统", "tier": "B", "in_scope": "on"})
    assert response["Location"] == SYSTEMS.url("detail", System.objects.get(code="NEW"))


def test_new_and_another_comes_back_to_the_same_form(client, manager):
    url = f"{MODULES.url('new')}?system={factories.system().pk}"
    sent = {"system": System.objects.get().pk, "name": "质控", "in_scope": "on", "again": "1"}
    assert client.post(url, sent)["Location"] == url
    assert Module.objects.get().name == "质控"


def test_new_with_a_known_system_has_it_chosen(client, manager):
    system = factories.system()
    form = client.get(f"{MODULES.url('new')}?system={system.pk}").context["form"]
    assert str(form["system"].value()) == str(system.pk)


def test_new_of_a_duplicate_keeps_what_was_typed_and_says_why_at_the_field(client, manager):
    factories.system(code="LIS")
    response = client.post(SYSTEMS.url("new"), {"code": "LIS", "name": "另一个", "tier": "B", "description": "说明"})
    form = response.context["form"]
    assert (response.status_code, form.errors) == (422, {"code": ["该编码已被使用。"]})
    assert (form["name"].value(), form["description"].value()) == ("另一个", "说明")


def test_new_sent_twice_makes_one_record(client, manager):
    key = client.get(CODES.url("new")).context["form"]["key"].value()
    sent = {"kind": "cause", "code": "NEW", "name": "新原因", "key": str(key)}
    answers = [client.post(CODES.url("new"), sent)["Location"] for _ in range(2)]
    assert (len(set(answers)), Code.objects.count()) == (1, 1)


def test_new_that_loses_a_race_keeps_what_was_typed(client, manager, monkeypatch):
    factories.system(code="LIS")
    monkeypatch.setattr(System, "full_clean", lambda self: None)
    response = client.post(SYSTEMS.url("new"), {"code": "LIS", "name": "另一个", "tier": "B"})
    form = response.context["form"]
    assert (response.status_code, list(form.errors), form["name"].value()) == (422, ["__all__"], "另一个")


def test_edit_saves_and_keeps_the_position_that_was_left_empty(client, manager):
    code = factories.code(position=40)
    sent = {"kind": "cause", "code": code.code, "name": "改名", "position": "", "version": 1}
    assert client.post(CODES.url("edit", code), sent).status_code == 302
    assert Code.objects.values_list("name", "position", "version").get() == ("改名", 40, 2)


def test_edit_keeps_a_retired_vendor_choosable(client, manager):
    system = factories.system(vendor=factories.vendor(is_active=False))
    sent = {"code": system.code, "name": "改名", "tier": "B", "vendor": system.vendor_id, "version": 1}
    assert client.post(SYSTEMS.url("edit", system), sent).status_code == 302
    assert System.objects.values_list("name", "vendor").get() == ("改名", system.vendor_id)


def test_edit_without_the_version_is_refused(client, manager):
    code = factories.code()
    response = client.post(CODES.url("edit", code), {"kind": "cause", "code": code.code, "name": "改名"})
    assert (response.status_code, Code.objects.get().name) == (422, code.name)


def test_stale_edit_shows_both_and_saves_mine_on_the_second_sending(client, manager):
    system = factories.system(name="原名")
    registry.change(system, by=manager, at=NOW, version=1, values={"name": "他人所改", "in_scope": True})
    mine = {"code": system.code, "name": "我所改", "tier": "A", "description": "我的说明", "version": 1}
    response = client.post(SYSTEMS.url("edit", system), mine)
    compared = {row["label"]: (row["theirs"], row["mine"]) for row in response.context["compared"] if row["differs"]}
    assert response.status_code == 409
    assert compared == {
        "名称": ("他人所改", "我所改"),
        "级别": ("B 级：单条业务受阻", "A 级：停诊或停费"),
        "在维": ("是", "否"),
        "说明": ("", "我的说明"),
    }
    form = response.context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert client.post(SYSTEMS.url("edit", system), again).status_code == 302
    kept = System.objects.get()
    assert (kept.name, kept.tier, kept.description, kept.in_scope) == ("我所改", "A", "我的说明", False)


def test_interface_without_another_side_is_refused(client, manager):
    system = factories.system()
    response = client.post(INTERFACES.url("new"), {"system": system.pk, "name": "医保"})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["counterpart"])


def test_category_form_offers_only_the_first_level_as_parent(client, manager):
    child = factories.category()
    offered = client.get(CATEGORIES.url("new")).context["form"].fields["parent"].queryset
    assert list(offered) == [child.parent]


# Retire and restore


def test_retire_and_restore_by_the_buttons(client, manager):
    system = factories.system()
    client.post(SYSTEMS.url("retire", system))
    assert not System.objects.get().is_active
    client.post(SYSTEMS.url("restore", system))
    assert System.objects.get().is_active


def test_refused_retire_shows_the_sentence(client, manager):
    child = factories.category()
    response = client.post(CATEGORIES.url("retire", child.parent))
    assert response.status_code == 422
    assert f"其下仍有在用项：{child.name}" in response.content.decode()
    assert Category.objects.get(pk=child.parent_id).is_active


# Files


@pytest.mark.parametrize("register", REGISTERS, ids=ids(REGISTERS))
def test_export_columns_give_plain_values(rf, register):
    rows_of(register, 1)
    request = rf.get(register.url("list"))
    request.user = factories.user("PM")
    found = [column.of(record) for record in register.selection(request) for column in register.export_columns]
    assert {type(value) for value in found} <= {str, int, bool, date, type(None)}
    assert found[0]
