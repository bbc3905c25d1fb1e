"""The service catalogue's pages. A verb's view loads, makes one domain call, answers."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.catalog import listings, services
from itsm.catalog.contract_forms import NoteForm, ReasonForm, blame
from itsm.catalog.enums import OverrideState, ServiceRoot, VersionState
from itsm.catalog.models import ServiceItem, ServiceOverride, ServiceVersion
from itsm.catalog.permissions import check_may
from itsm.catalog.service_forms import ItemForm, OverrideForm, WordsForm
from itsm.errors import FieldsRefused, RuleBroken
from itsm.pages import exports
from itsm.pages.answers import UNPROCESSABLE

READ, EDIT = "catalog.services", "catalog.edit_services"
BOTH = ["GET", "POST"]


@require_GET
@login_required
@permission_required(READ)
def service_list(request: HttpRequest) -> HttpResponse:
    """服务目录: the three roots with what is promised now; for the editors also drafts and withdrawn items."""
    editing = request.user.may(EDIT)
    every, rows = _every(request), _rows(request)
    shown = [row for row in rows if row["version"]]
    areas = [{"root": root, "rows": [row for row in shown if row["item"].root == root]} for root in ServiceRoot]
    drafts = sum(row["has_draft"] for row in rows)
    waiting = ServiceOverride.objects.filter(state=OverrideState.PROPOSED).count() if editing else 0
    context = {"areas": areas, "may_edit": editing, "every": every, "drafts": drafts, "waiting": waiting}
    context |= {"total": len(shown), "today": timezone.localdate()}
    return render(request, "services/list.html", context | {"files": exports.links(request, "catalog:service_list")})


@require_GET
@login_required
@permission_required(READ)
def service_list_file(request: HttpRequest, kind: str) -> FileResponse:
    """The catalogue as the page shows it, as a file; it is few enough to be at hand."""
    versions = [row["version"] for root in ServiceRoot for row in _rows(request) if row["item"].root == root]
    listing = listings.services([version for version in versions if version])
    return exports.answer(request, listing, kind, names=("all",), at=timezone.now())


def _every(request: HttpRequest) -> bool:
    return bool(request.GET.get("all")) and request.user.may(EDIT)


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    every = _every(request)
    return [_shown(item, every=every) for item in ServiceItem.objects.with_versions()]


def _shown(item: ServiceItem, *, every: bool) -> dict[str, Any]:
    versions = list(item.versions.all())
    published = next((version for version in versions if version.state == VersionState.PUBLISHED), None)
    newest = versions[0] if versions else None
    has_draft = newest is not None and newest.state == VersionState.DRAFT
    return {"item": item, "version": published or (newest if every else None), "has_draft": has_draft}


@require_GET
@login_required
def service(request: HttpRequest, service: int) -> HttpResponse:
    """The item's page."""
    return _page(request, _load(request, service))


@require_http_methods(BOTH)
@login_required
@permission_required(EDIT)
def service_new(request: HttpRequest) -> HttpResponse:
    """Draft a new item."""
    form = ItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        words = {"code": cleaned["code"], "root": cleaned["root"], "words": form.words}
        try:
            item = services.create(by=request.user, at=timezone.now(), **words)
        except FieldsRefused as error:  # its sentences stand beside what was typed
            blame(form, error)
        else:
            messages.success(request, _("Drafted. Nobody can ask for it before it is published."))
            return redirect(item)
    return _form(request, form, None)


@require_http_methods(BOTH)
@login_required
def service_edit(request: HttpRequest, service: int) -> HttpResponse:
    """Write the draft anew, or begin the next version."""
    item = _load(request, service)
    check_may(request.user, EDIT)
    form = WordsForm(request.POST or None, instance=item.versions.first())
    if request.method == "POST" and form.is_valid():
        try:
            version = services.revise(item, by=request.user, at=timezone.now(), words=form.words)
        except FieldsRefused as error:
            blame(form, error)
        else:
            messages.success(request, _("Draft V%(number)s is saved.") % {"number": version.number})
            return redirect(item)
    return _form(request, form, item)


@require_POST
@login_required
def service_publish(request: HttpRequest, service: int) -> HttpResponse:
    """POST: the draft is what is promised from now on."""
    item = _load(request, service)
    version = services.publish(item, by=request.user, at=timezone.now())
    messages.success(request, _("V%(number)s is published.") % {"number": version.number})
    return redirect(item)


@require_POST
@login_required
def service_retire(request: HttpRequest, service: int) -> HttpResponse:
    """POST: nobody can ask for it any more."""
    item, form = _load(request, service), ReasonForm(request.POST, auto_id="retire_%s")

    def retire() -> None:
        services.retire(item, by=request.user, at=timezone.now(), **form.cleaned_data)

    return _acted(request, item, form, "retire_form", retire, _("Withdrawn. It stays readable."))


