"""Pages of the agreement: what is in force, its versions, the draft's effect and publishing it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from itsm.accounts.access import permission_required
from itsm.catalog.contract_forms import blame
from itsm.errors import FieldsRefused, NotAllowed
from itsm.pages.answers import UNPROCESSABLE
from slas import faults, policies, policy_changes, policy_effect, policy_page
from slas.models import Clock, Policy
from slas.policy_forms import PublishForm


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
    """One version; a draft only for those who work on it."""
    return _shown(request, load(request, policy))


def load(request: HttpRequest, number: int) -> Policy:
    """The version of that number, else 404."""
    rows = Policy.objects.visible_to(request.user).select_related("drafted_by", "published_by")
    return get_object_or_404(rows, number=number)


def _shown(request: HttpRequest, found: Policy | None) -> HttpResponse:
    user, versions = request.user, list(Policy.objects.visible_to(request.user).select_related("published_by"))
    may_draft = user.may("slas.draft")
    context: dict[str, Any] = {
        "policy": found,
        "in_force": Policy.objects.in_force(timezone.now()).first(),
        "versions": versions,
        "draft": next((one for one in versions if one.is_draft), None),
        "may_draft": may_draft,
        "may_preview": may_draft or user.may("slas.publish"),
        "may_edit": may_draft and bool(found and found.is_draft),
        "gaps": Clock.objects.gaping().count(),
        "now": timezone.now(),
    }
    if found:
        context |= policy_page.shown(found, user)
        context["faults"] = faults.of(found) if found.is_draft else []
    return render(request, "slas/agreement.html", context)


@require_GET
@login_required
@permission_required("slas.read")
def compare(request: HttpRequest) -> HttpResponse:
    """GET /slas/compare/?old=1&new=2: what differs; without numbers the newest version and the one before."""
    versions = list(Policy.objects.visible_to(request.user))
    by_number = {str(one.number): one for one in versions}
    new = _chosen(request, "new", by_number, versions[0] if versions else None)
    before = next((one for one in versions if new and one.number < new.number), None)
    old = _chosen(request, "old", by_number, before)
    changes = policy_changes.between(old, new, reader=request.user) if new else []
    context = {"versions": versions, "old": old, "new": new, "before": old, "changes": changes}
    return render(request, "slas/compare.html", context)


def _chosen(request: HttpRequest, name: str, by_number: dict[str, Policy], default: Policy | None) -> Policy | None:
    asked = request.GET.get(name)
    if asked is None:
        return default
    if asked not in by_number:
        raise Http404
    return by_number[asked]


@require_POST
@login_required
@permission_required("slas.draft")
def draft(request: HttpRequest) -> HttpResponse:
    """POST: begin the next version."""
    made = policies.draft(by=request.user, at=timezone.now())
    messages.success(request, _("A draft is made. Change what is to change, then let somebody else publish it."))
    return redirect(made)


@require_POST
@login_required
@permission_required("slas.draft")
def discard(request: HttpRequest, policy: int) -> HttpResponse:
    """POST: throw the draft away."""
    policies.discard(load(request, policy), by=request.user, at=timezone.now())
    messages.success(request, _("The draft is thrown away."))
    return redirect("slas:agreement")


@require_GET
@login_required
def preview(request: HttpRequest, policy: int) -> HttpResponse:
    """预览: what the draft changes and what it would mean, for whoever drafts or publishes."""
    if not (request.user.may("slas.draft") or request.user.may("slas.publish")):
        raise NotAllowed(_("Your role does not allow this."))
    return _effect(request, load(request, policy), PublishForm())


@require_POST
@login_required
@permission_required("slas.publish")
def publish(request: HttpRequest, policy: int) -> HttpResponse:
    """POST: publish the draft; a refusal stands in the preview, beside what was typed."""
    found = load(request, policy)
    form = PublishForm(request.POST)
    if form.is_valid():
        try:
            policies.publish(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        except FieldsRefused as error:  # its sentences stand beside what was typed
            blame(form, error)
        else:
            messages.success(request, _("%(policy)s is published.") % {"policy": found})
            return redirect(found)
    return _effect(request, found, form, status=UNPROCESSABLE)


def _effect(request: HttpRequest, found: Policy, form: PublishForm, status: int = 200) -> HttpResponse:
    if not found.is_draft:
        raise Http404
    user, now = request.user, timezone.now()
    before = Policy.objects.latest_published()
    context = {
        "policy": found,
        "form": form,
        "before": before,
        "may_publish": user.may("slas.publish"),
        "may_edit": user.may("slas.draft"),
        "has_written": policies.has_written(found, user),
        "faults": faults.of(found),
        "changes": policy_changes.between(before, found, reader=user),
        "effect": policy_effect.of_clocks(found, at=now),
        "starts": policy_effect.samples(before, found, at=now),
        "kinds": policy_effect.KINDS,
    }
    return render(request, "slas/preview.html", context, status=status)
