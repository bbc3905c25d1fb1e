"""The manager's cockpit as it is served, against the least SQL that counts such a page from the tickets."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median

from django.db import connection
from django.db.models import Avg, Count, F, Q
from django.db.models.functions import TruncMonth
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import ground
from benchmarks.report import Goal, Row
from itsm.reports import asking, daily
from itsm.reports.boards import boards
from tickets.models import Ticket

ROUNDS = 11
AIM, AT_MOST = 150.0, 1.0
ADDRESS = "/reports/cockpit/"
OPEN = ("new", "accepted", "in_progress", "on_hold")
IN_TIME = Q(resolution_clock__breached_at=None, resolution_clock__met_at__isnull=False)


def rows() -> list[Row]:
    """The page from stored days beside the floor's statements, by turns; it has the same number of reports."""
    now = timezone.now()
    daily.recount(at=now)
    client = Client()
    client.force_login(ground.manager())
    took: dict[Callable[[], object], list[float]] = {}
    served, floor = (lambda: _page(client)), (lambda: _floor(now))
    for _ in range(ROUNDS):
        for act in (served, floor):
            began = time.perf_counter()
            act()
            took.setdefault(act, []).append(1000 * (time.perf_counter() - began))
    ours, theirs = median(took[served][1:]), median(took[floor][1:])
    with CaptureQueriesContext(connection) as captured:
        _page(client)
    goals = (
        Goal("of the live floor", ours / theirs, AT_MOST, binding=True),
        Goal("ms", ours, AIM, binding=False),
    )
    wrong = int(_reported(now) != _month(now).count())
    return [Row("cockpit", "the manager's cockpit", ours, theirs, "ms p50", None, None, len(captured), wrong, goals)]


def _page(client: Client) -> None:
    answer = client.get(ADDRESS, headers={"host": "localhost"})
    if answer.status_code != 200:
        raise RuntimeError(f"{ADDRESS} answered {answer.status_code}.")


def _reported(now: datetime) -> float:
    """This month's reports by the page's chart."""
    chart = boards.cockpit(asking.ask({}, ground.manager(), at=now))["chart"]
    return chart.panes[1].lines[0].values[-1]


def _month(now: datetime) -> object:
    start = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Ticket.objects.counted().filter(reported_at__gte=start)


def _floor(now: datetime) -> None:
    """Twelve months, two tables, the ratings and the backlog, each one statement, without rights or parts."""
    year, open_now = now - timedelta(days=365), Ticket.objects.filter(state__in=OPEN)
    solved = Ticket.objects.filter(resolved_at__gte=year).annotate(month=TruncMonth("resolved_at"))
    late = Q(due_at__lt=now)
    for asked in (
        solved.values("month").annotate(n=Count("pk"), kept=Count("pk", filter=IN_TIME)),
        _month(now).values("system__name").annotate(n=Count("pk"), kept=Count("pk", filter=IN_TIME)),
        _month(now).values("vendor__name").annotate(n=Count("pk"), kept=Count("pk", filter=IN_TIME)),
        Ticket.objects.filter(rated_at__gte=year).values("rating").annotate(n=Count("pk"), mean=Avg("rating")),
        open_now.values("priority", "hold_reason").annotate(n=Count("pk"), late=Count("pk", filter=late)),
        open_now.order_by(F("due_at").asc())[:6].values("number", "title", "due_at"),
    ):
        list(asked)
