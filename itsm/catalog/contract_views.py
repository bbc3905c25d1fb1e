"""The contract's pages. A verb's view loads what this person may see, makes one domain call, answers."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.catalog import contract_page, contracts, listings, parameters, phases, scope, years
from itsm.catalog.contract_forms import (
    AmendForm,
    BareForm,
    ContractForm,
    DecideForm,
    EvaluateForm,
    ItemForm,
    NoteForm,
    ReasonForm,
    ScopeForm,
    ValueForm,
    blame,
)
from itsm.catalog.models import ChecklistItem, Contract, ContractYear, Parameter, Phase, ScopeRow
from itsm.catalog.permissions import check_may
from itsm.errors import Conflict, RuleBroken
from itsm.pages import exports, keyset
from itsm.pages.answers import UNPROCESSABLE
from itsm.pages.words import shown

SIZE = 20
BOTH = ["GET", "POST"]
NEWEST_FIRST, SCOPE_KEYS = ["-signed_on", "-id"], ["system_id", "id"]


@require_GET
@login_required
@permission_required("catalog.contracts")
def contract_list(request: HttpRequest) -> HttpResponse:
    """Every contract, the newest first."""
    visible = Contract.objects.visible_to(request.user).with_row()
    page = keyset.page(visible, request, keys=NEWEST_FIRST, size=SIZE)
    today = timezone.localdate()
    rows = [{"contract": contract, "percent": contract.span.percent_at(today)} for contract in page.rows]
    may_draft = request.user.may("catalog.draft_contract")
    context = {"rows": rows, "pager": page, "may_draft": may_draft}
    return render(request, "contracts/list.html", context | {"files": exports.links(request, "catalog:contract_list")})


@require_GET
@login_required
@permission_required("catalog.contracts")
def contract_list_file(request: HttpRequest, kind: str) -> FileResponse:
    """Every contract that this person may see, as a file."""
    now = timezone.now()
    visible = Contract.objects.visible_to(request.user).with_row().order_by(*NEWEST_FIRST)
    listing = listings.contracts(visible, request.user, on=timezone.localdate(now))
    return exports.answer(request, listing, kind, names=(), at=now)


@require_GET
@login_required
def parameters_file(request: HttpRequest, contract: int, kind: str) -> FileResponse:
    """The contract's parameters as a file."""
    listing = listings.parameters(_load(request, contract))
    return exports.answer(request, listing, kind, names=(), at=timezone.now())


@require_GET
@login_required
def scope_file(request: HttpRequest, contract: int, kind: str) -> FileResponse:
    """What the contract covers, all rows, as a file."""
    found = _load(request, contract)
    listing = listings.scope(found, _scope_rows(found).order_by(*SCOPE_KEYS))
    return exports.answer(request, listing, kind, names=(), at=timezone.now())


@require_GET
@login_required
def contract(request: HttpRequest, contract: int) -> HttpResponse:
    """The contract's page."""
    return _page(request, _load(request, contract))


@require_http_methods(BOTH)
@login_required
@permission_required("catalog.draft_contract")
def contract_new(request: HttpRequest) -> HttpResponse:
    """Write down a contract."""
    form = ContractForm(request.POST or None, reader=request.user)
    if request.method == "POST" and form.is_valid():
        drafted = contracts.draft(by=request.user, at=timezone.now(), **form.values)
        messages.success(request, _("Saved as a draft. Sign it to lay out its years and phases."))
        return redirect(drafted)
    return _form(request, form, None)


@require_http_methods(BOTH)
@login_required
def contract_edit(request: HttpRequest, contract: int) -> HttpResponse:
    """Correct a draft; a stale save shows both versions."""
    found = _load(request, contract)
    check_may(request.user, "catalog.draft_contract")
    return _written(request, found, ContractForm, lambda form: contracts.revise(found, **_act(request, form)))


@require_http_methods(BOTH)
@login_required
def contract_amend(request: HttpRequest, contract: int) -> HttpResponse:
    """Write down a supplementary agreement."""
    found = _load(request, contract)
    check_may(request.user, "catalog.sign_contract")

    def amend(form: forms.Form) -> Contract:
        words = {name: form.cleaned_data[name] for name in ("agreed_on", "reason")}
        return contracts.amend(found, **_act(request, form), **words)

    return _written(request, found, AmendForm, amend)


def _act(request: HttpRequest, form: Any) -> dict[str, Any]:
    version = form.cleaned_data["version"] or 0
    return {"by": request.user, "at": timezone.now(), "version": version, "changes": form.values}


def _written(
    request: HttpRequest, found: Contract, form_class: type[ContractForm], act: Callable[[Any], Contract]
) -> HttpResponse:
    form = form_class(request.POST or None, instance=found, reader=request.user)
    if request.method == "GET" or not form.is_valid():
        return _form(request, form, found)
    try:
        saved = act(form)
    except Conflict as error:  # must show what was typed
        return _conflict(request, form, error)
    messages.success(request, _("Saved."))
    return redirect(saved)


