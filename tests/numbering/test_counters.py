"""Gap-free numbers per prefix and day."""

from datetime import date

import pytest
from django.db import transaction

from itsm.numbering import counters
from itsm.numbering.models import Counter

DAY = date(2026, 10, 14)


@pytest.mark.django_db
def test_take_counts_from_one():
    assert [counters.take("GD", DAY) for _ in range(3)] == ["GD20261014-0001", "GD20261014-0002", "GD20261014-0003"]


@pytest.mark.django_db
def test_take_counts_each_prefix_and_day_apart():
    counters.take("GD", DAY)
    assert [counters.take("TS", DAY), counters.take("GD", date(2026, 10, 15))] == ["TS20261014-0001", "GD20261015-0001"]


@pytest.mark.django_db
@pytest.mark.parametrize("last, number", [(9998, "GD20261014-9999"), (9999, "GD20261014-10000")])
def test_take_pads_to_four_digits_and_goes_on_beyond(last, number):
    Counter.objects.create(prefix="GD", on=DAY, last=last)
    assert counters.take("GD", DAY) == number


@pytest.mark.django_db
def test_take_of_a_rolled_back_transaction_gives_the_number_back():
    counters.take("GD", DAY)
    with transaction.atomic():
        counters.take("GD", DAY)
        transaction.set_rollback(True)
    assert counters.take("GD", DAY) == "GD20261014-0002"


@pytest.mark.django_db(transaction=True)
def test_take_outside_a_transaction_is_refused_and_takes_nothing():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        counters.take("GD", DAY)
    assert Counter.objects.count() == 0
