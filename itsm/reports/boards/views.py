"""The pages of the dashboards, and the list behind a number that no figure says."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from itsm.accounts.access import permission_required
from itsm.accounts.models import User
from itsm.catalog.models import System
from itsm.catalog.querysets import vendors_of
from itsm.errors import NotAllowed
from itsm.pages import keyset
from itsm.pages.registers import Tab, neighbours
from itsm.reports import asking
from itsm.reports.asking import Question
from itsm.reports.boards import boards, links
from itsm.reports.boards.cohorts import COHORTS
from itsm.reports.enums import Dimension

SIZE = 25
TABS = (
    Tab("boards:cockpit", gettext_lazy("Cockpit"), "reports.cockpit"),
    Tab("boards:desk", gettext_lazy("Desk"), "reports.desk"),
    Tab("boards:own", gettext_lazy("My figures"), "reports.own"),
    Tab("boards:executive", gettext_lazy("Overview"), "reports.executive"),
)


def _board(permission: str, title: Promise, template: str, make: Callable[[Question], dict[str, Any]]) -> Any:
    @require_GET
    @login_required
    @permission_required(permission)
    def view(request: HttpRequest) -> HttpResponse:
        asked = asking.ask(request.GET, request.user, at=timezone.now())
        return render(request, template, {**_asked(request, asked), "title": title, **make(asked)})

    return view


cockpit = _board("reports.cockpit", gettext_lazy("Cockpit"), "boards/cockpit.html", boards.cockpit)
desk = _board("reports.desk", gettext_lazy("Service desk today"), "boards/desk.html", boards.desk)
own = _board("reports.own", gettext_lazy("My figures"), "boards/own.html", boards.own)
executive = _board("reports.executive", gettext_lazy("Overview"), "boards/executive.html", boards.executive)


@require_GET
@login_required
def first(request: HttpRequest) -> HttpResponse:
    """GET /reports/: the first dashboard that this person may open."""
    for tab in TABS:
        if request.user.may(tab.permission):
            return redirect(tab.address)
    raise NotAllowed(_("Your role does not allow this."))


@require_GET
@login_required
@permission_required("reports.read")
def cohort(request: HttpRequest, key: str) -> HttpResponse:
    """GET /reports/lists/urgent/?system=…: the tickets that a tile counts."""
    if key not in COHORTS:
        raise Http404
    asked, found = asking.ask(request.GET, request.user, at=timezone.now()), COHORTS[key]
    tickets = found.of(asked)
    page = keyset.page(tickets.with_row(), request, keys=list(found.keys), size=SIZE)
    context = {
        **_asked(request, asked),
        "cohort": found,
        "count": tickets.order_by().count(),
        "tickets": page.rows,
        "pager": page,
    }
    return render(request, "boards/list.html", context)


def _asked(request: HttpRequest, asked: Question) -> dict[str, Any]:
    """What every dashboard shows of the question: the period and its neighbours, the selects, the other dashboards."""
    kept = {
        name: word for name, word in asked.scope.query().items() if name not in (Dimension.SYSTEM, Dimension.VENDOR)
    }
    return {
        "asked": asked,
        "period": asked.period,
        "is_over": asked.period.end_at <= asked.at,
        "previous_url": links.query(asked, asked.period.previous()),
        "following_url": links.query(asked, asked.period.following()),
        "spans": asking.spans(asked),
        "filters": _filters(asked),
        "kept": kept,
        "narrowing": asked.narrowing(),
        "clear_url": f"?period={asked.period.slug}",
        "boards": _neighbours(request, asked),
    }


def _neighbours(request: HttpRequest, asked: Question) -> list[dict[str, Any]]:
    """The dashboards that this person may open, for the same period and scope."""
    return [{**one, "url": one["url"] + links.query(asked)} for one in neighbours(TABS, request)]


def _filters(asked: Question) -> list[asking.Filter]:
    """The selects over a dashboard: systems and companies that this person may see."""
    systems = System.objects.visible_to(asked.user).filter(is_active=True).order_by("name")
    offered = {
        Dimension.SYSTEM: systems.values_list("pk", "name"),
        Dimension.VENDOR: _vendors(asked.user),
    }
    return [
        asking.Filter(
            one.value,
            str(one.label),
            [(str(key), name, key == getattr(asked.scope, one.value)) for key, name in options],
        )
        for one, options in offered.items()
    ]


def _vendors(user: User) -> Any:
    return vendors_of(user).filter(is_active=True).order_by("name").values_list("pk", "name")
