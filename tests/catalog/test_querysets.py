"""What of the catalogue a person sees, and what a maintained system may lack."""

import pytest

from itsm.accounts.roles import ROLES
from itsm.catalog.models import Interface, Module, System
from itsm.catalog.querysets import vendors_of
from tests import factories

pytestmark = pytest.mark.django_db
EVERYTHING = {"CTO", "DSK", "ENG", "EXE", "EXP", "HIT", "HLD", "INS", "PLT", "PM"}


@pytest.fixture
def two_companies(db):
    own, other = factories.vendor(), factories.vendor()
    for vendor in (own, other):
        system = factories.system(vendor=vendor)
        factories.module(system)
        factories.interface(system)
    return own


@pytest.mark.parametrize("role", sorted(ROLES))
def test_visible_to_by_role(two_companies, role):
    person = factories.user(role, vendor=two_companies)
    expected = 2 if role in EVERYTHING else 1 if role == "VND" else 0
    tables = (System, Module, Interface)
    seen = [table.objects.visible_to(person).count() for table in tables] + [vendors_of(person).count()]
    assert seen == [expected] * 4


def test_visible_to_a_vendors_contact_is_the_own_company(two_companies):
    person = factories.user("VND", vendor=two_companies)
    assert [system.vendor for system in System.objects.visible_to(person)] == [two_companies]
    assert list(vendors_of(person)) == [two_companies]


def test_visible_to_a_contact_without_company_is_nothing(two_companies):
    person = factories.user("VND")
    assert [System.objects.visible_to(person).count(), vendors_of(person).count()] == [0, 0]


def test_visible_to_a_contact_has_the_own_module_of_a_foreign_system(two_companies):
    foreign = System.objects.exclude(vendor=two_companies).get()
    module = factories.module(foreign, vendor=two_companies)
    person = factories.user("VND", vendor=two_companies)
    assert module in Module.objects.visible_to(person)
    assert foreign not in System.objects.visible_to(person)


@pytest.fixture
def gaps(db):
    """One complete system, one for each gap, and two that do not count."""
    owner, backup, vendor = factories.user("ENG"), factories.user("ENG"), factories.vendor()
    whole = {"primary_owner": owner, "backup_owner": backup, "vendor": vendor}
    for number, (name, less) in enumerate(
        {"全": {}, "主": {"primary_owner": None}, "备": {"backup_owner": None}, "商": {"vendor": None}}.items()
    ):
        factories.module(factories.system(name=name, position=number, **{**whole, **less}))
    factories.module(factories.system(name="模", position=9, **whole), is_active=False)
    factories.system(name="停", is_active=False)
    factories.system(name="外", in_scope=False)


def test_gap_counts_are_of_maintained_systems(gaps):
    assert System.objects.gap_counts() == {
        "total": 5, "primary_owner": 1, "backup_owner": 1, "vendor": 1, "modules": 1
    }  # fmt: skip


@pytest.mark.parametrize(
    "gap, names",
    [
        ("primary_owner", ["主"]),
        ("backup_owner", ["备"]),
        ("vendor", ["商"]),
        ("modules", ["模"]),
        ("any", [*"主备商模"]),
    ],
)
def test_lacking_names_the_systems(gaps, gap, names):
    assert [system.name for system in System.objects.lacking(gap).order_by("position")] == names


def test_with_counts_counts_the_parts_in_use():
    system = factories.system()
    for active in (True, True, False):
        factories.module(system, is_active=active)
    factories.interface(system)
    counted = System.objects.with_counts().get(pk=system.pk)
    assert (counted.module_count, counted.interface_count) == (2, 1)
