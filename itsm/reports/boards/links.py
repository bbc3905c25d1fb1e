"""Where a number leads: the list of the tickets that it counts."""

from typing import Any

from django.urls import reverse

from itsm.reports.asking import Question
from itsm.reports.kpis import Reading
from itsm.reports.periods import Period
from itsm.reports.readings import DENOMINATOR, NUMERATOR


def figure(reading: Reading, asked: Question, *, half: str = DENOMINATOR, period: Period | None = None) -> str:
    """The tickets of a half of a figure; "" where there are none."""
    size = reading.numerator if half == NUMERATOR else reading.denominator
    if not size:
        return ""
    return reverse("reports:records", args=[reading.code, half]) + query(asked, period)


def cohort(key: str, asked: Question) -> str:
    """The tickets of a cohort."""
    return reverse("boards:list", args=[key]) + query(asked)


def table(dimension: str, asked: Question) -> str:
    """All figures by one dimension."""
    return reverse("reports:kpis") + asked.url(by=dimension) + "#by"


def query(asked: Question, period: Period | None = None, **changes: Any) -> str:
    """The question as words of an address, perhaps for another period."""
    return asked.url(period=(period or asked.period).slug, by="", **changes)
