"""The report as a Word document in the customary form: cover, approval table, outline, tables, trend, seal."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from itsm.privacy import masked
from itsm.reports.monthly import wordcharts, wordfields
from itsm.reports.monthly.content import value_words
from itsm.reports.monthly.models import Edition
from itsm.reports.monthly.page import Block, Line, Shown, Table, blocks, drawings
from itsm.workbooks.writing import clean

BODY, HEAD = "宋体", "黑体"
_BODY_LATIN = "Times New Roman"
# Widths of columns in cm; together what stands between the margins.
APPROVAL, FIGURES, MAJOR = (3, 4, 4.6, 4), (1.5, 5.1, 2.8, 4, 2.2), (3.2, 2.6, 3.8, 3, 3)
TABLE = (3.6, 2, 2, 2, 2, 2, 2)
MOST_HELD = 12  # rows of a table that is not parted by a page's end
TREND = ("N", "R", "K1", "K2", "K4", "K6")
_CENTRE = WD_ALIGN_PARAGRAPH.CENTER


def write(edition: Edition, said: Shown, file: BinaryIO) -> None:
    """Write the edition, as this reader is shown it, into the file. Raises ValueError before its figures are there."""
    if said.content is None:
        raise ValueError("There is nothing to write yet.")
    word = Document()
    _set_up(word, edition, said)
    _cover(word, edition, said.content)
    _approval(word, edition)
    found, annex = blocks(said, edition), _("Annex: the last months")
    heads = [*(_heading(block) for block in found), annex]
    _outline(word, heads)
    for place, block in enumerate(found):
        wordfields.mark(word.add_heading(heads[place], 1), place)
        _section(word, block)
    wordfields.mark(word.add_heading(annex, 1), len(found))
    _trend(word, said.content)
    _seal(word, edition, said)
    word.save(file)


def _set_up(word: Word, edition: Edition, said: Shown) -> None:
    """A4 with the customary margins, Chinese fonts, a header and numbered pages; the cover has neither."""
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    section.top_margin, section.bottom_margin = Cm(3.0), Cm(2.5)
    section.different_first_page_header_footer = True
    _font(word.styles["Normal"], BODY, _BODY_LATIN, 12)
    word.styles["Normal"].paragraph_format.line_spacing = 1.5
    for name, size in (("Heading 1", 15), ("Heading 2", 13), ("Title", 26)):
        _font(word.styles[name], HEAD, HEAD, size)
        word.styles[name].font.color.rgb = None
    header = section.header.paragraphs[0]
    header.text = f"{_title(edition)}　{edition.label}" + ("" if said.seal else "　" + _("Draft, not submitted"))
    header.alignment = _CENTRE
    _page_number(section.footer.paragraphs[0])
    word.core_properties.title = f"{edition.report.period.label}{_title(edition)}"
    word.core_properties.author = edition.submitted_by.name if edition.submitted_by else ""
    word.core_properties.comments = ""


def _font(style: Any, chinese: str, latin: str, size: int) -> None:
    style.font.name, style.font.size = latin, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    fonts.set(qn("w:eastAsia"), chinese)


def _title(edition: Edition) -> str:
    return _("Monthly report of the maintenance service")


def _cover(word: Word, edition: Edition, content: dict[str, Any]) -> None:
    contract = content["contract"]
    for _line in range(4):
        word.add_paragraph()
    if contract:
        _centred(word, contract["hospital"], 22, HEAD)
    _centred(word, _title(edition), 30, HEAD)
    _centred(word, edition.report.period.label, 20, HEAD)
    _centred(word, edition.label, 14, BODY)
    for _line in range(7):
        word.add_paragraph()
    lines = [(_("Contractor"), contract["contractor"]), (_("Contract"), contract["number"])] if contract else []
    lines.append((_("Figures as of"), _moment(datetime.fromisoformat(content["as_of"]))))
    for label, value in lines:
        _centred(word, f"{label}：{value}", 14, BODY)
    word.add_page_break()


def _approval(word: Word, edition: Edition) -> None:
    """Who wrote, reviewed and approved it, and when: signed by account, password and hash."""
    _centred(word, _("Approval"), 16, HEAD)
    heads = [_("Step"), _("Name"), _("Date"), _("Remarks")]
    rows = [
        [_("Written by"), _name(edition.submitted_by), _moment(edition.submitted_at), ""],
        [_("Reviewed by"), _name(edition.reviewed_by), _moment(edition.reviewed_at), ""],
        [_("Approved by"), _name(edition.approved_by), _moment(edition.approved_at), ""],
    ]
    _grid(word, heads, rows, widths=APPROVAL)
    if edition.reason:
        word.add_paragraph(_("Corrected because: %(reason)s") % {"reason": _text(edition.reason)})
    if edition.returned_at and not edition.is_sealed:
        word.add_paragraph(_("Returned because: %(reason)s") % {"reason": _text(edition.return_reason)})


def _heading(block: Block) -> str:
    return f"{block.part.numeral}、{block.part.title}"


def _outline(word: Word, heads: Sequence[str]) -> None:
    """The table of contents on the approval's page; the report begins on the next."""
    _centred(word, _("Contents"), 16, HEAD).paragraph_format.space_before = Pt(30)
    wordfields.contents(word, heads)
    word.add_section(WD_SECTION.NEW_PAGE).different_first_page_header_footer = False


