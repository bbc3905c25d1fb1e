"""The dictionaries of a new installation: complete, valid, created once, edits kept."""

import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from itsm.accounts.enums import DepartmentKind
from itsm.accounts.models import Department, Vendor
from itsm.catalog import seeding
from itsm.catalog.enums import Tier
from itsm.catalog.models import (
    Calendar,
    Category,
    Code,
    HolidayYear,
    Interface,
    Module,
    PriorityRule,
    ServiceItem,
    System,
)
from slas import seeding as targets
from slas.models import Policy, Target
from tests import factories
from tickets.records import AlertSeverity, FollowUpRule

SYSTEM_CODES = (  # noqa: SIM905  a list literal would be one code per line
    "HIS EMR LIS PACS RIS UIS EIS APT SRP OA PIS ECG AIMS ICU NIS MDR ERS BIS PASS PIVAS HDIS NICIS IDR MRMS DRG"
    " MIS EBILL PAY SSM QUE IHP WX ESB EMPI CDR ODR RDR TJ CSSD SPD HRP HR AES CA SSO SMS DRP DC TERM"
).split()
TABLES = (
    Vendor,
    Department,
    System,
    Module,
    Interface,
    Category,
    Code,
    PriorityRule,
    Target,
    ServiceItem,
    FollowUpRule,
)
TABLES += (AlertSeverity, Calendar, HolidayYear)


def run() -> str:
    out = io.StringIO()
    call_command("seed_dictionaries", with_vendors=True, stdout=out)
    return out.getvalue()


@pytest.fixture
def seeded(db):
    return run()


def counts() -> list[int]:
    return [table.objects.count() for table in TABLES]


# The files


@pytest.mark.parametrize("name", ["vendors", "departments", "systems", "categories"])
def test_codes_are_unique_ascii_and_fit(name):
    codes = [row["code"] for row in seeding.read(name)]
    assert len(codes) == len(set(codes))
    assert [code for code in codes if not (code.isascii() and code.isalnum() and len(code) <= 20)] == []


@pytest.mark.parametrize("name", ["departments", "categories"])
def test_parents_are_tops_of_the_same_file(name):
    rows = seeding.read(name)
    tops = {row["code"] for row in rows if row["parent"] is None}
    assert {row["parent"] for row in rows} - {None} <= tops


@pytest.mark.parametrize("name", ["departments", "categories"])
def test_children_stand_right_behind_their_top(name):
    top = None
    for row in seeding.read(name):
        assert row["parent"] in (None, top)
        top = row["code"] if row["parent"] is None else top


def test_department_kinds_stand_together():
    kinds = [row["kind"] for row in seeding.read("departments")]
    assert kinds == sorted(kinds, key=list(DepartmentKind.values).index)


def test_names_are_unique_where_people_choose_between_them():
    for name in ("vendors", "departments", "systems"):
        names = [row["name"] for row in seeding.read(name)]
        assert len(names) == len(set(names))


# What is created


def test_seed_creates_the_systems_in_their_order(seeded):
    assert list(System.objects.values_list("code", flat=True)) == SYSTEM_CODES


@pytest.mark.parametrize("code, tier", [("HIS", Tier.A), ("SRP", Tier.B), ("OA", Tier.C)])
def test_seed_keeps_a_systems_tier(seeded, code, tier):
    assert System.objects.get(code=code).tier == tier


def test_seed_gives_every_system_a_module(seeded):
    assert System.objects.filter(modules=None).count() == 0


def test_seed_creates_the_modules_in_their_order(seeded):
    names = Module.objects.filter(system__code="RIS").values_list("name", flat=True)
    assert list(names) == ["登记", "叫号", "报告", "审核", "危急值"]


def test_seed_creates_the_interfaces(seeded):
    names = Interface.objects.filter(system__code="EMPI").values_list("name", flat=True)
    assert list(names) == ["ESB", "HIS"]


def test_seed_leaves_only_infrastructure_without_a_vendor(seeded):
    assert list(System.objects.filter(vendor=None).values_list("code", flat=True)) == ["DC", "TERM"]


def test_seed_gives_every_top_category_an_other(seeded):
    tops = Category.objects.filter(parent=None)
    assert tops.count() == 12
    assert Category.objects.filter(name="其他", parent__in=tops).count() == 12


def test_seed_creates_two_levels_of_categories(seeded):
    assert Category.objects.get(name="接口超时").parent.name == "接口"
    assert Category.objects.filter(parent__parent__isnull=False).count() == 0


def test_seed_creates_departments_of_every_kind(seeded):
    kinds = Department.objects.order_by().values_list("kind", flat=True).distinct()
    assert set(kinds) == set(DepartmentKind.values)


@pytest.mark.parametrize("code, name", [("XHNK", "消化内科"), ("XXGC", "信息工程部"), ("YWTD", "驻场运维团队")])
def test_seed_creates_the_departments_that_the_cast_works_in(seeded, code, name):
    assert Department.objects.get(code=code).name == name


def test_seed_lets_four_departments_raise_the_priority(seeded):
    names = Department.objects.filter(raises_priority=True).values_list("name", flat=True)
    assert set(names) == {"手术室", "重症医学科(ICU)", "急诊医学科", "输血科"}


def test_seed_puts_the_groups_below_information_engineering(seeded):
    names = Department.objects.filter(parent__code="XXGC").values_list("name", flat=True)
    assert list(names) == ["软件组", "网络组", "运维组", "安全组", "数据组"]


