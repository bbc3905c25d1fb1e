"""Pages of the catalogue that are no register: what is missing, and the priority matrix."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from itsm.accounts.access import permission_required
from itsm.catalog import matrix, registry
from itsm.catalog.enums import Impact, Priority, Urgency
from itsm.catalog.matrix import MatrixForm
from itsm.catalog.models import System
from itsm.catalog.registers import SYSTEMS, dictionaries, systems
from itsm.errors import Conflict, NotAllowed
from itsm.pages.register_views import rows_of
from itsm.pages.registers import neighbours

ROWS = 200


class Gap(NamedTuple):
    """Something that systems may lack: how many do, and the list of them."""

    name: str
    label: Promise
    icon: str
    count: int
    url: str


_GAPS = (
    ("primary_owner", gettext_lazy("No primary owner"), "user-question"),
    ("backup_owner", gettext_lazy("No backup owner"), "users"),
    ("vendor", gettext_lazy("No vendor"), "briefcase"),
    ("modules", gettext_lazy("No module"), "puzzle"),
)


@require_GET
@login_required
@permission_required("catalog.read")
def missing(request: HttpRequest) -> HttpResponse:
    """缺失项: what maintained systems lack, counted, and the systems that lack anything."""
    visible = System.objects.visible_to(request.user)
    counts = visible.gap_counts()
    address = SYSTEMS.url("list")
    gaps = [Gap(name, label, icon, counts[name], f"{address}?missing={name}") for name, label, icon in _GAPS]
    lacking = visible.lacking("any").with_row().with_counts().order_by("position", "id")[:ROWS]
    shown = ("code", "name", "tier", "vendor", "primary_owner", "backup_owner", "module_count")
    rows = rows_of(SYSTEMS, lacking, *shown)
    context = {
        "gaps": gaps,
        "total": counts["total"],
        "rows": rows,
        "heads": [{"column": cell.column} for cell in rows[0].cells] if rows else [],
        "tabs": neighbours(systems.TABS, request),
    }
    return render(request, "catalog/missing.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("catalog.read_dictionaries")
def priorities(request: HttpRequest) -> HttpResponse:
    """优先级矩阵: one grid; a preview shows what would change before it is saved."""
    rules = matrix.stored()
    form = MatrixForm(request.POST or None, rules=rules)
    status = 200
    if request.method == "POST":
        if not request.user.may(registry.EDIT):
            raise NotAllowed(_("Your role does not allow this."))
        if not form.is_valid():
            status = 422
        elif "preview" not in request.POST:
            try:
                matrix.change(form.rules, seen=form.cleaned_data["seen"], by=request.user, at=timezone.now())
            except Conflict as error:  # must show what was typed
                form.renew(matrix.stored())
                form.add_error(None, str(error))
                status = error.status
            else:
                messages.success(request, _("Saved. New reports and changed ones follow the new matrix."))
                return redirect("catalog:priorities")
    return render(request, "catalog/priorities.html", _grid(request, form), status=status)


def _grid(request: HttpRequest, form: MatrixForm) -> dict[str, Any]:
    """The matrix as rows of cells, with what would change and what looks odd."""
    asked = form.rules if form.is_bound else form.kept
    rows = [
        {"label": impact.label, "cells": [_cell(form, asked, impact, urgency) for urgency in Urgency]}
        for impact in Impact
    ]
    return {
        "form": form,
        "rows": rows,
        "urgencies": [urgency.label for urgency in Urgency],
        "changed": sum(cell["before"] is not None for row in rows for cell in row["cells"]),
        "previewed": form.is_bound,
        "oddities": [_oddity(*pair) for pair in matrix.oddities(asked)],
        "may_edit": request.user.may(registry.EDIT),
        "tabs": neighbours(dictionaries.TABS, request),
    }


def _cell(form: MatrixForm, asked: matrix.Rules, impact: Impact, urgency: Urgency) -> dict[str, Any]:
    kept, now = form.kept.get((impact, urgency)), asked.get((impact, urgency))
    return {
        "bound": form[matrix.name(impact, urgency)],
        "badge": Priority(now) if now else None,
        "before": Priority(kept) if kept and now and kept != now else None,
    }


def _oddity(worse: tuple[int, int], milder: tuple[int, int]) -> str:
    words = [f"{Impact(impact).label} × {Urgency(urgency).label}" for impact, urgency in (worse, milder)]
    return _("“%(worse)s” is less urgent than the milder “%(milder)s”.") % {"worse": words[0], "milder": words[1]}
