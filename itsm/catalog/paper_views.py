"""What expires, and which systems have no proof of original service."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from itsm.accounts.access import permission_required
from itsm.catalog import listings, papers, reminders
from itsm.catalog.expiry import HORIZON_DAYS, LEVELS
from itsm.catalog.models import System
from itsm.catalog.registers.papers import TABS
from itsm.pages import exports, keyset
from itsm.pages.registers import neighbours

SIZE = 100
PROOF_KEYS = ["is_proven", "position", "id"]


@require_GET
@login_required
@permission_required("catalog.expiries")
def expiries(request: HttpRequest) -> HttpResponse:
    """到期提醒: what expires within 180 days or is over, the nearest first."""
    today = timezone.localdate()
    rows = [_expiring(row, today) for row in reminders.expiring(today)]
    counts = [(label, sum(low <= row["left"] <= high for row in rows)) for label, low, high in _bands()]
    files = exports.links(request, "catalog:expiries")
    context = {"rows": rows, "counts": counts, "days": HORIZON_DAYS, "tabs": neighbours(TABS, request), "files": files}
    return render(request, "papers/expiries.html", context)


def _bands() -> list[tuple[str, int, int]]:
    """Over, then by nearness: the days of each band as the page names it, its nearest and its farthest day."""
    edges = [*sorted(level for level in LEVELS if level), HORIZON_DAYS]
    starts = [0, *(edge + 1 for edge in edges)]
    within = [(f"{start}–{edge}", start, edge) for start, edge in zip(starts, edges, strict=False)]
    return [("over", -(10**6), -1), *within]


def _expiring(row: reminders.Expiring, today: date) -> dict[str, Any]:
    left = row.days_left(today)
    return {"row": row, "left": left, "over": -left, "badge": row.validity(today)}


@require_GET
@login_required
@permission_required("catalog.expiries")
def proofs(request: HttpRequest) -> HttpResponse:
    """原厂服务: every maintained system, whether a valid paper covers it; those without one first."""
    today = timezone.localdate()
    lacking = papers.without_proof(today).count()
    page = keyset.page(_proofs(today), request, keys=PROOF_KEYS, size=SIZE)
    rows = [{"system": found, "badge": papers.verdict(found)} for found in page.rows]
    context = {"rows": rows, "pager": page, "lacking": lacking, "tabs": neighbours(TABS, request)}
    return render(request, "papers/proofs.html", context | {"files": exports.links(request, "catalog:proofs")})


def _proofs(today: date) -> QuerySet[System]:
    return papers.with_proof(System.objects.maintained().select_related("vendor"), today)


@require_GET
@login_required
@permission_required("catalog.expiries")
def proofs_file(request: HttpRequest, kind: str) -> FileResponse:
    """The proofs of original service, all pages together, as a file."""
    now = timezone.now()
    listing = listings.proofs(_proofs(timezone.localdate(now)).order_by(*PROOF_KEYS))
    return exports.answer(request, listing, kind, names=(), at=now)


@require_GET
@login_required
@permission_required("catalog.expiries")
def expiries_file(request: HttpRequest, kind: str) -> FileResponse:
    """What expires, as a file."""
    now = timezone.now()
    today = timezone.localdate(now)
    listing = listings.expiries(reminders.expiring(today), on=today)
    return exports.answer(request, listing, kind, names=(), at=now)