def _form(request: HttpRequest, form: ContractForm, found: Contract | None) -> HttpResponse:
    context = {"form": form, "contract": found, "amends": isinstance(form, AmendForm)}
    return render(request, "contracts/form.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _conflict(request: HttpRequest, form: ContractForm, error: Conflict) -> HttpResponse:
    """409: what stands now beside what was typed, with a form that saves mine over the new version."""
    theirs = Contract.objects.get(pk=form.instance.pk)
    again = form.data.copy()
    again["version"] = str(theirs.version)
    rows = [(bound.label, shown(theirs, bound.name), shown(form.instance, bound.name)) for bound in _columns(form)]
    compared = [{"label": label, "theirs": old, "mine": new, "differs": old != new} for label, old, new in rows]
    context = {
        "record": {"name": theirs.title},
        "urls": {"detail": theirs.get_absolute_url(), "edit": request.path},
        "compared": compared,
        "form": type(form)(again, instance=theirs, reader=request.user),
        "sentence": str(error),
    }
    return render(request, "registers/conflict.html", context, status=error.status)


def _columns(form: ContractForm) -> list[Any]:
    return [bound for bound in form.visible_fields() if bound.name in form.values]


@require_http_methods(BOTH)
@login_required
def contract_scope(request: HttpRequest, contract: int) -> HttpResponse:
    """范围: every row, the running ones first; POST changes it from a day on."""
    found = _load(request, contract)
    form = ScopeForm(request.POST or None, initial={"from_on": timezone.localdate()})
    status = 200
    if request.method == "POST":
        check_may(request.user, "catalog.change_scope")
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                added = scope.change(found, by=request.user, at=timezone.now(), **form.values)
            except RuleBroken as error:  # must show what was typed
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Saved.") if added else _("It stands like that already."))
                return redirect("catalog:contract_scope", contract=found.pk)
    return render(request, "contracts/scope.html", {**_scope(request, found), "form": form}, status=status)


def _scope(request: HttpRequest, found: Contract) -> dict[str, Any]:
    today = timezone.localdate()
    page = keyset.page(_scope_rows(found), request, keys=SCOPE_KEYS, size=100)
    return {
        "contract": found,
        "rows": [{"row": row, "is_running": scope.row_of(row).holds(today)} for row in page.rows],
        "pager": page,
        "counts": contract_page.scope_counts(found, today),
        "may_change": request.user.may("catalog.change_scope"),
        "files": exports.links(request, "catalog:scope", found.pk),
    }


def _scope_rows(found: Contract) -> models.QuerySet[ScopeRow]:
    return ScopeRow.objects.filter(contract=found).select_related("system", "module", "interface", "recorded_by")


def _load(request: HttpRequest, pk: int) -> Contract:
    """The contract; 404 if this person may not see it."""
    return get_object_or_404(Contract.objects.visible_to(request.user).select_related("contractor"), pk=pk)


def _page(request: HttpRequest, found: Contract, bound: contract_page.Bound | None = None) -> HttpResponse:
    context = contract_page.context(request, found, bound)
    return render(request, "contracts/detail.html", context, status=UNPROCESSABLE if bound else 200)


def _verb(
    name: str,
    noun: str,
    model: type[models.Model],
    form_class: type[forms.Form],
    act: Callable[..., Any],
    done: Promise,
) -> Callable[..., HttpResponse]:
    """The view of a verb on the contract or a part of it; what was refused comes back on the contract's page."""

    @require_POST
    @login_required
    def view(request: HttpRequest, **found: int) -> HttpResponse:
        record = _part(request, model, found[noun])
        form = form_class(request.POST, auto_id=f"{name}_{record.pk}_%s")
        if form.is_valid():
            try:
                act(record, by=request.user, at=timezone.now(), **form.cleaned_data)
            except RuleBroken as error:
                if error.status != UNPROCESSABLE:
                    raise
                blame(form, error)  # must show what was typed
            else:
                messages.success(request, done)
                return redirect(f"{_contract_of(record).get_absolute_url()}#{_anchor(record)}")
        return _page(request, _contract_of(record), {(name, record.pk): form})

    view.__name__ = name
    view.__doc__ = f"POST: {act.__doc__}"
    return view


def _part(request: HttpRequest, model: type[models.Model], pk: int) -> Any:
    """A record of a contract that this person may see; 404 otherwise."""
    if model is Contract:
        return _load(request, pk)
    path = {ChecklistItem: "phase__contract"}.get(model, "contract")
    rows = model._default_manager.filter(**{f"{path}__in": Contract.objects.visible_to(request.user)})
    return get_object_or_404(rows.select_related(f"{path}__contractor"), pk=pk)


def _contract_of(record: Any) -> Contract:
    if isinstance(record, Contract):
        return record
    return record.phase.contract if isinstance(record, ChecklistItem) else record.contract


def _anchor(record: Any) -> str:
    """Where on the page the record stands."""
    words = {Contract: "main", ContractYear: "years", Parameter: "parameters"}
    if isinstance(record, ChecklistItem):
        return f"phase-{record.phase_id}"
    return f"phase-{record.pk}" if isinstance(record, Phase) else words[type(record)]


contract_sign = _verb(
    "sign", "contract", Contract, BareForm, contracts.sign, gettext_lazy("In force. Its years and phases are laid out.")
)
contract_end = _verb("end", "contract", Contract, ReasonForm, contracts.end, gettext_lazy("The contract is ended."))
year_evaluate = _verb(
    "evaluate", "year", ContractYear, EvaluateForm, years.evaluate, gettext_lazy("The evaluation is written down.")
)
year_decide = _verb(
    "decide", "year", ContractYear, DecideForm, years.decide, gettext_lazy("The decision is written down.")
)
phase_finish = _verb("finish", "phase", Phase, BareForm, phases.finish, gettext_lazy("The phase is closed."))
item_add = _verb("add_item", "phase", Phase, ItemForm, phases.add_item, gettext_lazy("Added to the checklist."))
check_tick = _verb("tick", "check", ChecklistItem, NoteForm, phases.tick, gettext_lazy("Ticked off."))
check_waive = _verb("waive", "check", ChecklistItem, ReasonForm, phases.waive, gettext_lazy("Waived."))
check_untick = _verb("untick", "check", ChecklistItem, BareForm, phases.untick, gettext_lazy("Open again."))
parameter_fill = _verb("fill", "parameter", Parameter, ValueForm, parameters.fill, gettext_lazy("Saved."))
