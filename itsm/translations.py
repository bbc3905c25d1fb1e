"""Finding every translatable string of the sources, and holding the catalogue against them.

Pure Python, because a hospital's machine has no gettext tools.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

SKIPPED = {".venv", "node_modules", "var", "tests", "migrations", "benchmarks", "runtime", "staticfiles"}
SIMPLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
_CALL = re.compile(r"\b(?:n?p?gettext|_)\(")
_PLACE = re.compile(r"%\((\w+)\)s|\{(\w*)\}")


class Message(NamedTuple):
    """A string to translate; `context` and `plural` are mostly empty."""

    text: str
    context: str = ""
    plural: str = ""


def collect(root: Path) -> dict[Message, str]:
    """Every message of the Python sources and templates, with the place where it was first seen."""
    found: dict[Message, str] = {}
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if SKIPPED & set(parts) or path.suffix not in {".py", ".html", ".txt"} or "static" in parts:
            continue
        for message in _in_file(path, parts):
            found.setdefault(message, "/".join(parts))
    return found


def _in_file(path: Path, parts: tuple[str, ...]) -> Iterator[Message]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from _in_python(source)
    elif parts[0] == "templates":
        yield from _in_template(source)


def _in_python(source: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            texts = [part.value for part in node.args if isinstance(part, ast.Constant)]
            message = _message(node.func.id, [text for text in texts if isinstance(text, str)])
            if message:
                yield message


def _message(name: str, texts: list[str]) -> Message | None:
    if name in SIMPLE and texts:
        return Message(texts[0])
    if name in PLURAL and len(texts) >= 2:
        return Message(texts[0], plural=texts[1])
    if name in CONTEXT and len(texts) >= 2:
        return Message(texts[1], context=texts[0])
    return None


def _in_template(source: str) -> Iterator[Message]:
    """Django turns a template into calls with everything else blotted out; each call is parsed alone."""
    code = templatize(source)
    for match in _CALL.finditer(code):
        call = _whole_call(code, match.start())
        if call:
            yield from _in_python(call)


def _whole_call(code: str, start: int) -> str:
    for end in (index for index, character in enumerate(code[start:], start) if character == ")"):
        try:
            ast.parse(code[start : end + 1].strip())
        except SyntaxError:
            continue
        return code[start : end + 1]
    return ""


def bring_in_step(catalogue: polib.POFile, found: dict[Message, str]) -> None:
    """Add what is new, remove what is unused, sort by place, so that a difference is easy to read."""
    known = {_key(entry): entry for entry in catalogue}
    entries = []
    for message, place in sorted(found.items(), key=lambda item: (item[1], item[0].text)):
        entry = known.get(message) or _entry(message)
        entry.occurrences = [(place, "")]
        entries.append(entry)
    catalogue[:] = entries


def _entry(message: Message) -> polib.POEntry:
    if message.plural:
        return polib.POEntry(msgid=message.text, msgid_plural=message.plural, msgstr_plural={0: ""})
    return polib.POEntry(msgid=message.text, msgctxt=message.context or None)


def _key(entry: polib.POEntry) -> Message:
    return Message(entry.msgid, entry.msgctxt or "", entry.msgid_plural)


def faults(catalogue: polib.POFile, found: dict[Message, str]) -> list[str]:
    """A sentence for every missing, empty, fuzzy, unused or mis-placeheld translation."""
    known = {_key(entry): entry for entry in catalogue if not entry.obsolete}
    lines = [f"missing: {message.text!r} ({place})" for message, place in found.items() if message not in known]
    lines += [f"unused: {message.text!r}" for message in known if message not in found]
    for message, entry in known.items():
        text = entry.msgstr_plural.get(0, "") if message.plural else entry.msgstr
        if not text or entry.fuzzy:
            lines.append(f"not translated: {message.text!r}")
        elif _places(message.plural or message.text) < _places(text) or _lost(message, text):
            lines.append(f"placeholders differ: {message.text!r} / {text!r}")
    return lines


def _places(text: str) -> set[str]:
    return {named or braced for named, braced in _PLACE.findall(text)}


def _lost(message: Message, text: str) -> bool:
    return not message.plural and _places(message.text) != _places(text)
