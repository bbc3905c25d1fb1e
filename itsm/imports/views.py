"""Pages of the imports: choose a table, send a sheet, look at the preview, decide."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.errors import RuleBroken
from itsm.imports import receiving, tasks
from itsm.imports.enums import Mode
from itsm.imports.forms import ApplyForm, SendForm
from itsm.imports.models import Import
from itsm.imports.tables import TABLES, tables_of
from itsm.imports.template import template
from itsm.pages import keyset
from itsm.workbooks.importing import ACTION_LABELS, Action, Importable

SIZE = 30


def _table(request: HttpRequest, code: str) -> type[Importable]:
    table = TABLES.get(code)
    if table is None:
        raise Http404
    receiving.check_may_import(request.user, code)
    return table


def _found(request: HttpRequest, pk: int) -> Import:
    return get_object_or_404(Import.objects.visible_to(request.user), pk=pk)


@require_GET
@login_required
@permission_required("imports.use")
def index(request: HttpRequest) -> HttpResponse:
    """What can be imported, and the own imports so far."""
    page = keyset.page(Import.objects.visible_to(request.user).defer("rows"), request, keys=["-id"], size=SIZE)
    for found in page.rows:
        found.title = TABLES[found.table].title
    return render(request, "imports/index.html", {"tables": tables_of(request.user), "page": page})


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("imports.use")
def new(request: HttpRequest, table: str) -> HttpResponse:
    """Send a workbook for a table."""
    importable = _table(request, table)
    form = SendForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and (found := _received(request, table, form)):
        return redirect(found)
    status = 200 if request.method == "GET" else 422
    return render(request, "imports/new.html", {"table": importable, "form": form}, status=status)


def _received(request: HttpRequest, table: str, form: SendForm) -> Import | None:
    """The import; None when the workbook is refused, with the sentence at the field."""
    upload = form.cleaned_data["file"]
    try:
        found = receiving.receive(table, upload.file, name=upload.name, by=request.user, at=timezone.now())
    except RuleBroken as error:  # the sentence belongs to the field, not to a page of its own
        form.add_error("file", str(error))
        return None
    transaction.on_commit(tasks.wake)
    return found


@require_GET
@login_required
@permission_required("imports.use")
def blank(request: HttpRequest, table: str) -> HttpResponse:
    """An empty workbook of the table: its header, and a sheet that explains every column."""
    response = HttpResponse(
        template(_table(request, table)),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = f'attachment; filename="{table}.xlsx"'
    return response


@require_GET
@login_required
@never_cache
@permission_required("imports.use")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The import: its progress, then its preview and bad rows, then what became of it."""
    template_name = "imports/_import.html" if request.htmx else "imports/detail.html"
    return render(request, template_name, _context(_found(request, pk)))


def _context(found: Import) -> dict[str, Any]:
    table = TABLES[found.table]
    labels = {field.name: field.label for field in table.fields}
    faults = [{"row": row, "label": labels.get(name, ""), "sentence": said} for row, name, said in found.faults]
    preview = [
        {"row": row, "action": ACTION_LABELS[Action(action)], "label": label, "changes": changes}
        for row, action, label, changes in found.preview
    ]
    share = found.done * 100 // found.total
    return {"found": found, "table": table, "faults": faults, "preview": preview, "share": share, "modes": Mode}


@require_POST
@login_required
@permission_required("imports.use")
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Import all rows, or the good ones."""
    found = _found(request, pk)
    form = ApplyForm(request.POST)
    if not form.is_valid():
        return render(request, "imports/detail.html", _context(found), status=422)
    receiving.apply(found, by=request.user, at=timezone.now(), mode=Mode(form.cleaned_data["mode"]))
    transaction.on_commit(tasks.wake)
    return redirect(found)


@require_POST
@login_required
@permission_required("imports.use")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the import up."""
    found = receiving.discard(_found(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("Discarded; nothing was imported."))
    return redirect("imports:new", table=found.table)
