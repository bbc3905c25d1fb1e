"""Word, Excel and PowerPoint files: no macros, no embedded programs, nothing that is fetched when they open."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.translation import gettext as _

from documents import archives
from documents.errors import FileRefused

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAFE_LINK = re.compile(r"^(https?|mailto|tel):|^#", re.I)
_FETCHING = re.compile(r"\b(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE)\b")
_ACTIVE_PARTS = ("vbaproject", "vbadata", "activex/", "ctrlprops/", "customui/", "xl/macrosheets", "xl/dialogsheets")


def check(file: BinaryIO) -> None:
    """Refuse an Office file that would do something by itself when somebody opens it."""
    parts = archives.parts(file)
    for name, content in parts.items():
        folded = name.casefold()
        if any(part in folded for part in _ACTIVE_PARTS):
            raise FileRefused(_("it holds macros or controls; save it without them."))
        if content.startswith(_OLD_OFFICE) or (folded.endswith((".bin", ".exe", ".ole")) and "/embeddings/" in folded):
            raise FileRefused(_("another file is embedded in it."))
        if folded.endswith((".xml", ".rels", ".vml")):
            _check_xml(folded, content)


def _check_xml(name: str, content: bytes) -> None:
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise FileRefused(_("it is damaged or built to deceive.")) from error
    if name == "[content_types].xml" and b"macroenabled" in content.lower():
        raise FileRefused(_("it holds macros or controls; save it without them."))
    if name.endswith(".rels") and any(_is_fetched(target) for target in root.iter()):
        raise FileRefused(_("it is linked to other files or addresses that are fetched when it opens."))
    if name.startswith("word/") and _FETCHING.search(" ".join(_instructions(root))):
        raise FileRefused(_("it is linked to other files or addresses that are fetched when it opens."))
    if "ddelink" in content.decode("utf-8", "replace").casefold() and "externallinks/" in name:
        raise FileRefused(_("it is linked to other files or addresses that are fetched when it opens."))


def _is_fetched(element: object) -> bool:
    if element.get("TargetMode") != "External":
        return False
    is_hyperlink = element.get("Type", "").endswith("/hyperlink")
    return not (is_hyperlink and _SAFE_LINK.match(element.get("Target", "")))


def _instructions(root: object) -> Iterator[str]:
    """The field codes of a Word part, joined as Word joins those that were split over runs."""
    pieces = []
    for element in root.iter():
        local = element.tag.rpartition("}")[2]
        if local == "instrText":
            pieces.append(element.text or "")
        elif local == "fldSimple":
            yield next((value for key, value in element.attrib.items() if key.endswith("instr")), "")
    yield "".join(pieces)
