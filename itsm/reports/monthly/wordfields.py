"""Fields of a Word document: page numbers, and a table of contents that is filled before anybody opens it."""

from collections.abc import Sequence

from docx.document import Document as Word
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.text.paragraph import Paragraph
from docx.text.run import Run

_PAGE_AT = Cm(15.4)


def add(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A field that the opening program fills; until then it says what is shown."""
    _begin(paragraph, instruction)
    paragraph.add_run(shown)
    _end(paragraph)


def mark(heading: Paragraph, place: int) -> None:
    """Name the heading, so that the table of contents finds its page."""
    begin, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (begin, end):
        element.set(qn("w:id"), str(place))
    begin.set(qn("w:name"), _name(place))
    heading._p.insert(1 if heading._p.pPr is not None else 0, begin)
    heading._p.append(end)


def contents(word: Word, heads: Sequence[str]) -> None:
    """A line for each marked heading, with its page once a program has laid the document out."""
    for place, head in enumerate(heads):
        paragraph = word.add_paragraph()
        look = paragraph.paragraph_format
        look.line_spacing = 1.3
        look.tab_stops.add_tab_stop(_PAGE_AT, WD_TAB_ALIGNMENT.RIGHT)
        if place == 0:
            _begin(paragraph, 'TOC \\o "1-1" \\h \\z \\u')
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), _name(place))
        paragraph._p.append(link)
        start = len(paragraph.runs)
        paragraph.add_run(f"{head}\t")
        add(paragraph, f"PAGEREF {_name(place)} \\h", "")
        for run in paragraph.runs[start:]:
            link.append(run._r)
        if place == len(heads) - 1:
            _end(paragraph)


def _name(place: int) -> str:
    return f"_Toc{place + 1:08d}"


def _begin(paragraph: Paragraph, instruction: str) -> None:
    _mark(paragraph.add_run(), "begin")
    words = OxmlElement("w:instrText")
    words.set(qn("xml:space"), "preserve")
    words.text = instruction
    paragraph.add_run()._r.append(words)
    _mark(paragraph.add_run(), "separate")


def _end(paragraph: Paragraph) -> None:
    _mark(paragraph.add_run(), "end")


def _mark(run: Run, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    run._r.append(mark)
