"""The first page after signing in, by role; a visitor without an account finds the portal."""

from datetime import datetime
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itsm.accounts.enums import Scope
from tickets.models import Ticket
from tickets.records import FollowUp

ROWS = 8
DEPARTMENT_ROWS = 30


class Counter(NamedTuple):
    """A number on the home page that opens the list it counts."""

    label: Promise
    value: int
    url: str
    icon: str
    colour: str
    hint: Promise


class Card(NamedTuple):
    """A way on from the home page."""

    title: Promise
    text: Promise
    url: str
    icon: str


_COUNTERS = (
    ("overdue", _("Overdue"), "/tickets/?tab=overdue", "alarm", "red", _("Open, running and past the next deadline")),
    (
        "unassigned",
        _("Unassigned"),
        "/tickets/?tab=unassigned",
        "user-question",
        "orange",
        _("Open, with nobody in charge"),
    ),
    ("open", _("Open"), "/tickets/", "stack-2", "blue", _("Not yet resolved")),
    (
        "on_hold",
        _("On hold"),
        "/tickets/?tab=on_hold",
        "player-pause",
        "yellow",
        _("Waiting, with the clock standing still"),
    ),
    ("mine", _("Mine"), "/tickets/?tab=mine", "user-check", "teal", _("Open and assigned to me")),
)
_CARDS = (
    (
        "reports.cockpit",
        Card(_("Cockpit"), _("What is urgent, and how the contract is kept."), "/reports/cockpit/", "gauge"),
    ),
    (
        "reports.executive",
        Card(
            _("Overview"),
            _("The few figures that matter, over the year."),
            "/reports/executive/",
            "presentation-analytics",
        ),
    ),
    ("tickets.new", Card(_("Phone intake"), _("Register a call in half a minute."), "/tickets/new/", "phone-plus")),
    (
        "tickets.mine",
        Card(_("My tickets"), _("What is in your hands, the most urgent first."), "/tickets/mine/", "clipboard-list"),
    ),
    ("accounts.people", Card(_("People and roles"), _("Accounts, roles and who may sign in."), "/people/", "users")),
    ("audit.read", Card(_("Audit log"), _("Who did what, and whether it was refused."), "/audit/", "shield-check")),
    (
        "operation.read",
        Card(_("System health"), _("Parts, backups and checks at a glance."), "/operation/", "activity"),
    ),
    ("", Card(_("Report a fault"), _("Tell the service desk what is wrong."), "/report/", "message-report")),
)


def home(request: HttpRequest) -> HttpResponse:
    """The portal for visitors, the own home for people."""
    if not request.user.is_authenticated:
        return render(request, "portal.html")
    visible = Ticket.objects.visible_to(request.user)
    return render(request, "home.html", {**_work(request, visible), "role_cards": _cards(request)})


def _work(request: HttpRequest, visible: object) -> dict[str, object]:
    user, now = request.user, timezone.now()
    reported = visible.filter(reporter=user).with_row().order_by("-reported_at")[:ROWS]
    context: dict[str, object] = {"greeting_name": user.name, "reported": list(reported)}
    if user.may("tickets.queue"):
        counts = visible.counts(now, user)
        context["counters"] = [Counter(label, counts[key], *rest) for key, label, *rest in _COUNTERS]
        context["counters"] += _calls(request, now)
        context["urgent"] = list(visible.open().with_row().order_by("due_at", "id")[:ROWS])
        mine = visible.open().filter(assignee=user)
        context["mine"] = list(mine.with_row().order_by("due_at", "id")[:ROWS])
    elif Scope.DEPARTMENT in user.scopes:
        ours = visible.filter(department=user.department_id).exclude(reporter=user)
        context["department"] = list(ours.with_row().order_by("-reported_at", "-id")[:DEPARTMENT_ROWS])
    return context


def _calls(request: HttpRequest, now: datetime) -> list[Counter]:
    """The calls to make, for those who make them."""
    if not request.user.may("tickets.follow_up"):
        return []
    count = FollowUp.objects.visible_to(request.user).callable(now).count()
    hint = _("Ended tickets whose reporters are to be asked")
    return [Counter(_("Follow-ups"), count, "/follow-ups/", "phone-call", "azure", hint)]


def _cards(request: HttpRequest) -> list[Card]:
    """Reporting is a card beside the desk's work only; everybody else finds it as the page's first button."""
    return [card for permission, card in _CARDS if request.user.may(permission or "tickets.queue")]


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state; in the demo only."""
    return render(request, "styleguide.html")
