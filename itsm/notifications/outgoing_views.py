"""外发消息: what leaves the house, what did not arrive and why, and sending it again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from itsm.accounts.access import permission_required
from itsm.choices import member
from itsm.notifications import outgoing as verbs
from itsm.notifications.enums import Delivery
from itsm.notifications.forms import OutgoingFilter
from itsm.notifications.models import Message
from itsm.notifications.register import TABS
from itsm.pages import keyset
from itsm.pages.registers import neighbours

SIZE = 30
STATES = (Delivery.DEAD, Delivery.WAITING, Delivery.SENT, Delivery.GIVEN_UP)


def _state(asked: QueryDict) -> str:
    return asked["state"] if asked.get("state") in Delivery.values else Delivery.DEAD.value


def _narrowed(request: HttpRequest, asked: QueryDict) -> tuple[OutgoingFilter, QuerySet[Message]]:
    """The filter and what it leaves of the messages that this person oversees, whatever their state."""
    form = OutgoingFilter(asked)
    rows = Message.objects.overseen_by(request.user)
    if form.is_valid():
        wanted = {name: value for name, value in form.cleaned_data.items() if value}
        rows = rows.filter(**wanted)
    return form, rows


@require_GET
@login_required
@permission_required("notifications.outbox")
def outgoing(request: HttpRequest) -> HttpResponse:
    """One page of the messages in a state, the newest first."""
    state = _state(request.GET)
    form, rows = _narrowed(request, request.GET)
    found = rows.in_state(state)
    page = keyset.page(found.with_row(), request, keys=["-id"], size=SIZE)
    context = {
        "rows": page.rows,
        "pager": page,
        "state": member(Delivery, state),
        "states": [_tab(request, one, state) for one in STATES],
        "form": form,
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "asked": [(name, request.GET[name]) for name in ("state", *form.fields) if request.GET.get(name)],
        "total": found.count() if state in (Delivery.DEAD, Delivery.WAITING) else None,
        "may_resend": request.user.may(verbs.RESEND),
        "tabs": neighbours(TABS, request),
    }
    return render(request, "notifications/outgoing.html", context)


def _tab(request: HttpRequest, state: Delivery, current: str) -> dict[str, Any]:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query["state"] = state.value
    return {"url": f"?{query.urlencode()}", "label": state.label, "active": state == current}


@require_POST
@login_required
def resend(request: HttpRequest, message: int) -> HttpResponse:
    """重发 one."""
    rows = _one(request, message)
    return _answer(request, verbs.resend(rows, by=request.user, at=timezone.now()), _resent)


@require_POST
@login_required
def give_up(request: HttpRequest, message: int) -> HttpResponse:
    """放弃 one."""
    rows = _one(request, message)
    return _answer(request, verbs.give_up(rows, by=request.user, at=timezone.now()), _given_up)


@require_POST
@login_required
@permission_required(verbs.RESEND)
def resend_many(request: HttpRequest) -> HttpResponse:
    """重发 all that the list shows, its further pages too."""
    rows = _narrowed(request, request.POST)[1].in_state(_state(request.POST))
    return _answer(request, verbs.resend(rows, by=request.user, at=timezone.now()), _resent)


@require_POST
@login_required
@permission_required(verbs.RESEND)
def give_up_many(request: HttpRequest) -> HttpResponse:
    """放弃 all that the list shows, its further pages too."""
    rows = _narrowed(request, request.POST)[1].in_state(_state(request.POST))
    return _answer(request, verbs.give_up(rows, by=request.user, at=timezone.now()), _given_up)


def _one(request: HttpRequest, pk: int) -> QuerySet[Message]:
    seen = Message.objects.overseen_by(request.user)
    get_object_or_404(seen, pk=pk)
    return seen.filter(pk=pk)


def _resent(count: int) -> str:
    return ngettext("%(n)s message is sent again.", "%(n)s messages are sent again.", count) % {"n": count}


def _given_up(count: int) -> str:
    return ngettext("%(n)s message was given up.", "%(n)s messages were given up.", count) % {"n": count}


def _answer(request: HttpRequest, count: int, words: Any) -> HttpResponse:
    if count:
        messages.success(request, words(count))
    else:
        messages.warning(request, _("Nothing was changed: it was delivered meanwhile, or is being sent just now."))
    asked = {name: request.POST.get(name) for name in ("state", *OutgoingFilter.base_fields)}
    query = urlencode({name: value for name, value in asked.items() if value})
    return redirect(f"{reverse('notifications:outgoing')}?{query}".rstrip("?"))
