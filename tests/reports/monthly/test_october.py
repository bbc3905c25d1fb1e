"""The page and the files of the golden October's report."""

import io
import re
from typing import Any

import pytest
from django.test import Client
from docx import Document
from openpyxl import load_workbook

from itsm.audit.models import Event
from itsm.reports.figures import FIGURES, RANKS
from itsm.reports.monthly import lifecycle
from itsm.reports.monthly.models import Edition
from tests import factories
from tests.reports.golden import EXPECTED, October
from tests.reports.monthly import made, told
from tests.reports.monthly.test_story import late_ticket
from tests.reports.monthly.told import Cast
from tests.workbooks import office

pytestmark = pytest.mark.django_db
OCTOBER = "/reports/monthly/2026-10/"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def text(response):
    return response.content.decode()


@pytest.fixture
def approved(october: October) -> Cast:
    """The golden month, its report approved."""
    cast = Cast()
    told.approved(cast)
    return cast


def test_page_shows_every_figure_of_october_with_its_list(approved):
    page = text(signed_in(approved.head).get(OCTOBER))
    shown = (
        "14.44 分钟",
        "77.78 %",
        "87.50 %",
        "12.50 %",
        "88.89 %",
        "4.13",
        "30.77 %",
        "可用率 99.85 %，非计划停机 68.00 分钟",
        told.WORDS,
    )
    assert [words for words in shown if words not in page] == []
    assert f"{OCTOBER}1/records/K2/denominator/" in page
    assert "与现数据不一致" not in page


@pytest.mark.parametrize(
    "code, half, names",
    [
        ("K2", "numerator", "T1 T2 T4 T5 T7 T8 T13"),
        ("K4", "denominator", "T1 T2 T3 T4 T5 T6 T7 T8"),
        ("K7", "numerator", "T3"),
    ],
)
def test_records_are_those_that_were_sealed(october, approved, code, half, names):
    client = signed_in(approved.head)
    page = text(client.get(f"{OCTOBER}1/records/{code}/{half}/"))
    assert {one for one in october.tickets if october.tickets[one].number in page} == set(names.split())


@pytest.mark.parametrize("path", ["K99/numerator", "K2/nonsense"])
def test_records_of_no_figure_are_not_found(approved, path):
    assert signed_in(approved.head).get(f"{OCTOBER}1/records/{path}/").status_code == 404


def test_page_says_what_differs_today_and_offers_a_corrected_edition(approved):
    late = late_ticket(approved.manager)
    page = text(signed_in(approved.manager).get(OCTOBER))
    assert ("与现数据不一致（差 1）" in page, late.number in page, "出更正版" in page) == (True, True, True)
    answer = signed_in(approved.manager).post(f"{OCTOBER}correct/", {"reason": "补录一张"})
    assert answer.status_code == 302
    assert "77.78 %" in text(signed_in(approved.head).get(f"{OCTOBER}1/"))


def test_page_of_a_superseded_edition_says_so(approved):
    corrected = lifecycle.correct(Edition.objects.get(), by=approved.manager, at=told.APPROVED, reason="补录")
    Edition.objects.filter(pk=corrected.pk).update(
        state="approved", submitted_at=told.APPROVED, reviewed_at=told.APPROVED, approved_at=told.APPROVED
    )
    assert "已被 V1.1 取代" in text(signed_in(approved.head).get(f"{OCTOBER}1/"))


# Files


def test_docx_holds_cover_approval_outline_and_figures(approved):
    response = signed_in(approved.head).get(f"{OCTOBER}1/report.docx")
    word = Document(io.BytesIO(b"".join(response)))
    heads = [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    assert [heads[0], heads[2], heads[12]] == ["一、概况", "三、服务级别", "十三、需院方协调"]
    assert {"编制", "审核", "批准", "陈立", "孙浩", "周建国", "14.44 分钟", "77.78 %", "7 / 9"} - cells == set()
    assert told.WORDS in [p.text for p in word.paragraphs]


def test_docx_has_its_contents_filled_and_charts_whose_numbers_lie_in_it(approved):
    word = Document(io.BytesIO(b"".join(signed_in(approved.head).get(f"{OCTOBER}1/report.docx"))))
    heads = [p for p in word.paragraphs if p.style.name == "Heading 1"]
    links = {link.address or link.fragment: link.text for p in word.paragraphs for link in p.hyperlinks}
    marks = {p._p.xpath("string(./w:bookmarkStart/@w:name)"): f"{p.text}\t" for p in heads}
    assert (len(heads), links) == (14, marks)
    charts = [part for part in word.part.package.iter_parts() if part.partname.startswith("/word/charts/")]
    assert len(charts) == len(word.element.body.xpath(".//w:drawing")) == 2
    for chart in charts:
        (book,) = [one.target_part for one in chart.rels.values()]
        numbers = [cell.value for cell in load_workbook(io.BytesIO(book.blob)).active["B"]][1:]
        shown = re.findall(r"<c:v>([^<]+)</c:v>", chart.blob.decode().split("<c:val>")[1].split("</c:val>")[0])
        assert [float(value) for value in shown] == [value for value in numbers if value is not None] != []


def test_docx_keeps_markup_and_control_characters_as_words(approved):
    november = made.edition("draft", slug="2026-11", at=factories.at("2026-12-01 01:00"))
    told.write(november, approved.manager, text="<b>加粗</b> & =1+1\x08")
    word = Document(io.BytesIO(b"".join(signed_in(approved.manager).get("/reports/monthly/2026-11/1/report.docx"))))
    assert "<b>加粗</b> & =1+1" in [p.text for p in word.paragraphs]


def halves(code: str) -> tuple[Any, Any]:
    """Both halves of a figure as the workbook shows them: durations in minutes, none of a rank."""
    numerator, denominator, _value = EXPECTED[code]
    if code in RANKS:
        return None, None
    lasting = FIGURES[code].unit == "minutes" or code == "K12"
    return pytest.approx(numerator / 60 if lasting else numerator), denominator / 60 if code == "K12" else denominator


def test_xlsx_holds_typed_figures_that_reckon_again(approved):
    content = b"".join(signed_in(approved.head).get(f"{OCTOBER}1/report.xlsx"))
    given, formulas = (load_workbook(io.BytesIO(content), data_only=flag)["服务指标"] for flag in (True, False))
    rows = {row[0].value: [cell.value for cell in row] for row in given.iter_rows(min_row=2)}
    assert {code: (rows[code][2], rows[code][3]) for code in EXPECTED} == {c: halves(c) for c in EXPECTED}
    k2 = next(row for row in formulas.iter_rows(min_row=2) if row[0].value == "K2")
    assert (k2[4].value, rows["K2"][4]) == ("=ROUND(C{0}/D{0},4)".format(k2[4].row), 0.7778)


def test_xlsx_comes_to_the_same_in_a_program_that_recomputes(approved, tmp_path):
    content = b"".join(signed_in(approved.head).get(f"{OCTOBER}1/report.xlsx"))
    written, found = load_workbook(io.BytesIO(content), data_only=True), office.recomputed(content, tmp_path)
    assert (office.errors(found), office.differing(written, found)) == ([], [])


def test_file_is_an_entry_of_the_audit_log(approved):
    signed_in(approved.head).get(f"{OCTOBER}1/report.docx")
    event = Event.objects.get(verb="reports.take")
    assert (event.actor_id, event.detail["format"], len(event.detail["sha256"])) == (approved.head.pk, "docx", 64)
