"""The pages of a register. A verb's view loads what this person may see, makes one domain call, answers."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Model
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.errors import Conflict, FieldsRefused
from itsm.pages import exports, keyset
from itsm.pages.register_forms import RegisterForm
from itsm.pages.registers import Column, Link, Panel, Register, offers, query_of
from itsm.pages.words import shown

SIZE = 50


class Cell(NamedTuple):
    """One cell as the list shows it: a text, that may lead somewhere, or a badge."""

    column: Column
    text: Any = ""
    url: str = ""
    badge: Any = None


class Row(NamedTuple):
    """One record as the list shows it."""

    record: Model
    url: str
    cells: list[Cell]


class Pages:
    """The views of one register."""

    def __init__(self, register: Register) -> None:
        self.register = register

    def urls(self) -> list[Any]:
        """Their addresses."""
        start, noun = self.register.path, self.register.noun
        one = f"{start}<int:{noun}>/"
        both = require_http_methods(["GET", "POST"])
        return [
            path(start, require_GET(login_required(self.list)), name=f"{noun}_list"),
            *(self._file(kind) for kind in exports.KINDS),
            path(f"{start}new/", both(login_required(self.new)), name=f"{noun}_new"),
            path(one, require_GET(login_required(self.detail)), name=f"{noun}_detail"),
            path(f"{one}edit/", both(login_required(self.edit)), name=f"{noun}_edit"),
            path(f"{one}retire/", require_POST(login_required(self.retire)), name=f"{noun}_retire"),
            path(f"{one}restore/", require_POST(login_required(self.restore)), name=f"{noun}_restore"),
        ]

    def list(self, request: HttpRequest) -> HttpResponse:
        """The rows that this person may see, narrowed and sorted as the address says."""
        register = self.register
        register.check_reads(request.user)
        narrowing = register.narrowing(request)
        rows = register.selection(request, narrowing)
        keys = _keys(register, request)
        page = keyset.page(rows, request, keys=keys, size=SIZE)
        context = {
            "rows": rows_of(register, page.rows),
            "heads": _heads(register, request, keys),
            "pager": page,
            "total": rows.count(),
            "narrowing": narrowing.form.visible_fields(),
            "narrowed": _is_narrowed(register, request),
            "retired": bool(request.GET.get("retired")),
            "register_query": query_of(request),
            "tabs": register.neighbours(request),
            "files": exports.links(request, f"{register.app}:{register.noun}"),
            "offers": offers(f"{register.app}.{register.noun}", request),
        }
        return self._render(request, "list", context)

    def _file(self, kind: str) -> Any:
        view = require_GET(login_required(self.file))
        return path(f"{self.register.path}export.{kind}", view, {"kind": kind}, name=f"{self.register.noun}_{kind}")

    def file(self, request: HttpRequest, *, kind: str) -> FileResponse:
        """The rows of the list, all pages together, as a file."""
        register = self.register
        register.check_reads(request.user)
        rows = register.selection(request).order_by(*_keys(register, request))
        listing = exports.Listing(f"{register.app}.{register.noun}", str(register.title), register.export_columns, rows)
        return exports.answer(request, listing, kind, names=register.narrowings(), at=timezone.now())

    def detail(self, request: HttpRequest, **found: int) -> HttpResponse:
        """The record's page."""
        record = self._load(request, found)
        facts = [(label, _cell(Column("", label), value)) for label, value in self.register.facts(record)]
        context = {
            "facts": facts,
            "hints": list(self.register.hints(record)),
            "panels": self.register.parts(request, record),
            "history_url": self._history(request, record),
        }
        return self._render(request, "detail", context, record)

    def new(self, request: HttpRequest) -> HttpResponse:
        """A new record; `?system=3` and the like fill in what is known."""
        register = self.register
        register.check_edits(request.user)
        known = {name: request.GET[name] for name in register.form.base_fields if name in request.GET}
        form = register.form(request.POST or None, initial=known)
        if request.method == "POST" and form.is_valid():
            try:
                record = register.verbs.create(
                    register.model, by=request.user, at=timezone.now(), values=form.values, key=form.cleaned_data["key"]
                )
            except FieldsRefused as error:  # its sentences stand beside what was typed
                form.blame(error.errors)
            except Conflict as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Saved."))
                return redirect(request.get_full_path() if "again" in request.POST else register.url("detail", record))
        return self._form(request, form)

    def edit(self, request: HttpRequest, **found: int) -> HttpResponse:
        """Change the record; a stale save shows both versions and loses nothing."""
        register, record = self.register, self._load(request, found)
        register.check_edits(request.user)
        form = register.form(request.POST or None, instance=record)
        if request.method == "POST" and form.is_valid():
            now, seen = timezone.now(), form.cleaned_data["version"]
            try:
                register.verbs.change(record, by=request.user, at=now, version=seen, values=form.values)
            except FieldsRefused as error:
                form.blame(error.errors)
            except Conflict as error:  # must show what was typed
                return self._conflict(request, self._load(request, found), form, error)
            else:
                messages.success(request, _("Saved."))
                return redirect(register.url("detail", record))
        return self._form(request, form, record)

    def retire(self, request: HttpRequest, **found: int) -> HttpResponse:
        """POST: take the record out of use."""
        record = self._load(request, found)
        self.register.verbs.retire(record, by=request.user, at=timezone.now())
        messages.success(request, _("Retired. It stays readable, and can be restored."))
        return redirect(self.register.url("detail", record))

    def restore(self, request: HttpRequest, **found: int) -> HttpResponse:
        """POST: take the record into use again."""
        record = self._load(request, found)
        self.register.verbs.restore(record, by=request.user, at=timezone.now())
        messages.success(request, _("In use again."))
        return redirect(self.register.url("detail", record))

    def _history(self, request: HttpRequest, record: Any) -> str:
        """The record's change history, for those who may write here."""
        return (
            reverse(f"history:{self.register.noun}", args=[record.pk]) if self.register.may_edit(request.user) else ""
        )

    def _load(self, request: HttpRequest, found: dict[str, int]) -> Any:
        return get_object_or_404(self.register.visible(request.user), pk=found[self.register.noun])

    def _form(self, request: HttpRequest, form: RegisterForm, record: Any = None) -> HttpResponse:
        return self._render(request, "form", {"form": form}, record, status=422 if form.is_bound else 200)

    def _conflict(self, request: HttpRequest, theirs: Any, form: RegisterForm, error: Conflict) -> HttpResponse:
        """409: what stands now beside what was typed, with a form that saves mine over the new version."""
        again = form.data.copy()
        again["version"] = str(theirs.version)
        mine = self.register.model(**form.values)
        rows = [_compared(theirs, mine, bound) for bound in form.visible_fields()]
        context = {"compared": rows, "form": self.register.form(again, instance=theirs), "sentence": str(error)}
        return self._render(request, "conflict", context, theirs, status=error.status)

    def _render(
        self, request: HttpRequest, name: str, context: dict[str, Any], record: Any = None, status: int = 200
    ) -> HttpResponse:
        register = self.register
        verbs = ("edit", "retire", "restore", "detail") if record is not None else ()
        shared = {
            "register": register,
            "record": record,
            "may_edit": register.may_edit(request.user),
            "urls": {"list": register.url("list"), "new": register.url("new")}
            | {verb: register.url(verb, record) for verb in verbs},
        }
        return render(request, f"registers/{name}.html", shared | context, status=status)


