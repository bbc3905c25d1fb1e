"""The golden October: every figure that the hospital's definitions give beforehand."""

import pytest

from itsm.reports import readings
from tests.reports import golden
from tests.reports.golden import DRAWN_AT, EXPECTED, OCTOBER

pytestmark = pytest.mark.django_db


def test_read_gives_every_figure_of_october():
    golden.build()
    found = readings.read(OCTOBER, at=DRAWN_AT)
    said = {code: (found[code].numerator, found[code].denominator, str(found[code].value)) for code in EXPECTED}
    assert said == EXPECTED
