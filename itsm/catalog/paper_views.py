"""What expires, and which systems have no proof of original service."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from itsm.accounts.access import permission_required
from itsm.catalog import papers, reminders
from itsm.catalog.enums import Compliance, Validity
from itsm.catalog.expiry import HORIZON_DAYS, LEVELS
from itsm.catalog.models import System
from itsm.catalog.registers.papers import TABS
from itsm.pages import keyset
from itsm.pages.registers import neighbours

SIZE = 100


@require_GET
@login_required
@permission_required("catalog.expiries")
def expiries(request: HttpRequest) -> HttpResponse:
    """到期提醒: what expires within 180 days or is over, the nearest first."""
    today = timezone.localdate()
    rows = [_expiring(row, row.days_left(today)) for row in reminders.expiring(today)]
    counts = [(label, sum(low <= row["left"] <= high for row in rows)) for label, low, high in _bands()]
    context = {"rows": rows, "counts": counts, "days": HORIZON_DAYS, "tabs": neighbours(TABS, request)}
    return render(request, "papers/expiries.html", context)


def _bands() -> list[tuple[str, int, int]]:
    """Over, then by nearness: the days of each band as the page names it, its nearest and its farthest day."""
    edges = [*sorted(level for level in LEVELS if level), HORIZON_DAYS]
    starts = [0, *(edge + 1 for edge in edges)]
    within = [(f"{start}–{edge}", start, edge) for start, edge in zip(starts, edges, strict=False)]
    return [("over", -(10**6), -1), *within]


def _expiring(row: reminders.Expiring, left: int) -> dict[str, Any]:
    badge = Validity.EXPIRED if left < 0 else Validity.SOON if left <= max(LEVELS) else Validity.VALID
    return {"row": row, "left": left, "over": -left, "badge": badge}


@require_GET
@login_required
@permission_required("catalog.expiries")
def proofs(request: HttpRequest) -> HttpResponse:
    """原厂服务: every maintained system, whether a valid paper covers it; those without one first."""
    today = timezone.localdate()
    maintained = System.objects.maintained().select_related("vendor")
    lacking = papers.without_proof(today).count()
    page = keyset.page(papers.with_proof(maintained, today), request, keys=["is_proven", "position", "id"], size=SIZE)
    rows = [{"system": found, "badge": _verdict(found)} for found in page.rows]
    context = {"rows": rows, "pager": page, "lacking": lacking, "tabs": neighbours(TABS, request)}
    return render(request, "papers/proofs.html", context)


def _verdict(found: Any) -> Compliance:
    return Compliance.PROVEN if found.is_proven else Compliance.UNPROVEN
