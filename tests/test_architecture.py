"""The house's own rules: layers of the tables, sizes, docstrings, templates, migrations, translations.

Each rule is a function from a source to its faults, so that a planted fault shows that it bites.
"""

import ast
import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import Field

from itsm import translations
from tickets.models import Ticket

ROOT = Path(__file__).resolve().parent.parent
FOREIGN = {".venv", ".git", "node_modules", "var", "staticfiles", "__pycache__"}
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def files(pattern: str, *folders: str) -> Iterator[Path]:
    """Our own files of that pattern, everywhere or below those folders."""
    for base in [ROOT / folder for folder in folders] or [ROOT]:
        for path in sorted(base.rglob(pattern)):
            if path.is_file() and not FOREIGN & set(path.relative_to(ROOT).parts):
                yield path


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# (a) Tables point down


def layers() -> list[list[str]]:
    """The rooms of every layer of the import contract, the highest first."""
    (contract,) = [c for c in PYPROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]
    return [[room.strip(" ()") for room in re.split(r"[:|]", layer)] for layer in contract["layers"]]


def room_of(module: str) -> str:
    """The room of the contract in which a module lies."""
    rooms = [room for layer in layers() for room in layer]
    found = [room for room in rooms if module == room or module.startswith(f"{room}.")]
    assert found, f"{module} is in no layer of the import contract"
    return max(found, key=len)


def is_upward(source: str, target: str) -> bool:
    """Whether a table of one module may not point to a table of the other: it is above, or a sibling."""
    here, there = room_of(source), room_of(target)
    heights = {room: height for height, layer in enumerate(layers()) for room in layer}
    return here != there and heights[there] <= heights[here]


def relations() -> Iterator[tuple[str, Field]]:
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.partition(".")[0] in PYPROJECT["tool"]["importlinter"]["root_packages"]:
            for field in model._meta.get_fields():
                if field.is_relation and not (field.auto_created and not field.concrete):
                    yield model.__module__, field


def test_foreign_keys_never_point_up():
    upward = [
        f"{field.model.__name__}.{field.name}"
        for module, field in relations()
        if not field.related_model.__module__.startswith("django.")
        and is_upward(module, field.related_model.__module__)
    ]
    assert upward == []


@pytest.mark.parametrize(
    "source, target, upward",
    [
        ("tickets.models", "slas.models", False),
        ("tickets.models", "tickets.models", False),
        ("slas.models", "tickets.models", True),
        ("itsm.accounts.models", "itsm.catalog.models", True),
        ("itsm.audit.models", "itsm.notifications.models", True),
    ],
)
def test_is_upward_compares_layers(source, target, upward):
    assert is_upward(source, target) is upward


# (b) Sizes


def too_long(paths: Iterator[Path], most: int) -> list[str]:
    lengths = ((place(path), len(text(path).splitlines())) for path in paths)
    return [f"{name}: {length} lines" for name, length in lengths if length > most]


def long_functions(source: str, most: int = 60) -> list[str]:
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [node.name for node in found if node.end_lineno - node.lineno + 1 > most]


@pytest.mark.parametrize(
    "pattern, folders, most",
    [
        ("*.py", (), 400),
        ("desk", (), 400),
        ("*.html", ("templates",), 150),
        ("*.js", ("static",), 400),
        ("*.css", ("static",), 400),
    ],
)
def test_files_stay_small(pattern, folders, most):
    written = (path for path in files(pattern, *folders) if "migrations" not in path.parts)  # those are generated
    assert too_long(written, most) == []


def test_functions_stay_small():
    long = {place(path): long_functions(text(path)) for path in files("*.py")}
    assert {name: names for name, names in long.items() if names} == {}


@pytest.mark.parametrize("lines, names", [(60, []), (61, ["f"])])
def test_long_functions_counts_lines(lines, names):
    assert long_functions("def f():\n" + "    pass\n" * (lines - 1)) == names


# (c) Docstrings and types


