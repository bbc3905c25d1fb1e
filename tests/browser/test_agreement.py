"""The agreement's pages at desk and phone width, in light and dark; a figure changed in its cell."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from slas import policies
from slas.models import Policy, Target
from tests import factories
from tests.browser.looks import faults_of


@pytest.fixture
def draft(stage):
    """A draft with a promise of every sort, and one that is looser than what it serves."""
    draft = policies.draft(by=None, at=timezone.now())
    icu, vendor = factories.department(name="重症医学科（中心重症监护病区）"), factories.vendor(name="北方影像")
    factories.target(draft, "resolution", "P3", 240, department=icu, calendar=factories.work_calendar())
    factories.target(draft, "vendor", "P3", 600, vendor=vendor)
    factories.rung(draft, "resolution", "P1", 30, basis="before", recipients=["pm", "hospital"], pierces=True)
    return draft


def test_the_agreements_pages_are_accessible_and_fit(visit, stage, draft):
    factories.ticket(moment=timezone.now(), department=stage.department)
    author, publisher, faults = factories.user("PM"), factories.user("HLD"), []
    forms = [f"/slas/{draft.number}/{part}/new/" for part in ("target", "pause_rule", "rung")]
    forms.append(f"/slas/{draft.number}/rung/{draft.rungs.first().pk}/")
    for person, paths in (
        (author, ["/slas/", f"/slas/{draft.number}/", "/slas/compare/", "/tickets/unmatched/", *forms]),
        (publisher, [f"/slas/{draft.number}/preview/"]),
    ):
        page = visit(person)
        for path in paths:
            faults += faults_of(page, path)
    assert faults == []


def test_a_figure_is_changed_in_its_cell_by_keyboard(visit, stage, draft):
    page = visit(factories.user("PM"))
    page.goto(f"/slas/{draft.number}/")
    cell = page.locator("#promises").locator("xpath=ancestor::section").locator("td").nth(0)
    cell.get_by_role("link").press("Enter")
    length = cell.get_by_label("时限")
    expect(length).to_be_focused()
    length.fill("5 分钟")
    length.press("Enter")
    expect(cell).to_contain_text("5 分钟")
    expect(cell.get_by_role("link")).to_be_focused()
    assert Target.objects.get(policy=Policy.objects.get(pk=draft.pk), kind="response", priority="P1").seconds == 300