def _compared(theirs: Any, mine: Any, bound: Any) -> dict[str, Any]:
    stands, ours = shown(theirs, bound.name), shown(mine, bound.name)
    return {"label": bound.label, "theirs": stands, "mine": ours, "differs": stands != ours}


def _keys(register: Register, request: HttpRequest) -> list[str]:
    """The columns that the address sorts by, in one direction, the last one unique."""
    asked = request.GET.get("sort", "")
    sorts = {column.name: column.sort for column in register.columns if column.sort}
    keys = [*sorts.get(asked.lstrip("-"), register.order), "id"]
    return [f"-{key}" for key in keys] if asked.startswith("-") and asked[1:] in sorts else keys


def _heads(register: Register, request: HttpRequest, keys: list[str]) -> list[dict[str, Any]]:
    """The columns' headings, each with the address that sorts by it (the other way round if it does already)."""
    current = [key.lstrip("-") for key in keys[:-1]]
    heads = []
    for column in register.columns:
        active = bool(column.sort) and list(column.sort) == current
        falling = keys[0].startswith("-")
        query = request.GET.copy()
        for name in ("after", "before"):
            query.pop(name, None)
        query["sort"] = f"-{column.name}" if active and not falling else column.name
        direction = ("descending" if falling else "ascending") if active else ""
        sort = {"url": f"?{query.urlencode()}", "direction": direction} if column.sort else None
        heads.append({"column": column, "sort": sort})
    return heads


def _is_narrowed(register: Register, request: HttpRequest) -> bool:
    names = ["q", *(register.filters.base_filters if register.filters else ())]
    return any(request.GET.get(name) for name in names)


def rows_of(register: Register, records: Iterable[Model], *names: str) -> list[Row]:
    """Records as rows; names: the columns that are shown, all of them unless told."""
    columns = [column for column in register.columns if not names or column.name in names]
    return [
        Row(record, register.url("detail", record), [_cell(column, column.of(record)) for column in columns])
        for record in records
    ]


def parts_of(register: Register, records: list[Model], *names: str, icon: str, new: str = "") -> Panel:
    """A panel that lists records of another register; new: the address of its form, if it may be opened."""
    rows = rows_of(register, records, *names)
    heads = [{"column": cell.column} for cell in rows[0].cells] if rows else []
    action = Link(_("New entry"), new) if new else None
    count = sum(record.is_active for record in records)
    context = {"rows": rows, "heads": heads}
    return Panel(f"{register.noun}s", register.title, icon, "registers/_panel.html", context, count, action)


def _cell(column: Column, value: Any) -> Cell:
    if isinstance(value, Link):
        return Cell(column, value.label, value.url)
    if hasattr(value, "colour"):
        return Cell(column, badge=value)
    return Cell(column, "—" if value is None or value == "" else value)
