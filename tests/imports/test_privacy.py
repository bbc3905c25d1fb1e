"""An import's page quotes what was in the sheet: without citizens' numbers."""

import pytest
from django.test import Client

from itsm.audit.models import Event
from itsm.imports import receiving, running
from tests import factories
from tests.imports.sheets import people

AT = factories.at("2026-09-24 09:00")
ID, HIDDEN = "210102199003078515", "210***********8515"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(client: Client) -> tuple[str, str]:
    """The pages of an import with a citizen's number in its name, in a good row and in bad ones."""
    factories.department(code="XHNK", name="消化内科")
    admin = factories.user("SYS")
    sheet = people(
        2, r2=("N1", f"张{ID}", "消化内科", "护士", "2316"), r3=("N2", f"李{ID}", f"科室{ID}", "护士", "2316")
    )
    found = receiving.receive("people", sheet, name=f"名单_{ID}.xlsx", by=admin, at=AT)
    running.run_waiting(at=AT)
    client.force_login(admin)
    return tuple(client.get(path).content.decode() for path in (found.get_absolute_url(), "/imports/"))


def test_pages_of_an_import_are_masked(told):
    assert [(ID in page, HIDDEN in page) for page in told] == [(False, True), (False, True)]


def test_the_audit_log_of_an_import_is_masked(told):
    kept = str(list(Event.objects.values()))
    assert (ID in kept, HIDDEN in kept) == (False, True)
