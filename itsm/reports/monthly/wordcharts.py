"""Charts in a Word document, Word's own: their numbers lie in the document and can be edited there."""

import io
import zipfile
from typing import Any, NamedTuple

import xlsxwriter
from docx.document import Document as Word
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm

from itsm.reports.monthly.page import Drawing
from itsm.workbooks.writing import FONT, GRID

_SHEET = "Sheet1"
_WIDTH, _HEIGHT = Cm(15.4), Cm(6.6)
_URI = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_FRAME = (
    f'<w:drawing {nsdecls("w", "wp", "a", "r")} xmlns:c="{_URI}"><wp:inline distT="0" distB="0" distL="0" distR="0">'
    f'<wp:extent cx="{_WIDTH}" cy="{_HEIGHT}"/><wp:docPr id="%(number)d" name="chart %(number)d"/>'
    f'<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_URI}"><c:chart r:id="%(relation)s"/>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing>"
)


class _Files(NamedTuple):
    """The chart's description, and the workbook with its numbers."""

    chart: bytes
    book: bytes


def add(word: Word, drawing: Drawing, number: int) -> None:
    """Put the chart into a paragraph at the end of the document. number: from 1, another for each chart."""
    files, package = _files(drawing), word.part.package
    book = Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), CONTENT_TYPE.SML_SHEET, files.book, package)
    chart = Part(PackURI(f"/word/charts/chart{number}.xml"), CONTENT_TYPE.DML_CHART, files.chart, package)
    _tie(chart, chart.relate_to(book, RELATIONSHIP_TYPE.PACKAGE))
    frame = _FRAME % {"number": number, "relation": word.part.relate_to(chart, RELATIONSHIP_TYPE.CHART)}
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.line_spacing = 1
    paragraph.add_run()._r.append(parse_xml(frame))
    properties = paragraph._p.xpath(".//wp:docPr")[0]
    properties.set("descr", drawing.title)  # what a screen reader says


def _tie(chart: Part, relation: str) -> None:
    """Name the workbook in the chart, before what Excel alone wants to know of a printer, and say aloud what Excel
    takes for granted: other programs bend lines, draw gaps as nothing and write every name beside a value.
    """
    tied = f'<c:externalData r:id="{relation}"><c:autoUpdate val="0"/></c:externalData>'
    only = "".join(f'<c:show{one} val="{int(one == "Val")}"/>' for one in _SHOWN)
    said = chart.blob.decode().replace("<c:printSettings", f"{tied}<c:printSettings", 1)
    said = said.replace('<c:showVal val="1"/>', only)
    if "<c:lineChart>" in said:
        said = said.replace("</c:ser>", '<c:smooth val="0"/></c:ser>')
    chart._blob = said.replace("</c:chart>", '<c:dispBlanksAs val="gap"/></c:chart>', 1).encode()


def _files(drawing: Drawing) -> _Files:
    """Made by the writer of workbooks, whose charts are the same as Word's."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(_SHEET)
    sheet.write_column(1, 0, drawing.labels)
    chart = book.add_chart({"type": "line" if drawing.is_lines else "column"})
    for column, (name, values) in enumerate(drawing.series, start=1):
        sheet.write_string(0, column, name)
        sheet.write_column(1, column, values)
        chart.add_series(_series(column, len(values), is_line=drawing.is_lines))
    font = {"name": FONT, "size": 9}
    chart.set_title({"name": drawing.title, "name_font": {**font, "size": 11, "bold": False}, "overlay": False})
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis({"num_font": font, "min": 0, **({"max": 100} if drawing.is_lines else {}), **_GRID})
    chart.set_legend({"position": "bottom", "font": font})
    chart.show_blanks_as("gap")
    sheet.insert_chart(0, len(drawing.series) + 2, chart)
    book.close()
    with zipfile.ZipFile(file) as packed:
        return _Files(packed.read("xl/charts/chart1.xml"), file.getvalue())


_GRID = {"major_gridlines": {"visible": True, "line": {"color": GRID}}, "line": {"none": True}}
_SHOWN = ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")


def _series(column: int, rows: int, *, is_line: bool) -> dict[str, Any]:
    series: dict[str, Any] = {
        "name": [_SHEET, 0, column],
        "categories": [_SHEET, 1, 0, rows, 0],
        "values": [_SHEET, 1, column, rows, column],
    }
    if is_line:
        return {**series, "marker": {"type": "circle", "size": 5}}
    return {**series, "data_labels": {"value": True, "font": {"name": FONT, "size": 8}}}
