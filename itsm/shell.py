"""What every page's frame shows: navigation by role, the unread badge, the desk's phone."""

from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from itsm.accounts.demo import demo_accounts
from itsm.notifications.models import Message


class Entry(NamedTuple):
    """A line of the navigation and the permission it takes ("" for everybody)."""

    url: str
    label: Promise
    icon: str
    permission: str = ""
    hotkey: str = ""
    active: bool = False
    count: int | None = None


class Group(NamedTuple):
    """A heading of the navigation and its lines; a group without lines for a person is left out."""

    label: Promise
    entries: tuple[Entry, ...]


NAVIGATION = (
    Group(
        _("Service desk"),
        (
            Entry("/", _("Home"), "home", hotkey="g h"),
            Entry("/tickets/", _("Ticket queue"), "headset", "tickets.queue", "g q"),
            Entry("/tickets/mine/", _("My tickets"), "clipboard-list", "tickets.mine", "g m"),
            Entry("/tickets/new/", _("Phone intake"), "phone-plus", "tickets.new", "g n"),
            Entry("/tickets/board/", _("Deadline board"), "layout-dashboard", "tickets.queue", "g b"),
            Entry("/tickets/annulments/", _("Annulled breaches"), "scale", "tickets.annulments"),
            Entry("/slas/", _("Service levels"), "stairs-up", "slas.read", "g l"),
            Entry("/slas/calculator/", _("Deadline calculator"), "calculator", "slas.read"),
            Entry("/follow-ups/", _("Follow-ups"), "phone-call", "tickets.follow_up", "g f"),
            Entry("/letters/", _("Mails"), "mail", "tickets.letters"),
            Entry("/outbox/group-notices/", _("Group notices"), "message", "notifications.copy"),
            Entry("/report/", _("Report a fault"), "message-report"),
            Entry("/inbox/", _("Inbox"), "inbox"),
            Entry("/exports/", _("Exports"), "table-export", "exports.use"),
        ),
    ),
    Group(
        _("Reports"),
        (
            Entry("/reports/cockpit/", _("Cockpit"), "gauge", "reports.cockpit", "g d"),
            Entry("/reports/desk/", _("Service desk today"), "headset", "reports.desk"),
            Entry("/reports/mine/", _("My figures"), "chart-line", "reports.own"),
            Entry("/reports/executive/", _("Overview"), "presentation-analytics", "reports.executive"),
            Entry("/reports/kpis/", _("Figures"), "chart-bar", "reports.read", "g k"),
            Entry("/reports/monthly/", _("Monthly reports"), "file-text", "reports.monthly", "g r"),
            Entry("/reports/assessments/", _("Assessments"), "scale", "reports.assessments"),
            Entry("/reports/goals/", _("Contract goals"), "target-arrow", "reports.goals"),
            Entry("/outages/", _("Outages"), "alert-octagon", "slas.read"),
        ),
    ),
    # Resources: what is looked after, by whom, under which contract
    Group(
        _("Resources"),
        (
            Entry("/elements/", _("Six elements"), "sitemap", "catalog.read"),
            Entry("/catalog/systems/", _("Systems"), "server", "catalog.read", "g s"),
            Entry("/catalog/vendors/", _("Vendors"), "briefcase", "catalog.read"),
            Entry("/catalog/missing/", _("Missing items"), "list-check", "catalog.read"),
            Entry("/catalog/contracts/", _("Contracts"), "signature", "catalog.contracts", "g c"),
            Entry("/catalog/papers/", _("Papers"), "certificate", "catalog.papers"),
            Entry("/catalog/expiries/", _("Expiries"), "alarm", "catalog.expiries"),
            Entry("/catalog/services/", _("Service catalogue"), "books", "catalog.services"),
            Entry("/catalog/items/", _("Configuration items"), "topology-star-3", "catalog.items"),
        ),
    ),
    # Administration: people, dictionaries, audit, operation
    Group(
        _("Administration"),
        (
            Entry("/people/", _("People and roles"), "users", "accounts.people", "g p"),
            Entry("/audit/", _("Audit log"), "shield-check", "audit.read", "g a"),
            Entry("/catalog/departments/", _("Departments"), "building-hospital", "accounts.read_departments"),
            Entry("/catalog/categories/", _("Dictionaries"), "category", "catalog.read_dictionaries"),
            Entry("/catalog/calendars/", _("Calendars"), "calendar-event", "catalog.read_dictionaries"),
            Entry("/imports/", _("Imports"), "table-import", "imports.use"),
            Entry("/operation/", _("System health"), "activity", "operation.read"),
            Entry("/tickets/parked/", _("Parked clocks"), "bell-off", "slas.retry"),
            Entry("/follow-ups/rules/", _("Follow-up rules"), "list-check", "tickets.follow_up_rules"),
            Entry("/outbox/", _("Outgoing messages"), "send", "notifications.outbox"),
            Entry("/alert-sources/", _("Alert sources"), "plug-connected", "tickets.alert_sources"),
        ),
    ),
)

_ADDRESSES = {entry.url for group in NAVIGATION for entry in group.entries}


def shell(request: HttpRequest) -> dict[str, object]:
    """Context of every page; what costs a query is asked only if the page shows it."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "product_name": _("Open Hospital Service Desk"),
        "desk_phone": settings.DESK_PHONE,
        "demo": settings.DEMO,
        "demo_accounts": SimpleLazyObject(demo_accounts) if settings.DEMO else (),
        "now": timezone.now(),
        **_navigation(request, signed_in),
        "unread_count": SimpleLazyObject(lambda: _unread(user)) if signed_in else 0,
    }


def _navigation(request: HttpRequest, signed_in: bool) -> dict[str, object]:
    """What this person may open: in groups for the sidebar, flat for whoever looks for one address."""
    if not signed_in or not request.user.is_active:
        return {"nav": (), "nav_groups": (), "nav_key": ""}
    return _menu(request.user.permissions, request.path if request.path in _ADDRESSES else "")


@lru_cache(maxsize=512)
def _menu(permissions: frozenset[str], path: str) -> dict[str, object]:
    """The menu of whoever has these permissions, with the entry of this address marked.

    nav_key tells one drawn menu from another, beside the language.
    """
    groups = [Group(label, _allowed(permissions, path, entries)) for label, entries in NAVIGATION]
    flat = [entry for group in groups for entry in group.entries]
    key = "|".join(f"{entry.url}{'*' * entry.active}" for entry in flat)
    return {"nav": flat, "nav_groups": [group for group in groups if group.entries], "nav_key": key}


def _allowed(permissions: frozenset[str], path: str, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    allowed = (entry for entry in entries if not entry.permission or entry.permission in permissions)
    return tuple(entry._replace(active=entry.url == path) for entry in allowed)


def _unread(user: object) -> int:
    return Message.objects.visible_to(user).unread().count()
