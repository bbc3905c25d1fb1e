"""PURE: the text of an HTML mail. Nothing of it is ever rendered; quoted blocks are marked as in plain mail.

A reader of our own, because the standard library's takes a time that grows with the square of what a hostile
mail may hold.
"""

import re
from html import unescape

MOST = 400_000  # characters; a longer one is read up to here
# Every piece ends before the next "<", so that each character is looked at a few times at most.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)>")
_DECLARED = re.compile(r"<[!?/][^<>]*>|</?[a-zA-Z][a-zA-Z0-9]*:[^<>]*>")
_UNSEEN = {name: re.compile(f"</{name}\\b", re.IGNORECASE) for name in ("script", "style", "title")}
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "center", "div", "dl", "dd", "dt", "fieldset", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("table", "tr", "ul"),
    )
)
_APART = frozenset({"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre"})
_CELLS = frozenset({"td", "th"})
_SPACE = re.compile(r"[ \r\n\f\v\xa0]+")
MOST_QUOTES = 9


def text_of(html: str) -> str:
    """The words in their order; a line for each block, `> ` before what is quoted."""
    reader, html, place = _Reader(), html[:MOST], 0
    while place < len(html):
        start = html.find("<", place)
        start = len(html) if start < 0 else start
        reader.say(html[place:start])
        place = _past(html, start, reader)
    return reader.text()


def _past(html: str, start: int, reader: "_Reader") -> int:
    """Read what begins with "<" there, and return where it ends."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return len(html) if end < 0 else end + 3
    tag = _TAG.match(html, start)
    if tag is None:
        declared = _DECLARED.match(html, start)
        if declared is None:
            reader.say(html[start : start + 1])
        return declared.end() if declared else start + 1
    name, end = tag[2].lower(), tag.end()
    if not tag[1] and name in _UNSEEN:
        unseen = _UNSEEN[name].search(html, end)
        return unseen.start() if unseen else len(html)
    reader.tag(name, closes=bool(tag[1]))
    return end


class _Reader:
    def __init__(self) -> None:
        self.rows: list[str] = []
        self.row: list[str] = []
        self.quotes = 0
        self.is_begun = False

    def say(self, text: str) -> None:
        said = _SPACE.sub(" ", unescape(text)).replace("\t", " ")
        self.is_begun = self.is_begun or bool(said.strip())
        self.row.append(said)

    def tag(self, name: str, *, closes: bool) -> None:
        if name == "br":
            self._end(always=True)
        elif name in _BLOCKS:
            self._end()
            self._gap(name)
        elif name in _CELLS and self.is_begun and not closes:
            self.row.append("\t")
        if name == "blockquote":
            self.quotes = max(0, self.quotes + (-1 if closes else 1))
        elif name == "li" and not closes:
            self.row.append("- ")

    def _end(self, *, always: bool = False) -> None:
        cells = "\t".join(" ".join(cell.split()) for cell in "".join(self.row).split("\t")).strip()
        self.row.clear()
        self.is_begun = False
        if cells or always:
            self.rows.append(self._mark() + cells)

    def _gap(self, name: str) -> None:
        if name in _APART and self.rows and self.rows[-1].strip("> "):
            self.rows.append(self._mark())

    def _mark(self) -> str:
        return "> " * min(self.quotes, MOST_QUOTES)

    def text(self) -> str:
        """What was read."""
        self._end()
        while self.rows and not self.rows[-1].strip("> "):
            self.rows.pop()
        return "\n".join(row.rstrip() for row in self.rows).lstrip("\n")
