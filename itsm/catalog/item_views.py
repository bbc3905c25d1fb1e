"""What a configuration item can besides being a row of its register: impact, verification, relations."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from itsm.catalog import impact, items
from itsm.catalog.models import ConfigurationItem, Relation
from itsm.catalog.paper_forms import RelateForm, VerifyForm
from itsm.errors import RuleBroken


def _load(request: HttpRequest, pk: int) -> ConfigurationItem:
    rows = ConfigurationItem.objects.visible_to(request.user).select_related("system", "owner")
    return get_object_or_404(rows, pk=pk)


@require_GET
@login_required
def impact_page(request: HttpRequest, item: int) -> HttpResponse:
    """影响分析: what suffers when the item fails and what it needs, as trees, and the affected systems."""
    found = _load(request, item)
    affected, needed = impact.affected(found), impact.needed(found)
    standbys = Relation.objects.filter(target=found, kind="standby").select_related("source")
    context: dict[str, Any] = {
        "item": found,
        "systems": impact.affected_systems(found, affected),
        "affected": impact.tree(found, affected).branches,
        "affected_count": len(affected),
        "needed": impact.tree(found, needed).branches,
        "needed_count": len(needed),
        "standbys": [relation.source for relation in standbys],
        "most_steps": impact.MOST_STEPS,
    }
    return render(request, "items/impact.html", context)


@require_POST
@login_required
def item_verify(request: HttpRequest, item: int) -> HttpResponse:
    """POST: the record is as the thing is."""
    found, form = _load(request, item), VerifyForm(request.POST)
    if not form.is_valid():
        raise RuleBroken(_("That is too long."))
    items.verify(found, by=request.user, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Verified."))
    return redirect(found)


@require_POST
@login_required
def item_relate(request: HttpRequest, item: int) -> HttpResponse:
    """POST: the item leans on another one."""
    found, form = _load(request, item), RelateForm(request.POST)
    if not form.is_valid():
        raise RuleBroken(_("Choose a relation and another item."))
    items.relate(found, by=request.user, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Added."))
    return redirect(f"{found.get_absolute_url()}#relations")


@require_POST
@login_required
def item_unrelate(request: HttpRequest, relation: int) -> HttpResponse:
    """POST: the relation is gone."""
    seen = ConfigurationItem.objects.visible_to(request.user)
    found = get_object_or_404(Relation.objects.filter(source__in=seen).select_related("source"), pk=relation)
    item = items.unrelate(found, by=request.user, at=timezone.now())
    messages.success(request, _("Removed."))
    return redirect(f"{item.get_absolute_url()}#relations")