def _section(word: Word, block: Block) -> None:
    for sentence in block.part.said:
        _indented(word, sentence)
    for line in filter(None, _text(block.part.text).split("\n")):
        _indented(word, line)
    if not block.part.said and not block.part.text:
        _indented(word, _("Nothing to report."))
    if block.lines:
        heads = [_("Code"), _("Figure"), _("Value"), _("Numerator / denominator"), _("Month before")]
        _grid(word, heads, [_figure(line) for line in block.lines], widths=FIGURES, numbers=3)
    for table in block.tables:
        _by(word, table)
    if block.major:
        heads = [_("Number"), _("System"), _("Title"), _("Reported"), _("Resolved")]
        _grid(word, heads, [_major(facts) for facts in block.major], widths=MAJOR)


def _figure(line: Line) -> list[str]:
    return [line.code, line.figure["name"], line.value, f"{line.numerator} / {line.denominator}", line.before]


def _major(facts: dict[str, Any]) -> list[str]:
    moments = (_moment(facts[name]) for name in ("reported_at", "resolved_at"))
    return [facts["number"], facts["system"] or "—", _text(facts["title"]), *moments]


def _by(word: Word, table: Table) -> None:
    word.add_heading(_("By %(dimension)s") % {"dimension": table.title}, 2)
    rows = [[row.name, *row.values] for row in table.rows]
    _grid(word, [table.title, *table.heads], rows, widths=TABLE, numbers=len(table.heads))
    if table.rest:
        word.add_paragraph(_("%(rest)s further rows stand in the workbook.") % {"rest": table.rest})


def _trend(word: Word, content: dict[str, Any]) -> None:
    """The last months beside each other, and drawn."""
    figures = content["figures"]
    heads = [_("Month"), *(figures[code]["name"] for code in TREND)]
    rows = []
    for month in content["trend"]:
        held = [(figures[code], month["figures"].get(code) or {"value": None}) for code in TREND]
        rows.append([month["period"], *(value_words({**one, "unit": known["unit"]}) for known, one in held)])
    _grid(word, heads, rows, widths=TABLE, numbers=len(TREND))
    for number, drawing in enumerate(drawings(content), start=1):
        wordcharts.add(word, drawing, number)


def _seal(word: Word, edition: Edition, said: Shown) -> None:
    if said.seal is None:
        word.add_paragraph(_("This is a draft: its figures are not sealed."))
        return
    words = {"at": _moment(said.seal.sealed_at), "sha256": said.seal.sha256}
    word.add_paragraph(_("Sealed on %(at)s. SHA-256 of figures, lists and words: %(sha256)s") % words)


def _centred(word: Word, text: str, size: int, font: str) -> Paragraph:
    paragraph = word.add_paragraph()
    paragraph.alignment = _CENTRE
    run = paragraph.add_run(_text(text))
    run.font.size, run.font.name = Pt(size), font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return paragraph


def _indented(word: Word, text: str) -> None:
    word.add_paragraph(_text(text)).paragraph_format.first_line_indent = Pt(24)


def _grid(
    word: Word, heads: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[float], numbers: int = 0
) -> None:
    """A table with lines; its head is repeated on every page, no row is torn. widths: of the columns in cm.

    numbers: how many columns, from the right, hold figures.
    """
    table = word.add_table(rows=1, cols=len(heads), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    _line(table.rows[0], heads, widths, len(heads), bold=True)
    _flag(table.rows[0], "w:tblHeader")
    for row in rows:
        _line(table.add_row(), row, widths, 0, numbers=numbers)
    _hold(table.rows[:-1] if len(table.rows) <= MOST_HELD else table.rows[:2])
    after = word.add_paragraph().paragraph_format
    after.line_spacing, after.space_after = Pt(8), Pt(0)


def _hold(rows: Iterable[_Row]) -> None:
    """Keep each of these rows on the page of the next one."""
    for row in rows:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _line(
    row: _Row, words: Sequence[str], widths: Sequence[float], centred: int, *, numbers: int = 0, bold: bool = False
) -> None:
    _flag(row, "w:cantSplit")
    first = len(words) - numbers
    for place, (cell, value, width) in enumerate(zip(row.cells, words, widths, strict=True)):
        cell.width, cell.vertical_alignment = Cm(width), WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = _fill(cell, str(value), bold=bold)
        paragraph.alignment = _CENTRE if place < centred else WD_ALIGN_PARAGRAPH.RIGHT if place >= first else None
        if bold:
            _shade(cell)


def _flag(row: _Row, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _fill(cell: _Cell, text: str, *, bold: bool = False) -> Paragraph:
    paragraph = cell.paragraphs[0]
    look = paragraph.paragraph_format
    look.line_spacing, look.space_before, look.space_after = 1.1, Pt(2), Pt(2)
    run = paragraph.add_run(_text(text))
    run.bold, run.font.size = bold, Pt(9)
    return paragraph


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", "E8EEF2")):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = _CENTRE
    wordfields.add(paragraph, "PAGE", "1")


def _text(text: str) -> str:
    """Words without patient data and without what no XML may hold."""
    return clean(masked(text))


def _name(person: Any) -> str:
    return person.name if person else ""


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "—"
