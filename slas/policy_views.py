"""Pages of the agreement: what is in force, its versions, the draft and publishing it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.catalog.contract_forms import blame
from itsm.errors import FieldsRefused, RuleBroken
from itsm.pages.answers import UNPROCESSABLE
from slas import policies, policy_page
from slas.models import Clock, Policy
from slas.policy_forms import FORMS, PublishForm, RowForm

BOTH = ["GET", "POST"]


@require_GET
@login_required
@permission_required("slas.read")
def agreement(request: HttpRequest) -> HttpResponse:
    """服务级别协议: the version in force."""
    return _shown(request, Policy.objects.in_force(timezone.now()).first())


@require_GET
@login_required
@permission_required("slas.read")
def policy(request: HttpRequest, policy: int) -> HttpResponse:
    """One version; a draft only for those who may work on it."""
    return _shown(request, _load(request, policy))


def _load(request: HttpRequest, number: int) -> Policy:
    found = get_object_or_404(Policy, number=number)
    if found.is_draft and not (request.user.may("slas.draft") or request.user.may("slas.publish")):
        raise Http404
    return found


def _shown(request: HttpRequest, found: Policy | None) -> HttpResponse:
    user, versions = request.user, Policy.objects.select_related("published_by", "drafted_by")
    before = found and versions.published().filter(number__lt=found.number).first()
    context: dict[str, Any] = {
        "policy": found,
        "in_force": versions.in_force(timezone.now()).first(),
        "versions": versions if user.may("slas.draft") or user.may("slas.publish") else versions.published(),
        "draft": versions.filter(state="draft").first(),
        "may_draft": user.may("slas.draft"),
        "may_publish": user.may("slas.publish"),
        "gaps": Clock.objects.gaping().count(),
        "changes": policy_page.changes(found, before) if found and before else [],
        "before": before,
    }
    context["may_edit"] = bool(found and found.is_draft and context["may_draft"])
    if found:
        context |= policy_page.shown(found)
    return render(request, "slas/agreement.html", context)


@require_POST
@login_required
@permission_required("slas.draft")
def draft(request: HttpRequest) -> HttpResponse:
    """POST: begin the next version."""
    made = policies.draft(by=request.user, at=timezone.now())
    messages.success(request, _("A draft is made. Change what is to change, then let it be published."))
    return redirect(made)


@require_POST
@login_required
@permission_required("slas.draft")
def discard(request: HttpRequest, policy: int) -> HttpResponse:
    """POST: throw the draft away."""
    policies.discard(_load(request, policy), by=request.user, at=timezone.now())
    messages.success(request, _("The draft is thrown away."))
    return redirect("slas:agreement")


@require_http_methods(BOTH)
@login_required
@permission_required("slas.publish")
def publish(request: HttpRequest, policy: int) -> HttpResponse:
    """GET: the effect of the draft. POST: publish it."""
    found, now = _load(request, policy), timezone.now()
    form = PublishForm(request.POST or None)
    sentences: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            policies.publish(found, by=request.user, at=now, **form.cleaned_data)
        except RuleBroken as refused:
            if refused.status != RuleBroken.status:
                raise
            sentences = str(refused).splitlines()
        else:
            messages.success(request, _("%(policy)s is published.") % {"policy": found})
            return redirect(found)
    before = Policy.objects.published().first()
    context = {"policy": found, "form": form, "sentences": sentences, "before": before}
    context |= {"effect": policy_page.effect(found, at=now), "changes": policy_page.changes(found, before)}
    return render(request, "slas/publish.html", context, status=UNPROCESSABLE if request.method == "POST" else 200)


@require_http_methods(BOTH)
@login_required
@permission_required("slas.draft")
def part_new(request: HttpRequest, policy: int, part: str) -> HttpResponse:
    """A further row of the draft."""
    return _part(request, _load(request, policy), part, None)


@require_http_methods(BOTH)
@login_required
@permission_required("slas.draft")
def part(request: HttpRequest, policy: int, part: str, row: int) -> HttpResponse:
    """A row of the draft."""
    return _part(request, _load(request, policy), part, row)


def _part(request: HttpRequest, found: Policy, part: str, row: int | None) -> HttpResponse:
    if part not in FORMS:
        raise Http404
    record = get_object_or_404(policies.PARTS[part], policy=found, pk=row) if row else None
    initial = {name: request.GET[name] for name in ("kind", "priority", "subject", "reason") if name in request.GET}
    form = FORMS[part](request.POST or None, instance=record, initial=initial, seen=found.version)
    if request.method == "POST" and form.is_valid() and _is_put(request, found, part, form, row):
        messages.success(request, _("Saved in the draft."))
        return redirect(found)
    context = {"policy": found, "part": part, "form": form, "row": row}
    return render(request, "slas/part.html", context, status=UNPROCESSABLE if request.method == "POST" else 200)


def _is_put(request: HttpRequest, found: Policy, part: str, form: RowForm, row: int | None) -> bool:
    version = form.cleaned_data["seen"] or found.version
    try:
        policies.put(found, part, by=request.user, at=timezone.now(), version=version, values=form.values, pk=row)
    except FieldsRefused as error:  # its sentences stand beside what was typed
        blame(form, error)
        return False
    return True


@require_POST
@login_required
@permission_required("slas.draft")
def part_remove(request: HttpRequest, policy: int, part: str, row: int) -> HttpResponse:
    """POST: take a row out of the draft."""
    found = _load(request, policy)
    if part not in FORMS or not policies.PARTS[part].objects.filter(policy=found, pk=row).exists():
        raise Http404
    policies.remove(found, part, by=request.user, at=timezone.now(), version=found.version, pk=row)
    messages.success(request, _("Taken out of the draft."))
    return redirect(found)