def test_seed_creates_initials_that_find_a_department(seeded):
    assert "xhnk" in Department.objects.get(name="消化内科").initials.split()


@pytest.mark.parametrize("model", [Vendor, Department, System, Module, Interface, Category, Code])
def test_seed_leaves_no_initials_empty(seeded, model):
    assert model.objects.filter(initials="").count() == 0


def test_seed_points_an_interface_at_the_system_it_names(seeded):
    sides = {
        row.name: (row.counterpart and row.counterpart.code, row.party)
        for row in Interface.objects.filter(system__code="HIS")
    }
    assert (sides["LIS"], sides["医保"]) == (("LIS", ""), (None, "医保"))


def test_seed_numbers_the_parts_of_a_system(seeded):
    codes = Module.objects.filter(system__code="LIS").order_by("position").values_list("code", flat=True)
    assert list(codes) == [f"LIS-M{number:02d}" for number in range(1, 8)]


def test_seed_lets_every_other_category_need_words(seeded):
    assert set(Category.objects.filter(needs_text=True).values_list("name", flat=True)) == {"其他"}


def test_seed_creates_the_codes_of_causes_and_solutions(seeded):
    counts = {kind: Code.objects.filter(kind=kind).count() for kind in ("cause", "resolution")}
    assert counts == {"cause": 12, "resolution": 10}


def test_seed_creates_the_matrix(seeded):
    cells = {(rule.impact, rule.urgency): rule.priority for rule in PriorityRule.objects.all()}
    assert cells == {
        (1, 1): "P1", (1, 2): "P2", (1, 3): "P3",
        (2, 1): "P2", (2, 2): "P3", (2, 3): "P4",
        (3, 1): "P3", (3, 2): "P4", (3, 3): "P4",
    }  # fmt: skip


def _common():
    return Target.objects.filter(subject="", kind__in=("response", "resolution"))


def test_seed_creates_the_targets(seeded):
    hours = {(target.kind, target.priority): target.seconds / 3600 for target in _common()}
    assert hours == {
        ("response", "P1"): 10 / 60, ("response", "P2"): 15 / 60, ("response", "P3"): 30 / 60, ("response", "P4"): 2,
        ("resolution", "P1"): 2, ("resolution", "P2"): 4, ("resolution", "P3"): 8, ("resolution", "P4"): 24,
    }  # fmt: skip


@pytest.mark.parametrize("model", TABLES)
def test_seed_writes_rows_that_the_forms_would_accept(seeded, model):
    for row in model.objects.all():
        row.full_clean()


# Again


def test_seed_says_what_it_created(seeded):
    assert "systems: 49 created." in seeded.splitlines()
    assert len(seeded.splitlines()) == len(TABLES)


def test_seed_twice_creates_nothing(seeded):
    before = counts()
    assert run() == "Dictionaries: nothing was missing.\n"
    assert counts() == before


def test_seed_twice_takes_few_queries(seeded, django_assert_max_num_queries):
    with django_assert_max_num_queries(28):
        run()


@pytest.mark.parametrize("model, code", [(Vendor, "BCZY"), (Department, "XHNK"), (System, "EMR"), (Category, "SW")])
def test_seed_keeps_an_edited_name(seeded, model, code):
    model.objects.filter(code=code).update(name="医院自己的叫法", is_active=False)
    run()
    row = model.objects.get(code=code)
    assert (row.name, row.is_active) == ("医院自己的叫法", False)


@pytest.mark.parametrize("model", [Module, Interface])
def test_seed_does_not_bring_a_renamed_part_back(seeded, model):
    count = model.objects.count()
    model.objects.filter(pk=model.objects.first().pk).update(name="医院自己的叫法")
    run()
    assert model.objects.count() == count


def test_seed_keeps_an_edited_matrix_and_agreement(seeded):
    PriorityRule.objects.filter(impact=3, urgency=3).update(priority="P3")
    policy = Policy.objects.create(number=2, drafted_at=timezone.now())
    factories.publish(policy, effective_at=timezone.now())
    run()
    assert PriorityRule.objects.get(impact=3, urgency=3).priority == "P3"
    assert list(Policy.objects.values_list("number", flat=True)) == [2, 1]


def test_seed_creates_a_missing_system_with_its_parts(seeded):
    before = counts()
    Interface.objects.filter(counterpart__code="RIS").update(counterpart=None, party="RIS")
    Module.objects.filter(system__code="RIS").delete()
    Interface.objects.filter(system__code="RIS").delete()
    System.objects.filter(code="RIS").delete()
    assert run().splitlines() == ["systems: 1 created.", "modules: 5 created.", "interfaces: 3 created."]
    assert counts() == before
    assert list(System.objects.values_list("code", flat=True)) == SYSTEM_CODES


def test_seed_puts_a_missing_child_below_its_kept_top(seeded):
    Category.objects.filter(code="IF01").delete()
    assert run() == "fault categories: 1 created.\n"
    assert Category.objects.get(code="IF01").parent.code == "IF"


def test_seed_reports_each_dictionary_even_if_nothing_was_missing(seeded):
    reported = []
    seeding.seed(lambda name, count: reported.append((name, count)))
    assert [count for _, count in reported] == [0] * 8
    assert targets.seed(timezone.now()) == 0


def test_seed_without_the_demo_creates_no_fictional_vendor(db):
    call_command("seed_dictionaries", stdout=io.StringIO())
    assert Vendor.objects.count() == 0
    assert System.objects.filter(vendor=None).count() == len(SYSTEM_CODES)
