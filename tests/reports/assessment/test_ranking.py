"""The ranking: who comes first, who shares a place, who is not ranked at all."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from itsm.errors import NotAllowed
from itsm.reports.assessment import ranking
from itsm.reports.assessment.ranking import Ranked
from itsm.reports.enums import Dimension
from slas.models import Clock
from tests import factories
from tests.reports.assessment import made
from tests.reports.assessment.made import Cast

D = Decimal
AT = factories.at("2026-10-09 09:00")


def row(name, score):
    return Ranked(None, 1, name, None if score is None else D(score), None, D(71), {}, 0, 0, "")


def test_placed_shares_places_and_puts_the_unmeasured_last():
    rows = [row("丙", "80"), row("丁", None), row("甲", "90.5"), row("乙", "90.5"), row("戊", "70")]
    found = [(one.place, one.name) for one in ranking.placed(rows)]
    assert found == [(1, "乙"), (1, "甲"), (3, "丙"), (4, "戊"), (None, "丁")]


def test_placed_of_nobody_is_empty():
    assert ranking.placed([]) == []


def ticket(vendor, *, late=False, moment="2026-09-10 09:00"):
    """A ticket of a vendor's system, answered in time or late, and open."""
    system = vendor.systems.first() or factories.system(vendor=vendor)
    found = factories.ticket(moment=factories.at(moment), system=system)
    met = factories.at("2026-09-10 09:05")
    Clock.objects.filter(pk=found.response_clock_id).update(
        state="met", met_at=met, spent_seconds=300, next_alarm_at=None, breached_at=met if late else None
    )
    return found


def ranked(scheme, user, dimension=Dimension.VENDOR):
    return ranking.of(dimension, scheme, made.SEPTEMBER, at=AT, user=user)


@pytest.mark.django_db
@pytest.mark.usefixtures("hospital")
class TestRead:
    """From the database."""

    def test_the_better_vendor_comes_first_and_who_has_no_ticket_is_not_ranked(self):
        cast, scheme = Cast(), made.scheme()
        better, worse, idle = factories.vendor(name="好"), factories.vendor(name="差"), factories.vendor(name="闲")
        factories.system(vendor=idle)
        for late in (False, False, True):
            ticket(worse, late=late)
        ticket(better)
        found = {one.name: one for one in ranked(scheme, cast.head)}
        assert [(one.place, one.name) for one in found.values()] == [(1, "好"), (2, "差"), (None, "闲")]
        assert found["差"].points["K2"] == 0
        assert (found["闲"].score, found["闲"].measured) == (None, D(23))

    def test_a_row_tells_its_tickets_and_leads_to_the_open_ones(self):
        cast, scheme, vendor = Cast(), made.scheme(), factories.vendor()
        ticket(vendor)
        ticket(vendor, moment="2026-10-02 09:00")
        (found,) = ranked(scheme, cast.head)
        assert (found.tickets, found.open_tickets) == (1, 2)
        client = Client()
        client.force_login(cast.head)
        page = client.get(found.open_url).content.decode()
        assert all(one.number in page for one in vendor.ticket_set.all())

    def test_systems_are_ranked_in_the_same_way(self):
        cast, scheme, vendor = Cast(), made.scheme(), factories.vendor()
        made_for = ticket(vendor)
        (found,) = ranked(scheme, cast.head, Dimension.SYSTEM)
        assert (found.place, found.key, found.points["K2"]) == (1, made_for.system_id, 10)

    def test_another_dimension_is_refused(self):
        with pytest.raises(ValueError):
            ranked(made.scheme(), Cast().head, Dimension.DEPARTMENT)

    def test_a_vendor_s_contact_reads_no_ranking(self):
        with pytest.raises(NotAllowed):
            ranked(made.scheme(), Cast().contact)

    def test_one_and_three_vendors_cost_the_same(self):
        cast, scheme = Cast(), made.scheme()
        counts = []
        for vendors in (1, 2):
            for _number in range(vendors):
                ticket(factories.vendor())
            with CaptureQueriesContext(
                connection,
            ) as queries:
                ranked(scheme, cast.head)
            counts.append(len(queries))
        assert counts[0] == counts[1]
