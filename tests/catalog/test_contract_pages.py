"""The pages of contracts, papers, services and configuration items."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from itsm.audit.models import Event
from itsm.catalog import contracts, items, papers, registry, services, years
from itsm.catalog.models import ConfigurationItem, Contract, Paper, Relation
from itsm.errors import FieldsRefused, NotAllowed, RuleBroken, TransitionRefused
from tests import factories
from tests.catalog import agreements
from tests.catalog.agreements import NOW, WORDS, drafted, item, leans, paper, service, signed

pytestmark = pytest.mark.django_db


def as_(role: str, **fields: Any) -> Client:
    client = Client()
    client.force_login(factories.user(role, **fields))
    return client


def page(client: Client, name: str, *args: int, **query: str) -> str:
    response = client.get(reverse(f"catalog:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, address: str, *args: int, **words: Any) -> Any:
    return client.post(reverse(f"catalog:{address}", args=args), words)


# The contract


def test_contract_page_shows_years_phases_and_what_is_missing():
    contract = signed()
    shown = page(as_("HLD"), "contract", contract.pk)
    for words in ("2026-03-04", "2026-06-04", "2028-01-04", "2027-01-04", "维保的业务系统及模块数"):
        assert words in shown


@pytest.mark.parametrize("role, seen", [("HLD", True), ("PM", True), ("HIT", False), ("CTO", False), ("EXE", False)])
def test_contract_page_shows_the_amount_only_to_those_who_may_see_it(role, seen):
    contract = contracts.amend(
        signed(),
        by=None,
        at=NOW,
        version=2,
        agreed_on=date(2026, 6, 1),
        reason="",
        changes={"amount": Decimal("1300000.00")},
    )
    shown = page(as_(role), "contract", contract.pk)
    assert (("1,258,000.00" in shown), ("1,300,000.00" in shown)) == (seen, seen)


def test_an_editor_who_does_not_see_the_amount_does_not_change_it():
    contract = drafted(amount=Decimal("5.00"))
    words = {
        name: getattr(contract, name) for name in ("number", "hospital", "months", "initial_months", "trial_months")
    }
    response = send(
        as_("HIT"),
        "contract_edit",
        contract.pk,
        **words,
        title="新",
        contractor=contract.contractor_id,
        signed_on="2026-01-05",
        amount="9",
        version=1,
    )
    contract.refresh_from_db()
    assert (response.status_code, contract.title, contract.amount) == (302, "新", Decimal("5.00"))


def test_contract_edit_that_is_stale_shows_both_versions():
    contract = drafted(title="旧")
    contracts.revise(contract, by=None, at=NOW, version=1, changes={"title": "他人的"})
    words = {
        name: getattr(contract, name) for name in ("number", "hospital", "months", "initial_months", "trial_months")
    }
    response = send(
        as_("HLD"),
        "contract_edit",
        contract.pk,
        **words,
        title="我的",
        contractor=contract.contractor_id,
        signed_on="2026-01-05",
        version=1,
    )
    shown = response.content.decode()
    assert (response.status_code, "他人的" in shown, "我的" in shown) == (409, True, True)
    assert Contract.objects.get().title == "他人的"


def test_a_refused_value_comes_back_with_what_was_typed():
    contract = drafted()
    parameter = contract.parameters.get(code="SHARE_ONLINE")
    response = send(as_("PM"), "parameter_fill", parameter.pk, value="七成", before="")
    assert (response.status_code, "七成" in response.content.decode()) == (422, True)


def test_decide_before_the_evaluation_is_a_conflict():
    year = signed().years.get(index=1)
    assert send(as_("HLD"), "year_decide", year.pk, decision="renewed").status_code == 409


def test_evaluate_then_decide_by_the_page():
    head, contract = as_("HLD"), signed()
    year = contract.years.get(index=1)
    send(head, "year_evaluate", year.pk, evaluation="qualified", score="92.5", note="达标")
    send(head, "year_decide", year.pk, decision="renewed", note="同意")
    year.refresh_from_db()
    assert (year.evaluation, year.score, year.decision) == ("qualified", Decimal("92.50"), "renewed")


def test_contract_scope_refuses_a_module_of_another_system():
    contract, system = signed(), factories.system()
    module = factories.module(factories.system())
    words = {"system": system.pk, "module": module.pk, "is_included": "1", "from_on": "2026-06-01"}
    response = send(as_("HLD"), "contract_scope", contract.pk, **words)
    assert (response.status_code, contract.scope_rows.count()) == (422, 0)


def test_contract_list_asks_the_same_number_of_queries_for_one_contract_and_for_three(django_assert_num_queries):
    client = as_("HLD")
    signed()
    client.get("/catalog/contracts/")
    with django_assert_num_queries(4):
        page(client, "contract_list")
    drafted()
    drafted()
    with django_assert_num_queries(4):
        page(client, "contract_list")


def test_the_contract_page_costs_the_same_with_more_of_everything(django_assert_max_num_queries):
    contract, client = signed(), as_("HLD")
    for year in contract.years.filter(index=1):
        years.evaluate(year, by=factories.user("HLD"), at=NOW, evaluation="qualified", note="")
    with django_assert_max_num_queries(16):
        page(client, "contract", contract.pk)


# Papers


def test_a_vendors_contact_sees_only_the_own_companys_papers():
    own = factories.vendor()
    paper(vendor=own, name="本公司授权书")
    paper(name="别家授权书")
    shown = page(as_("VND", vendor=own), "paper_list")
    assert ("本公司授权书" in shown, "别家授权书" in shown) == (True, False)


def test_a_vendors_contact_without_a_company_sees_no_paper():
    paper()
    assert list(Paper.objects.visible_to(factories.user("VND"))) == []


@pytest.mark.parametrize(
    "fields, proven",
    [
        ({}, True),
        ({"kind": "proof"}, True),
        ({"kind": "licence"}, False),
        ({"kind": "contract"}, False),
        ({"is_active": False}, False),
        ({"expires_on": date(2026, 11, 1)}, False),
        ({"expires_on": date(2026, 11, 2)}, True),
        ({"expires_on": None}, True),
        ({"issued_on": date(2026, 11, 3)}, False),
    ],
)
def test_a_system_is_compliant_with_a_valid_proof(fields, proven):
    vendor = factories.vendor()
    system = factories.system(vendor=vendor)
    paper(vendor=vendor, system=system, **fields)
    assert (papers.compliance(system, date(2026, 11, 2)) == "proven") is proven


def test_a_paper_for_all_systems_of_the_vendor_proves_each_of_them_and_no_other():
    vendor = factories.vendor()
    own, foreign = factories.system(vendor=vendor), factories.system(vendor=factories.vendor())
    paper(vendor=vendor)
    lacking = list(papers.without_proof(date(2026, 11, 2)))
    assert lacking == [foreign]
    assert papers.compliance(own, date(2026, 11, 2)) == "proven"


def test_the_page_of_original_service_names_the_systems_that_are_not_compliant():
    system = factories.system(name="无授权系统")
    shown = page(as_("HIT"), "proofs")
    assert (system.name in shown, "不合规" in shown) == (True, True)


def test_a_paper_that_ends_before_it_begins_is_refused_at_its_field():
    values = {"vendor": factories.vendor(), "kind": "licence", "name": "证", "issued_on": date(2026, 1, 2)}
    with pytest.raises(FieldsRefused) as refusal:
        registry.create(Paper, by=None, at=NOW, values={**values, "expires_on": date(2026, 1, 1)})
    assert (list(refusal.value.errors), Paper.objects.count()) == (["expires_on"], 0)


def test_expiries_costs_the_same_for_one_paper_and_for_three(django_assert_num_queries):
    client = as_("PM")
    paper(expires_on=date(2026, 11, 30))
    page(client, "expiries")
    with django_assert_num_queries(6):
        page(client, "expiries")
    for _ in range(2):
        paper(expires_on=date(2026, 11, 30), system=factories.system())
    with django_assert_num_queries(6):
        page(client, "expiries")


# Services


def test_the_catalogue_shows_the_three_roots_even_when_it_is_empty():
    shown = page(as_("DSK"), "service_list")
    assert [words in shown for words in ("日常维保", "文档·人员·制度管理", "专业技术服务")] == [True, True, True]


def test_the_catalogue_shows_what_is_published_only():
    for state in ("draft", "published", "retired"):
        service(state, name=f"项-{state}")
    shown = page(as_("DSK"), "service_list")
    assert [f"项-{state}" in shown for state in ("draft", "published", "retired")] == [False, True, False]


def test_a_draft_that_was_never_published_is_found_by_its_editors_only():
    address = service("draft").get_absolute_url()
    assert [as_(role).get(address).status_code for role in ("DSK", "PM")] == [404, 200]


def test_the_catalogue_costs_the_same_for_one_item_and_for_three(django_assert_num_queries):
    client = as_("PM")
    service()
    page(client, "service_list")
    with django_assert_num_queries(6):
        page(client, "service_list")
    service()
    service()
    with django_assert_num_queries(6):
        page(client, "service_list")


def test_a_level_without_a_place_is_refused_at_its_field():
    one = service()
    words = {"level": "快", "reason": "急", "from_on": "2026-11-02"}
    response = send(as_("PM"), "override_propose", one.pk, **words)
    assert (response.status_code, one.overrides.count()) == (422, 0)


def test_a_target_of_no_minutes_is_refused_at_its_field():
    response = send(as_("PM"), "service_new", code="X", root="technical", **{**WORDS, "target_minutes": 0})
    assert response.status_code == 422


def test_a_second_level_for_the_same_place_waits_for_the_first():
    one, icu = service(), factories.department()
    terms = {"department": icu, "level": "快", "reason": "急", "from_on": date(2026, 11, 2)}
    services.propose(one, by=None, at=NOW, terms=terms)
    with pytest.raises(RuleBroken):
        services.propose(one, by=None, at=NOW, terms=terms)


# Items


def changes_of(one: ConfigurationItem) -> list[tuple[str, dict]]:
    return [(event.verb, event.detail["changes"]) for event in Event.objects.about(one)]


def test_every_change_of_an_item_is_logged_with_before_and_after():
    one = registry.create(ConfigurationItem, by=None, at=NOW, values={"code": "DB", "name": "旧", "kind": "database"})
    registry.change(one, by=None, at=NOW, version=1, values={"name": "新", "release": "19.3"})
    assert changes_of(one)[-1] == ("catalog.change", {"name": ["旧", "新"], "release": ["", "19.3"]})


def test_relations_are_logged_when_they_come_and_go():
    one, other = item("APP"), item("DB")
    relation = items.relate(one, by=None, at=NOW, kind="depends", target=other)
    items.unrelate(relation, by=None, at=NOW)
    words = f"{relation.kind_badge.label} DB"
    assert changes_of(one) == [
        ("catalog.relate_items", {"relation": ["", words]}),
        ("catalog.unrelate_items", {"relation": [words, ""]}),
    ]


def test_verify_says_by_whom_and_when():
    engineer = factories.user("PLT")
    one = items.verify(item(), by=engineer, at=NOW)
    assert (one.verified_by, one.verified_at) == (engineer, NOW)


@pytest.mark.parametrize("role, allowed", [("PLT", True), ("PM", True), ("HIT", True), ("ENG", False), ("VND", False)])
def test_verify_by(role, allowed):
    one, person = item(), factories.user(role)
    try:
        items.verify(one, by=person, at=NOW)
    except NotAllowed:
        assert not allowed
    else:
        assert allowed


def test_relate_to_itself_is_refused():
    one = item()
    with pytest.raises(RuleBroken):
        items.relate(one, by=None, at=NOW, kind="depends", target=one)
    assert Relation.objects.count() == 0


def test_unrelate_twice_is_refused():
    relation = leans(item(), item())
    items.unrelate(relation, by=None, at=NOW)
    with pytest.raises(TransitionRefused):
        items.unrelate(relation, by=None, at=NOW)


def test_the_impact_page_lists_the_affected_systems_of_a_database():
    his = factories.system(name="医院信息系统")
    database, app = item("DB"), item("APP", his)
    leans(app, database)
    assert "医院信息系统" in page(as_("PLT"), "item_impact", database.pk)


def test_item_list_costs_the_same_for_one_item_and_for_three(django_assert_num_queries):
    client = as_("PLT")
    agreements.item(system=factories.system(), owner=factories.user("PLT"))
    page(client, "item_list")
    with django_assert_num_queries(6):
        page(client, "item_list")
    for _ in range(2):
        agreements.item(system=factories.system(), owner=factories.user("PLT"))
    with django_assert_num_queries(6):
        page(client, "item_list")


# Separation: administrators and clinicians see none of it


@pytest.mark.parametrize("role", ["SYS", "SEC", "AUD", "CLI"])
@pytest.mark.parametrize(
    "name", ["contract_list", "paper_list", "contact_list", "expiries", "service_list", "item_list"]
)
def test_administrators_and_clinicians_see_none_of_it(role, name):
    assert as_(role).get(reverse(f"catalog:{name}")).status_code == 403
