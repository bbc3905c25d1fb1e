"""Contracts, the service catalogue, papers and configuration items: lists, pages with their forms open, editors."""

import pytest

from itsm.catalog import services
from tests import factories
from tests.browser.looks import faults_now, unfold
from tests.browser.test_pages import LONG
from tests.catalog import agreements
from tests.catalog.agreements import NOW


@pytest.fixture
def contract_pages(stage):
    """A draft, and a contract in force with its years, phases, checklists, parameters and scope."""
    vendor = factories.vendor(kind="contractor", name=LONG[:60])
    drafted, signed = agreements.drafted(title=LONG[:100]), agreements.signed(contractor=vendor, scope_text=LONG)
    agreements.paper(vendor=vendor, name=LONG[:60])
    pages = ["contracts/", "contracts/new/", "expiries/", "proofs/"]
    pages += [f"contracts/{one.pk}/{verb}" for one in (drafted, signed) for verb in ("", "edit/", "scope/")]
    return [*pages, f"contracts/{signed.pk}/amend/", "papers/", "papers/new/", "contacts/", "contacts/new/"]


@pytest.fixture
def service_pages(stage):
    """A service published and drafted anew, one retired, and items that lean on each other."""
    service, retired = agreements.service(name=LONG[:60], description=LONG), agreements.service("retired")
    services.revise(service, by=None, at=NOW, words={**agreements.WORDS, "name": LONG[:50]})
    item, other = agreements.item(system=stage.system), agreements.item()
    agreements.leans(item, other)
    pages = ["services/", "services/new/", f"services/{service.pk}/", f"services/{service.pk}/edit/"]
    pages += [f"services/{retired.pk}/", "items/", "items/new/"]
    return [*pages, *(f"items/{item.pk}/{verb}" for verb in ("", "edit/", "impact/"))]


@pytest.mark.parametrize("about", ["contract_pages", "service_pages"])
def test_forms_of_agreements_are_accessible_and_fit(visit, request, about):
    paths, page, faults = request.getfixturevalue(about), visit(factories.user("HLD", "PM", "HIT")), []
    for path in paths:
        answer = page.goto(f"/catalog/{path}")
        unfold(page)
        faults += [f"{path}: {answer.status}"] * (not answer.ok) + faults_now(page)
    assert faults == []
