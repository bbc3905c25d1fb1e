"""Allowances as people write them."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from itsm.limits import rates
from itsm.limits.rates import Rate


@pytest.mark.parametrize(
    "text, rate", [("120/40", Rate(120, 40)), (" 1 / 2 ", Rate(1, 2)), ("off", None), ("OFF", None)]
)
def test_parse_reads_an_allowance(text, rate):
    assert rates.parse(text) == rate


@pytest.mark.parametrize("text", ["", "120", "0/5", "5/0", "-1/5", "1.5/2", "a/b", "1/2/3"])
def test_parse_refuses_what_makes_no_sense(text):
    with pytest.raises(ValueError, match="as in 120/40"):
        rates.parse(text)


def test_table_names_the_setting_that_makes_no_sense():
    with pytest.raises(ImproperlyConfigured, match=r"^LIMIT_DEVICE must be"):
        rates.table(LIMIT_ADDRESS="1/1", LIMIT_DEVICE="many")


def test_table_is_by_what_is_counted():
    assert rates.table(LIMIT_ADDRESS="1/2", LIMIT_USER="off") == {"address": Rate(1, 2), "user": None}


@pytest.mark.parametrize("tokens, seconds", [(1.0, 0), (5.0, 0), (0.0, 300), (0.5, 150), (0.999, 1)])
def test_wait_seconds_until_a_bucket_of_twelve_an_hour_holds_one(tokens, seconds):
    assert Rate(12, 5).wait_seconds(tokens) == seconds
