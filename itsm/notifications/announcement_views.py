"""群通知: what somebody puts into a chat group by hand, because no robot could."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from itsm.accounts.access import permission_required
from itsm.notifications import announcements as verbs
from itsm.notifications.models import Announcement
from itsm.notifications.register import TABS
from itsm.pages import keyset
from itsm.pages.registers import neighbours

SIZE = 20
DAYS = 7  # what nobody has passed on for a week is no news any more


@require_GET
@login_required
@permission_required(verbs.COPY)
def announcements(request: HttpRequest) -> HttpResponse:
    """What waits to be copied, or all of the week, the newest first."""
    whole = bool(request.GET.get("all"))
    seen = Announcement.objects.visible_to(request.user).since(timezone.now(), days=DAYS)
    rows = (seen if whole else seen.to_copy()).select_related("copied_by")
    page = keyset.page(rows, request, keys=["-created_at", "-dedup_key"], size=SIZE)
    context = {"rows": page.rows, "pager": page, "whole": whole, "tabs": neighbours(TABS, request), "days": DAYS}
    return render(request, "notifications/announcements.html", context)


@require_POST
@login_required
def mark_copied(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """已转发."""
    found = get_object_or_404(Announcement.objects.visible_to(request.user), pk=announcement)
    verbs.mark_copied(found, by=request.user, at=timezone.now())
    messages.success(request, _("Noted: it was put into a group."))
    return redirect("notifications:announcements")
