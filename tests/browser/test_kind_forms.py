"""Every kind of ticket: its intake, its page with all forms of its verbs open, its editor and its reporter's page."""

import pytest

from tests import factories
from tests.browser.looks import faults_now, faults_of, unfold
from tests.browser.test_pages import LONG
from tests.tickets.stages import Desk
from tickets.enums import Kind

STATES = {
    Kind.REQUIREMENT: "evaluating",
    Kind.POLICY_INTERFACE: "evaluating",
    Kind.DATA_CORRECTION: "to_sign",
    Kind.COMPLAINT: "investigating",
}


@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_the_forms_of_a_kind_are_accessible_and_fit(visit, stage, kind):
    desk = Desk()
    ticket = desk.ticket(
        STATES.get(kind, "in_progress"), kind=kind, system=stage.system, module=stage.module, description=LONG
    )
    page, nurse = visit(factories.user("PM", "HIT")), visit()
    page.goto("/tickets/new/")
    page.locator(f"[name=kind][value={kind}]").check(force=True)
    unfold(page)
    faults = faults_now(page)
    page.goto(ticket.get_absolute_url())
    unfold(page)
    faults += [*faults_now(page), *faults_of(page, f"{ticket.get_absolute_url()}edit/")]
    assert [*faults, *faults_of(nurse, ticket.track_path)] == []