@require_POST
@login_required
def override_propose(request: HttpRequest, service: int) -> HttpResponse:
    """POST: ask for another level at one place."""
    item, form = _load(request, service), OverrideForm(request.POST, auto_id="propose_%s")

    def propose() -> None:
        services.propose(item, by=request.user, at=timezone.now(), terms=form.cleaned_data)

    return _acted(request, item, form, "propose_form", propose, _("Proposed. Somebody else must approve it."))


@require_POST
@login_required
def override_approve(request: HttpRequest, override: int) -> HttpResponse:
    """POST: the level counts at that place."""
    found, form = _override(request, override), NoteForm(request.POST, auto_id=f"approve_{override}_%s")
    return _decided(request, found, form, "note", approve=True)


@require_POST
@login_required
def override_reject(request: HttpRequest, override: int) -> HttpResponse:
    """POST: it stays as the catalogue says."""
    found, form = _override(request, override), ReasonForm(request.POST, auto_id=f"reject_{override}_%s")
    return _decided(request, found, form, "reason", approve=False)


def _decided(
    request: HttpRequest, found: ServiceOverride, form: forms.Form, words: str, *, approve: bool
) -> HttpResponse:
    def decide() -> None:
        note = form.cleaned_data[words]
        services.decide(found, by=request.user, at=timezone.now(), approve=approve, note=note)

    done = _("Approved; it applies there from its first day.") if approve else _("Rejected.")
    return _acted(request, found.item, form, f"decide_{found.pk}", decide, done)


def _acted(
    request: HttpRequest, item: ServiceItem, form: forms.Form, name: str, act: Callable[[], Any], done: str
) -> HttpResponse:
    """Do it if the form is whole; what was refused comes back on the item's page."""
    if form.is_valid():
        try:
            act()
        except RuleBroken as error:
            if error.status != UNPROCESSABLE:
                raise
            blame(form, error)  # must show what was typed
        else:
            messages.success(request, done)
            return redirect(item)
    return _page(request, item, {name: form})


def _load(request: HttpRequest, pk: int) -> ServiceItem:
    """The item; 404 for those who do not read the catalogue, or if it was never published and they do not edit."""
    rows = ServiceItem.objects.visible_to(request.user)
    return get_object_or_404(rows, pk=pk)


def _override(request: HttpRequest, pk: int) -> ServiceOverride:
    seen = ServiceItem.objects.visible_to(request.user)
    return get_object_or_404(ServiceOverride.objects.filter(item__in=seen).select_related("item"), pk=pk)


def _page(request: HttpRequest, item: ServiceItem, bound: dict[str, forms.Form] | None = None) -> HttpResponse:
    bound, user = bound or {}, request.user
    people = ServiceVersion.objects.select_related("published_by").order_by("-number")
    item = ServiceItem.objects.prefetch_related(Prefetch("versions", people)).get(pk=item.pk)
    versions = [version for version in item.versions.all() if version.state != "draft" or user.may(EDIT)]
    published = next((version for version in versions if version.state == VersionState.PUBLISHED), None)
    context = {
        "item": item,
        "version": published or (versions[0] if versions else None),
        "draft": next((version for version in versions if version.state == VersionState.DRAFT), None),
        "published": published,
        "versions": versions,
        "overrides": _overrides(request, item, bound),
        "may_edit": user.may(EDIT),
        "may_publish": user.may("catalog.publish_services"),
        "retire_form": bound.get("retire_form") or ReasonForm(auto_id="retire_%s"),
        "propose_form": bound.get("propose_form") or OverrideForm(auto_id="propose_%s"),
    }
    return render(request, "services/detail.html", context, status=UNPROCESSABLE if bound else 200)


def _overrides(request: HttpRequest, item: ServiceItem, bound: dict[str, forms.Form]) -> list[dict[str, Any]]:
    rows = item.overrides.select_related("department", "system", "proposed_by", "decided_by")
    approver = request.user.may("catalog.approve_overrides")
    return [
        {
            "override": row,
            "may_decide": approver and row.state == OverrideState.PROPOSED and row.proposed_by_id != request.user.pk,
            "approve_form": NoteForm(auto_id=f"approve_{row.pk}_%s"),
            "reject_form": bound.get(f"decide_{row.pk}") or ReasonForm(auto_id=f"reject_{row.pk}_%s"),
        }
        for row in rows
    ]


def _form(request: HttpRequest, form: WordsForm, item: ServiceItem | None) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "services/form.html", {"form": form, "item": item}, status=status)
