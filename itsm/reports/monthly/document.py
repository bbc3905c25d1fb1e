"""The report as a Word document in the customary form: cover, approval table, outline, tables, trend, seal."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from itsm.privacy import masked
from itsm.reports.monthly.models import Edition
from itsm.reports.monthly.page import Block, Line, Shown, Table, blocks
from itsm.workbooks.writing import clean

BODY, HEAD = "宋体", "黑体"
_BODY_LATIN = "Times New Roman"
_CENTRE = WD_ALIGN_PARAGRAPH.CENTER


def write(edition: Edition, said: Shown, file: BinaryIO) -> None:
    """Write the edition, as this reader is shown it, into the file. Raises ValueError before its figures are there."""
    if said.content is None:
        raise ValueError("There is nothing to write yet.")
    word = Document()
    _set_up(word, edition, said)
    _cover(word, edition, said.content)
    _approval(word, edition)
    _outline(word)
    for block in blocks(said, edition):
        _section(word, block)
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
    _grid(word, heads, rows)
    if edition.reason:
        word.add_paragraph(_("Corrected because: %(reason)s") % {"reason": _text(edition.reason)})
    if edition.returned_at and not edition.is_sealed:
        word.add_paragraph(_("Returned because: %(reason)s") % {"reason": _text(edition.return_reason)})


def _outline(word: Word) -> None:
    """The table of contents, filled by the program that opens the document."""
    _centred(word, _("Contents"), 16, HEAD)
    paragraph = word.add_paragraph()
    _field(paragraph, 'TOC \\o "1-1" \\h \\z \\u', _("Press F9 to fill in the table of contents."))
    word.add_section(WD_SECTION.NEW_PAGE).different_first_page_header_footer = False


def _section(word: Word, block: Block) -> None:
    word.add_heading(f"{block.part.numeral}、{block.part.title}", 1)
    for sentence in block.part.said:
        _indented(word, sentence)
    for line in filter(None, _text(block.part.text).split("\n")):
        _indented(word, line)
    if not block.part.said and not block.part.text:
        _indented(word, _("Nothing to report."))
    if block.lines:
        heads = [_("Code"), _("Figure"), _("Value"), _("Numerator / denominator"), _("Month before")]
        _grid(word, heads, [_figure(line) for line in block.lines])
    for table in block.tables:
        _by(word, table)
    if block.major:
        heads = [_("Number"), _("System"), _("Title"), _("Reported"), _("Resolved")]
        _grid(word, heads, [_major(facts) for facts in block.major])


def _figure(line: Line) -> list[str]:
    return [line.code, line.figure["name"], line.value, f"{line.numerator} / {line.denominator}", line.before]


def _major(facts: dict[str, Any]) -> list[str]:
    moments = (_moment(facts[name]) for name in ("reported_at", "resolved_at"))
    return [facts["number"], facts["system"] or "—", _text(facts["title"]), *moments]


def _by(word: Word, table: Table) -> None:
    word.add_heading(_("By %(dimension)s") % {"dimension": table.title}, 2)
    _grid(word, [table.title, *table.heads], [[row.name, *row.values] for row in table.rows])
    if table.rest:
        word.add_paragraph(_("%(rest)s further rows stand in the workbook.") % {"rest": table.rest})


def _trend(word: Word, content: dict[str, Any]) -> None:
    """The last months beside each other, with a bar for the tickets of each."""
    word.add_heading(_("Annex: the last months"), 1)
    codes = ("N", "R", "K1", "K2", "K4", "K6")
    heads = [_("Month"), *(content["figures"][code]["name"] for code in codes), _("Tickets")]
    counted = [month["figures"].get("N", {}).get("numerator", 0) for month in content["trend"]]
    most = max(counted, default=0) or 1
    rows = []
    for month, count in zip(content["trend"], counted, strict=True):
        values = [(month["figures"].get(code) or {}).get("value") or "—" for code in codes]
        rows.append([month["period"], *values, "█" * max(1, round(count * 8 / most)) if count else ""])
    _grid(word, heads, rows)


def _seal(word: Word, edition: Edition, said: Shown) -> None:
    if said.seal is None:
        word.add_paragraph(_("This is a draft: its figures are not sealed."))
        return
    words = {"at": _moment(said.seal.sealed_at), "sha256": said.seal.sha256}
    word.add_paragraph(_("Sealed on %(at)s. SHA-256 of figures, lists and words: %(sha256)s") % words)


def _centred(word: Word, text: str, size: int, font: str) -> None:
    paragraph = word.add_paragraph()
    paragraph.alignment = _CENTRE
    run = paragraph.add_run(_text(text))
    run.font.size, run.font.name = Pt(size), font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _indented(word: Word, text: str) -> None:
    word.add_paragraph(_text(text)).paragraph_format.first_line_indent = Pt(24)


def _grid(word: Word, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table with lines; its head is repeated on every page."""
    table = word.add_table(rows=1, cols=len(heads), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _fill(cell, str(head), bold=True)
        _shade(cell)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            _fill(cell, str(value))
    word.add_paragraph()


def _fill(cell: _Cell, text: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.line_spacing = 1.1
    run = paragraph.add_run(_text(text))
    run.bold, run.font.size = bold, Pt(9)


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", "E8EEF2")):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = _CENTRE
    _field(paragraph, "PAGE", "1")


def _field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A field that the opening program fills."""
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run()
        if kind == "shown":
            run.text = text
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        else:
            words = OxmlElement("w:instrText")
            words.set(qn("xml:space"), "preserve")
            words.text = text
            run._r.append(words)


def _text(text: str) -> str:
    """Words without patient data and without what no XML may hold."""
    return clean(masked(text))


def _name(person: Any) -> str:
    return person.name if person else ""


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "—"
