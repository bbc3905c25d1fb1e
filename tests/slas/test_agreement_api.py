"""The agreement for programs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from slas import policies
from tests import factories
from tests.factories import at

pytestmark = pytest.mark.django_db

NOW = at("2026-11-02 09:00")


def versions(client, *roles: str, **fields: object) -> list[dict]:
    client.force_login(factories.user(*roles, **fields))
    return client.get("/api/v1/agreements/").json()["results"]


def test_a_version_is_whole(hospital, client):
    (version,) = versions(client, "ENG")
    first = {"kind": "resolution", "priority": "P1", "seconds": 7200, "calendar": None, "subject": ""}
    assert first.items() <= version["targets"][0].items()
    assert {key: len(version[key]) for key in ("targets", "pauses", "ladders")} == {
        "targets": 8, "pauses": 2, "ladders": 8,
    }  # fmt: skip


def test_a_draft_is_for_those_who_work_on_it(hospital, client):
    policies.draft(by=None, at=NOW)
    numbers = [[one["number"] for one in versions(client, role)] for role in ("ENG", "HLD")]
    assert numbers == [[1], [1, 2]]


def test_a_vendors_contact_reads_the_own_companys_part_only(hospital, client):
    own, other = factories.vendor(code="OWN"), factories.vendor(code="OTHER")
    draft = policies.draft(by=None, at=NOW)
    for vendor in (own, other):
        factories.target(draft, "vendor", "P3", 60, vendor=vendor)
    factories.publish(draft)
    seen = [row["vendor"] for version in versions(client, "VND", vendor=own) for row in version["targets"]]
    assert {vendor for vendor in seen if vendor} == {"OWN"}


def test_it_costs_the_same_for_one_version_and_for_three(hospital, client):
    client.force_login(factories.user("ENG"))
    counts = []
    for more in (0, 2):
        for _version in range(more):
            factories.publish(policies.draft(by=None, at=NOW))
        with CaptureQueriesContext(connection) as asked:
            client.get("/api/v1/agreements/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
