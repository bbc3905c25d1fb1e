"""The verbs that write reference data: who may, what is refused, what is written."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from itsm.accounts.models import Department, Vendor
from itsm.accounts.roles import ROLES
from itsm.audit.models import Event
from itsm.catalog import registry
from itsm.catalog.models import Category, Code, Interface, Module, System
from itsm.errors import Conflict, FieldsRefused, NotAllowed, RuleBroken, TransitionRefused
from tests import factories

NOW = factories.at("2026-10-14 09:00")
TABLES = (System, Module, Interface, Category, Code, Department, Vendor, Event)
pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(db: None) -> Any:
    return factories.user("PM", name="项目经理")


def written() -> list[list[dict[str, Any]]]:
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


def values(model: type) -> dict[str, Any]:
    """What the form of a table sends at least."""
    named = {"code": "NEW", "name": "新条目"}
    return {
        System: {**named, "tier": "A"},
        Module: {"name": "新模块", "system": None},
        Interface: {"name": "新接口", "system": None, "party": "医保"},
        Category: named,
        Code: {**named, "kind": "cause"},
        Department: {**named, "kind": "clinical"},
        Vendor: {**named, "kind": "original"},
    }[model]


def complete(model: type) -> dict[str, Any]:
    made = values(model)
    return {**made, "system": factories.system()} if "system" in made else made


def record_of(model: type) -> Any:
    makers = {
        System: factories.system,
        Module: lambda: factories.module(factories.system()),
        Interface: lambda: factories.interface(factories.system()),
        Category: factories.category,
        Code: factories.code,
        Department: factories.department,
        Vendor: factories.vendor,
    }
    return makers[model]()


REGISTERED = [System, Module, Interface, Category, Code, Department, Vendor]
CURATORS = {"HIT", "PM"}


# Who may


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("model", REGISTERED)
def test_write_is_for_those_who_keep_the_table(model, role):
    allowed = role in (CURATORS | {"SYS"} if model is Department else CURATORS)
    person, wanted = factories.user(role), complete(model)
    if allowed:
        assert registry.create(model, by=person, at=NOW, values=wanted).pk
    else:
        with pytest.raises(NotAllowed):
            registry.create(model, by=person, at=NOW, values=wanted)


@pytest.mark.parametrize("verb", ["change", "retire", "restore"])
@pytest.mark.parametrize("model", REGISTERED)
def test_verb_by_an_engineer_is_refused_and_writes_nothing(model, verb):
    record, engineer = record_of(model), factories.user("ENG")
    more = {"version": 1, "values": {"name": "改名"}} if verb == "change" else {}
    before = written()
    with pytest.raises(NotAllowed):
        getattr(registry, verb)(record, by=engineer, at=NOW, **more)
    assert written() == before


# create


@pytest.mark.parametrize("model", REGISTERED)
def test_create_writes_the_row_and_one_audit_event(manager, model):
    record = registry.create(model, by=manager, at=NOW, values=complete(model))
    event = Event.objects.about(record).get()
    assert (event.verb, event.actor_id, event.at) == ("catalog.create", manager.pk, NOW)
    assert event.detail["changes"]["name"] == ["", record.name]


def test_create_computes_the_pinyin_initials(manager):
    record = registry.create(Vendor, by=manager, at=NOW, values={"code": "N", "name": "电子病历", "kind": "original"})
    assert Vendor.objects.get(pk=record.pk).initials == "dzbl"


def test_create_gives_a_module_the_next_code_of_its_system(manager):
    system = factories.system(code="LIS")
    factories.module(system, code="LIS-M07")
    record = registry.create(Module, by=manager, at=NOW, values={"system": system, "name": "质控"})
    assert record.code == "LIS-M08"


def test_create_places_a_new_row_last(manager):
    factories.system(position=70)
    assert registry.create(System, by=manager, at=NOW, values=values(System)).position == 80


def test_create_places_a_subcategory_behind_its_last_sibling(manager):
    top = Category.objects.create(code="T", name="大类", position=20)
    Category.objects.create(code="T1", name="小类", parent=top, position=30)
    Category.objects.create(code="U", name="另一大类", position=40)
    record = registry.create(Category, by=manager, at=NOW, values={"code": "T2", "name": "小类二", "parent": top})
    assert record.position == 31


def test_create_with_the_same_key_gives_the_same_row(manager):
    key, wanted = uuid.uuid4(), values(System)
    first = registry.create(System, by=manager, at=NOW, values=wanted, key=key)
    again = registry.create(System, by=manager, at=NOW, values=wanted, key=key)
    assert (again.pk, System.objects.count(), Event.objects.count()) == (first.pk, 1, 1)


@pytest.mark.parametrize(
    "model, wanted, column",
    [
        (System, {"code": "LIS", "name": "另一个", "tier": "A"}, "code"),
        (Code, {"kind": "cause", "code": "Y1", "name": "另一个"}, "code"),
        (Code, {"kind": "cause", "code": "Y9", "name": "程序缺陷"}, "name"),
        (Department, {"code": "XHNK", "name": "另一个", "kind": "clinical"}, "code"),
        (Vendor, {"code": "YC01", "name": "另一个", "kind": "original"}, "code"),
        (Category, {"code": "SW", "name": "另一个"}, "code"),
    ],
)
def test_create_of_a_duplicate_is_refused_at_its_field(manager, model, wanted, column):
    factories.system(code="LIS")
    factories.code(code="Y1", name="程序缺陷")
    factories.department(code="XHNK")
    factories.vendor(code="YC01")
    Category.objects.create(code="SW", name="软件")
    before = written()
    with pytest.raises(FieldsRefused) as refusal:
        registry.create(model, by=manager, at=NOW, values=wanted)
    assert list(refusal.value.errors) == [column]
    assert written() == before


def test_create_that_loses_a_race_for_the_code_is_refused_and_writes_nothing(manager, monkeypatch):
    factories.system(code="NEW")
    monkeypatch.setattr(System, "full_clean", lambda self: None)
    before = written()
    with pytest.raises(Conflict):
        registry.create(System, by=manager, at=NOW, values=values(System))
    assert written() == before


@pytest.mark.parametrize("maker, model", [(factories.module, Module), (factories.interface, Interface)])
def test_create_of_a_second_part_of_that_name_is_refused_at_the_name(manager, maker, model):
    system = factories.system()
    maker(system, name="质控")
    with pytest.raises(FieldsRefused) as refusal:
        registry.create(model, by=manager, at=NOW, values={"system": system, "name": "质控"})
    assert list(refusal.value.errors) == ["name"]


def test_create_below_a_retired_system_is_refused_at_the_system(manager):
    system = factories.system(is_active=False)
    with pytest.raises(FieldsRefused) as refusal:
        registry.create(Module, by=manager, at=NOW, values={"system": system, "name": "质控"})
    assert list(refusal.value.errors) == ["system"]


def test_create_with_one_person_as_both_owners_is_refused_at_the_backup(manager):
    owner = factories.user("ENG")
    with pytest.raises(FieldsRefused) as refusal:
        registry.create(
            System, by=manager, at=NOW, values={**values(System), "primary_owner": owner, "backup_owner": owner}
        )
    assert list(refusal.value.errors) == ["backup_owner"]


def test_create_of_an_interface_with_both_sides_named_is_refused(manager):
    system, other = factories.system(), factories.system()
    wanted = {"system": system, "name": "双", "counterpart": other, "party": "医保"}
    with pytest.raises(FieldsRefused) as refusal:
        registry.create(Interface, by=manager, at=NOW, values=wanted)
    assert list(refusal.value.errors) == ["party"]


def test_create_of_an_interface_to_itself_is_refused(manager):
    system = factories.system()
    with pytest.raises(FieldsRefused) as refusal:
        registry.create(Interface, by=manager, at=NOW, values={"system": system, "name": "自己", "counterpart": system})
    assert list(refusal.value.errors) == ["counterpart"]


# change


def test_change_notes_before_and_after_in_words(manager):
    old, new = factories.user("ENG", name="许昌明"), factories.user("ENG", name="马超")
    system = factories.system(primary_owner=old)
    registry.change(system, by=manager, at=NOW, version=1, values={"primary_owner": new, "in_scope": False})
    changed = Event.objects.about(system).get().detail["changes"]
    assert changed == {"primary_owner": ["许昌明", "马超"], "in_scope": ["是", "否"]}


def test_change_raises_the_version_and_the_initials(manager):
    system = registry.change(factories.system(), by=manager, at=NOW, version=1, values={"name": "检验系统"})
    assert (system.version, System.objects.get().initials) == (2, "jyxt")


def test_change_to_the_same_values_writes_nothing(manager):
    system = factories.system(name="检验系统")
    before = written()
    registry.change(system, by=manager, at=NOW, version=1, values={"name": "检验系统"})
    assert written() == before


def test_stale_change_is_refused_and_writes_nothing(manager):
    system = factories.system()
    registry.change(system, by=manager, at=NOW, version=1, values={"name": "先改"})
    before = written()
    with pytest.raises(Conflict):
        registry.change(system, by=manager, at=NOW, version=1, values={"name": "后改"})
    assert written() == before


# retire and restore


@pytest.mark.parametrize("model", REGISTERED)
def test_retire_and_restore_turn_the_row_off_and_on(manager, model):
    record = record_of(model)
    off = registry.retire(record, by=manager, at=NOW)
    assert not model.objects.get(pk=record.pk).is_active
    on = registry.restore(record, by=manager, at=NOW)
    assert model.objects.get(pk=record.pk).is_active
    assert (off.version, on.version) == (2, 3)
    assert [event.verb for event in Event.objects.about(record)] == ["catalog.retire", "catalog.restore"]


@pytest.mark.parametrize("verb, active", [("retire", False), ("restore", True)])
def test_verb_that_changes_nothing_is_refused(manager, verb, active):
    with pytest.raises(TransitionRefused):
        getattr(registry, verb)(factories.code(is_active=active), by=manager, at=NOW)


def test_retire_of_a_category_with_subcategories_in_use_is_refused(manager):
    child = factories.category()
    with pytest.raises(RuleBroken, match=child.name):
        registry.retire(child.parent, by=manager, at=NOW)


def test_retire_of_a_vendor_with_systems_in_use_is_refused(manager):
    system = factories.system(vendor=factories.vendor())
    with pytest.raises(RuleBroken, match=system.name):
        registry.retire(system.vendor, by=manager, at=NOW)


def test_restore_below_a_retired_system_is_refused(manager):
    module = factories.module(factories.system(is_active=False), is_active=False)
    with pytest.raises(RuleBroken, match=module.system.name):
        registry.restore(module, by=manager, at=NOW)


# Two levels


def test_change_to_a_third_level_is_refused_at_the_parent(manager):
    child, other = factories.category(), factories.category()
    with pytest.raises(FieldsRefused) as refusal:
        registry.change(child, by=manager, at=NOW, version=1, values={"parent": other})
    assert list(refusal.value.errors) == ["parent"]


def test_change_of_a_category_with_subcategories_to_the_second_level_is_refused(manager):
    child, other = factories.category(), factories.category()
    with pytest.raises(FieldsRefused) as refusal:
        registry.change(child.parent, by=manager, at=NOW, version=1, values={"parent": other.parent})
    assert list(refusal.value.errors) == ["parent"]


@pytest.mark.parametrize("statement", ["child", "parent"])
def test_database_refuses_a_third_level(statement):
    child, other = factories.category(), factories.category()
    low, high = (child.pk, other.pk) if statement == "child" else (child.parent_id, other.parent_id)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_category SET parent_id = %s WHERE id = %s", [high, low])


def test_database_refuses_to_insert_a_third_level():
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.bulk_create([Category(code="X", name="三级", parent=factories.category())])


def test_change_of_a_department_below_itself_is_refused(manager):
    top = factories.department()
    below = factories.department(parent=factories.department(parent=top))
    with pytest.raises(FieldsRefused) as refusal:
        registry.change(top, by=manager, at=NOW, version=1, values={"parent": below})
    assert list(refusal.value.errors) == ["parent"]
