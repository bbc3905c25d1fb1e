"""The demo's contract and what hangs on it."""

import io
from datetime import datetime

import pytest
from django.core.management import call_command

from itsm.catalog import impact, papers, parameters, reminders
from itsm.catalog.models import ConfigurationItem, Contact, Contract, Paper, Relation, ServiceItem
from itsm.demo.contract import ZONE, seed_contract
from itsm.demo.people import seed_people
from itsm.notifications.models import Message

UNTIL = datetime(2026, 11, 23, 15, 0, tzinfo=ZONE)


@pytest.mark.django_db
def test_the_demo_has_a_contract_with_everything_that_hangs_on_it():
    call_command("seed_dictionaries", with_vendors=True, stdout=io.StringIO())
    people = seed_people()
    seed_contract(people, until=UNTIL)
    seed_contract(people, until=UNTIL)
    contract = Contract.objects.get()
    assert [bool(phase.finished_at) for phase in contract.phases.all()] == [True, True, False]
    assert (contract.parameters.count(), parameters.missing(contract).count()) == (27, 4)
    assert [table.objects.count() for table in (Paper, Contact, ConfigurationItem, Relation)] == [15, 5, 22, 28]
    assert (ServiceItem.objects.count(), ServiceItem.objects.selectable().count()) == (26, 23)
    assert len(reminders.expiring(UNTIL.date())) == 10
    assert papers.without_proof(UNTIL.date()).filter(code="LIS").exists()
    assert Message.objects.filter(dedup_key__startswith="expiry:").count() == 7 * 3
    server = ConfigurationItem.objects.get(code="SRV-DB-01")
    systems = impact.affected_systems(server, impact.affected(server))
    assert {"HIS", "EMR"} <= {system.code for system in systems}
