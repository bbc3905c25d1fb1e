"""What the monthly report and the workbook say of an assessment."""

import io
from decimal import Decimal

import pytest
from django.http import QueryDict
from openpyxl import load_workbook

from itsm.exports.sources import Order
from itsm.reports import periods
from itsm.reports.assessment import appeals, lifecycle, reporting
from itsm.reports.monthly import content, outline
from itsm.reports.monthly.enums import Section
from itsm.reports.scopes import Scope
from itsm.reports.workbook import FIGURES_BOOK
from tests import factories
from tests.reports.assessment import made
from tests.reports.assessment.made import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]
AT = made.AT


@pytest.fixture
def cast():
    return Cast()


def said():
    return reporting.said(reporting.told(made.SEPTEMBER))


def test_told_of_a_month_without_a_handed_over_assessment_is_a_sentence(cast):
    made.drawn(cast)
    assert said() == ["本月尚无已提交的考核。"]


def test_told_of_a_submitted_month_says_that_it_may_change(cast):
    made.submitted(cast)
    assert said() == [
        "本月得分：99.00 分（优秀）；扣分前 100.00 分，扣 1.00 分。",
        "该考核尚未确认，申诉后得分可能调整。",
        "违反行为规范或安全规定：1 次，扣 1.00 分。",
    ]


def test_told_of_a_confirmed_month_and_its_vendors_is_final(cast):
    made.confirmed(cast, vendor=cast.vendor)
    appeal = made.appealed(cast)
    appeals.decide(appeal, by=cast.head, at=AT, upheld=True, reason="属实", points=Decimal("0.5"))
    lifecycle.confirm(appeal.assessment, by=cast.head, at=AT)
    assert said() == [
        "本月得分：99.50 分（优秀）；扣分前 100.00 分，扣 0.50 分。",
        "违反行为规范或安全规定：1 次，扣 0.50 分。",
        "东信软件：99.00 分（优秀）；扣分前 100.00 分，扣 1.00 分。",
    ]


def test_told_of_a_quarter_is_nothing(cast):
    made.submitted(cast)
    assert reporting.told(periods.quarter(2026, 3)) == []


def test_the_report_holds_what_is_told_and_its_section_says_it(cast):
    made.confirmed(cast)
    found = content.read(made.SEPTEMBER, at=AT)
    part = next(one for one in outline.parts(found, {}) if one.code == Section.ASSESSMENT)
    assert (part.numeral, part.said[0]) == ("十一", "本月得分：99.00 分（优秀）；扣分前 100.00 分，扣 1.00 分。")
    assert found["assessments"][0]["rules"][0]["code"] == "D09"


def test_a_report_sealed_before_there_were_assessments_says_nothing(cast):
    found = content.read(made.SEPTEMBER, at=AT)
    del found["assessments"]
    assert next(one for one in outline.parts(found, {}) if one.code == Section.ASSESSMENT).said == []


def listed(user, **scope):
    return list(reporting.listed(user, [made.SEPTEMBER], Scope(**scope)))


def test_listed_has_a_row_per_rule_for_whoever_may_read_it(cast):
    made.confirmed(cast)
    lifecycle.submit(made.drawn(cast, vendor=cast.vendor), by=cast.staff, at=AT)
    whole = ["2026-09", "合同整体", 99.0, "违反行为规范或安全规定", 1, 1.0, 0.0, "优秀"]
    vendor = ["2026-09", "东信软件", 100.0, "—", 0, 0.0, 0.0, "优秀"]
    assert sorted(listed(cast.head)) == sorted([whole, vendor])
    assert listed(cast.contact) == listed(cast.head, vendor=cast.vendor.pk) == [vendor]
    assert listed(cast.head, system=1) == listed(factories.user("DSK")) == []


def book(user):
    file = io.BytesIO()
    order = Order("xlsx", QueryDict("period=2026-09"), (), user, AT)
    FIGURES_BOOK.write(order, file, lambda done, total: None)
    return load_workbook(file)


def test_the_workbook_has_the_sheet_for_whoever_reads_assessments(cast):
    made.confirmed(cast)
    rows = list(book(cast.head)["考核与扣分"].iter_rows(values_only=True))
    assert rows[0] == ("月份", "考核对象", "得分", "扣分规则", "次数", "扣分", "扣款（元）", "等级")
    assert rows[1] == ("2026-09", "合同整体", 99, "违反行为规范或安全规定", 1, 1, 0, "优秀")
    assert "考核与扣分" not in book(factories.user("DSK")).sheetnames
