"""What an address of the queue asks for: the same rows in the same order for the page and for its file."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from itsm.accounts.models import User
from tickets.enums import State
from tickets.filters import TicketFilter
from tickets.models import Ticket

MOST_QUERY = 100
TABS: dict[str, Promise] = {
    "open": gettext_lazy("Open"),
    "unassigned": gettext_lazy("Unassigned"),
    "mine": gettext_lazy("Mine"),
    "overdue": gettext_lazy("Overdue"),
    "on_hold": gettext_lazy("On hold"),
    "resolved": gettext_lazy("To confirm"),
    "all": gettext_lazy("All"),
}


class Sort(NamedTuple):
    """A column that the queue can be sorted by."""

    label: Promise
    keys: list[str]


SORTS = {
    "due": Sort(gettext_lazy("Time limit"), ["due_at", "id"]),
    "reported": Sort(gettext_lazy("Reported"), ["-reported_at", "-id"]),
    "updated": Sort(gettext_lazy("Last change"), ["-updated_at", "-id"]),
    "priority": Sort(gettext_lazy("Priority"), ["priority", "id"]),
}
# The words of an address that narrow or order the queue.
NAMES = ("tab", "q", "sort", *TicketFilter.base_filters)


class Selected(NamedTuple):
    """The rows, not yet in order, and how they were found; narrowing is None where no filter is asked for."""

    rows: QuerySet[Ticket]
    tab: str
    query: str
    narrowing: TicketFilter | None
    sort: str
    keys: list[str]


class Narrowed(NamedTuple):
    """A filter in words."""

    name: str
    label: str
    words: str


def select(asked: QueryDict, user: User, at: datetime) -> Selected:
    """What this person may see, narrowed as the address says."""
    query = asked.get("q", "").replace("\x00", "").strip()[:MOST_QUERY]
    tab = _tab(asked, query)
    tabbed = _tabbed(Ticket.objects.visible_to(user), tab, user, at)
    narrowing = _narrowing(asked, tabbed)
    rows = narrowing.qs if narrowing else tabbed
    rows = rows.matching(query) if query else rows
    return Selected(rows, tab, query, narrowing, *_sort(asked, tab, query))


def narrowed_by(narrowing: TicketFilter) -> Iterator[Narrowed]:
    """What narrows the list, in words."""
    for name, value in narrowing.form.cleaned_data.items():
        if value not in (None, ""):
            choices = dict(getattr(narrowing.form.fields[name], "choices", ())) if isinstance(value, str) else {}
            yield Narrowed(name, str(narrowing.filters[name].label), str(choices.get(value, value)))


def _narrowing(asked: QueryDict, tabbed: QuerySet[Ticket]) -> TicketFilter | None:
    """The filters, if the address has any or asks for their form; they cost a millisecond."""
    wanted = "filters" in asked or any(map(asked.get, TicketFilter.base_filters))
    return TicketFilter(asked, queryset=tabbed) if wanted else None


def _tab(asked: QueryDict, query: str) -> str:
    default = "all" if query else "open"
    tab = asked.get("tab", default)
    return tab if tab in TABS else default


def _tabbed(visible: QuerySet[Ticket], tab: str, user: User, at: datetime) -> QuerySet[Ticket]:
    if tab == "all":
        return visible
    if tab == "mine":
        return visible.open().filter(assignee=user)
    if tab == "overdue":
        return visible.overdue(at)
    if tab in ("on_hold", "resolved"):
        return visible.filter(state=State(tab))
    return visible.unassigned() if tab == "unassigned" else visible.open()


def _sort(asked: QueryDict, tab: str, query: str) -> tuple[str, list[str]]:
    default = "reported" if query or tab in ("all", "resolved") else "due"
    sort = asked.get("sort", default)
    name = sort.lstrip("-")
    if name not in SORTS:
        sort = name = default
    keys = SORTS[name].keys
    if sort.startswith("-"):
        keys = [key[1:] if key.startswith("-") else f"-{key}" for key in keys]
    return sort, keys
