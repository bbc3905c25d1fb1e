"""Token buckets: what passes, what waits, who shares, and that their own failure stops nobody."""

from datetime import timedelta

import pytest
from django.db import connection

from itsm.errors import TooMany
from itsm.limits import buckets
from itsm.limits.models import Bucket
from itsm.limits.rates import Limit, Rate
from tests import factories
from tests.parallel import split, together

AT = factories.at("2026-09-24 09:00")
DEVICE = Limit("device", "d1", Rate(12, 5))
ADDRESS = Limit("address", "10.0.0.1", Rate(120, 40))


def passed(times: int, *limits: Limit, at=AT) -> int:
    """How many of so many acts at one moment pass."""
    count = 0
    for _ in range(times):
        try:
            buckets.take("report", limits, at=at)
        except TooMany:
            continue
        count += 1
    return count


@pytest.mark.django_db
def test_a_burst_passes_and_no_more():
    assert passed(500, DEVICE) == 5


@pytest.mark.django_db
@pytest.mark.parametrize("minutes, more", [(0, 0), (4, 0), (5, 1), (14, 2), (25, 5), (600, 5)])
def test_a_bucket_fills_with_time_up_to_its_burst(minutes, more):
    passed(5, DEVICE)
    assert passed(20, DEVICE, at=AT + timedelta(minutes=minutes)) == more


@pytest.mark.django_db
def test_a_refused_act_says_when_to_come_back_and_names_the_phone(settings):
    settings.DESK_PHONE = "8120"
    passed(5, DEVICE)
    with pytest.raises(TooMany, match="8120") as refused:
        buckets.take("report", [DEVICE], at=AT)
    assert (refused.value.status, refused.value.seconds) == (429, 300)


@pytest.mark.django_db
def test_who_is_refused_at_the_own_bucket_takes_nothing_from_the_others():
    assert passed(100, DEVICE, ADDRESS) == 5
    assert passed(100, Limit("device", "d2", Rate(120, 60)), ADDRESS) == 35


@pytest.mark.django_db
def test_kinds_of_acts_have_buckets_of_their_own():
    passed(5, DEVICE)
    buckets.take("track", [DEVICE], at=AT)


@pytest.mark.django_db
def test_a_moment_that_lies_behind_neither_fills_nor_empties():
    passed(5, DEVICE)
    assert passed(5, DEVICE, at=AT - timedelta(hours=3)) == 0
    assert passed(5, DEVICE, at=AT + timedelta(minutes=5)) == 1


@pytest.mark.django_db
def test_spent_says_the_wait_and_takes_nothing():
    assert buckets.spent("report", DEVICE, at=AT) == 0
    passed(5, DEVICE)
    assert [buckets.spent("report", DEVICE, at=AT + timedelta(minutes=m)) for m in (0, 0, 4, 5)] == [300, 300, 60, 0]


@pytest.mark.django_db
def test_sweep_deletes_what_nobody_touched_for_a_day():
    passed(1, DEVICE)
    passed(1, ADDRESS, at=AT + timedelta(hours=2))
    assert buckets.sweep(at=AT + timedelta(hours=25)) == 1
    assert list(Bucket.objects.values_list("key", flat=True)) == ["report:address:10.0.0.1"]


@pytest.mark.django_db
def test_a_check_is_one_statement_a_bucket(django_assert_num_queries):
    with django_assert_num_queries(4):  # savepoint, two buckets, release
        buckets.take("report", [DEVICE, ADDRESS], at=AT)


@pytest.mark.django_db
def test_the_table_is_unlogged():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'limits_bucket'")
        assert cursor.fetchone() == ("u",)


@pytest.mark.django_db(transaction=True)
def test_an_act_passes_when_the_table_itself_fails(caplog):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE limits_bucket RENAME TO limits_away")
    try:
        assert passed(50, DEVICE) == 50
        assert buckets.spent("report", DEVICE, at=AT) == 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE limits_away RENAME TO limits_bucket")
    assert "the limits could not be asked; report goes through" in caplog.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("burst", [1, 7, 13])
def test_exactly_the_burst_passes_when_all_come_at_once(burst):
    limits = [Limit("device", "d1", Rate(1, 100)), Limit("address", "10.0.0.1", Rate(1, burst))]
    granted, refused = split(together([lambda: buckets.take("report", limits, at=AT)] * 16))
    assert (len(granted), {type(error) for error in refused}) == (burst, {TooMany})
    assert Bucket.objects.get(pk="report:device:d1").tokens == 100 - burst