def undocumented(source: str) -> list[str]:
    """The module itself, and its public functions and classes, where a docstring is missing."""
    module = ast.parse(source)
    if not module.body:
        return []
    public = [
        node
        for node in module.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    missing = [node.name for node in public if not ast.get_docstring(node)]
    return missing if ast.get_docstring(module) else ["module", *missing]


def test_public_functions_and_classes_have_docstrings():
    sources = (path for path in files("*.py", "itsm", "slas", "documents", "tickets") if "migrations" not in path.parts)
    missing = {place(path): undocumented(text(path)) for path in sources}
    assert {name: names for name, names in missing.items() if names} == {}


@pytest.mark.parametrize(
    "source, missing",
    [
        ("", []),
        ("x = 1", ["module"]),
        ('"""M."""\ndef _f(): pass', []),
        ('"""M."""\ndef f(): pass\nclass C: pass', ["f", "C"]),
    ],
)
def test_undocumented_names_what_is_missing(source, missing):
    assert undocumented(source) == missing


def test_ruff_demands_typed_signatures():
    lint = PYPROJECT["tool"]["ruff"]["lint"]
    everywhere = {rule for rule in lint["ignore"] if rule.startswith("ANN")}
    untyped = {where for where, rules in lint["per-file-ignores"].items() if any(r.startswith("ANN") for r in rules)}
    assert ("ANN" in lint["select"], everywhere, untyped) == (True, {"ANN401"}, {"tests/**"})


# (d) Templates


_FORBIDDEN = {
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.I),
    "inline style": re.compile(r"<style\b|<[^>]*\sstyle\s*=", re.I),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "address outside the house": re.compile(r"(?<!xmlns=[\"'])(?<!xmlns:xlink=[\"'])https?://|[\"'(]//\w", re.I),
    "unescaped text": re.compile(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off"),
}


def template_faults(source: str) -> list[str]:
    return [name for name, pattern in _FORBIDDEN.items() if pattern.search(source)]


def test_templates_keep_to_the_content_security_policy():
    faults = {place(path): template_faults(text(path)) for path in files("*.html", "templates")}
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    "source, faults",
    [
        ("<script src=\"{% static 'a.js' %}\"></script>", []),
        ('<svg xmlns="http://www.w3.org/2000/svg"></svg>', []),
        ('<input data-once="1" class="style">', []),
        ("<script>alert(1)</script>", ["inline script"]),
        ('<p class="a" style="color: red">', ["inline style"]),
        ('<a onclick="go()">', ["inline handler"]),
        ('<img src="https://cdn.example/x.png">', ["address outside the house"]),
        ('<img src="//cdn.example/x.png">', ["address outside the house"]),
        ("{{ ticket.title|safe }}", ["unescaped text"]),
    ],
)
def test_template_faults_names_each_fault(source, faults):
    assert template_faults(source) == faults


# (e) Migrations


@pytest.mark.django_db
def test_migrations_are_in_step_with_the_models():
    out = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert out.getvalue() == "No changes detected\n"


# (f) Translations


def test_every_string_is_translated():
    catalogue = polib.pofile(str(CATALOGUE))
    assert translations.faults(catalogue, translations.collect(ROOT)) == []


@pytest.mark.parametrize(
    "entry, fault",
    [
        ({"msgid": "Queue", "msgstr": "队列"}, []),
        ({"msgid": "Queue", "msgstr": ""}, ["not translated: 'Queue'"]),
        ({"msgid": "Queue", "msgstr": "队列", "flags": ["fuzzy"]}, ["not translated: 'Queue'"]),
        ({"msgid": "Queue", "msgstr": "%(n)s"}, ["placeholders differ: 'Queue' / '%(n)s'"]),
        ({"msgid": "Desk", "msgstr": "台"}, ["missing: 'Queue' (a.py)", "unused: 'Desk'"]),
    ],
)
def test_faults_names_each_fault(entry, fault):
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(**entry))
    found = {translations.Message("Queue"): "a.py"}
    assert translations.faults(catalogue, found) == fault


def test_catalogue_compiles_with_every_entry(tmp_path):
    catalogue = polib.pofile(str(CATALOGUE))
    catalogue.save_as_mofile(str(tmp_path / "django.mo"))
    compiled = polib.mofile(str(tmp_path / "django.mo"))
    assert {entry.msgid for entry in compiled} == {entry.msgid for entry in catalogue}


# (g) Purity, and (h) the driver


def test_an_unmarked_test_cannot_reach_the_database():
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Ticket.objects.count()


def test_the_driver_is_psycopg2():
    assert connection.Database.__name__ == "psycopg2"
