"""The service desk's queue: tabs with counters, filters, sorting, search and keyset paging."""

from typing import Any, NamedTuple

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from itsm.errors import NotAllowed
from itsm.pages import keyset
from tickets.enums import State
from tickets.filters import TicketFilter
from tickets.models import Ticket

SIZE = 25
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


class Queue(LoginRequiredMixin, TemplateView):
    """GET /tickets/: what this person may see, narrowed and sorted as the address says."""

    template_name = "tickets/queue.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse a person without a queue, then show the page."""
        if not request.user.may("tickets.queue"):
            raise NotAllowed(_("Your role does not allow this."))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of rows, the tabs with their counts, and what narrows them."""
        now = timezone.now()
        query = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        tab = self._tab(query)
        visible = Ticket.objects.visible_to(self.request.user)
        tabbed = self._tabbed(visible, tab, now)
        narrowing = self._narrowing(tabbed)
        rows = narrowing.qs if narrowing else tabbed
        rows = rows.matching(query) if query else rows
        sort, keys = self._sort(tab, query)
        page = keyset.page(rows.with_row(), self.request, keys=keys, size=SIZE)
        return super().get_context_data(
            tickets=page.rows,
            pager=page,
            tab=tab,
            tabs=self._tabs(visible.counts(now, self.request.user), tab),
            filter=narrowing if "filters" in self.request.GET else None,
            active_filters=self._active(narrowing) if narrowing else [],
            sort=sort,
            sorts=self._sorts(keys),
            query=query,
            can_select=self.request.user.may("tickets.merge"),
            **kwargs,
        )

    def _narrowing(self, tabbed: QuerySet[Ticket]) -> TicketFilter | None:
        """The filters, if the address has any or asks for their form; they cost a millisecond."""
        asked = "filters" in self.request.GET or any(map(self.request.GET.get, TicketFilter.base_filters))
        return TicketFilter(self.request.GET, queryset=tabbed) if asked else None

    def _tab(self, query: str) -> str:
        default = "all" if query else "open"
        asked = self.request.GET.get("tab", default)
        return asked if asked in TABS else default

    def _tabbed(self, visible: QuerySet[Ticket], tab: str, now: Any) -> QuerySet[Ticket]:
        if tab == "all":
            return visible
        if tab == "mine":
            return visible.open().filter(assignee=self.request.user)
        if tab == "overdue":
            return visible.overdue(now)
        if tab in ("on_hold", "resolved"):
            return visible.filter(state=State(tab))
        return visible.unassigned() if tab == "unassigned" else visible.open()

    def _sort(self, tab: str, query: str) -> tuple[str, list[str]]:
        default = "reported" if query or tab in ("all", "resolved") else "due"
        asked = self.request.GET.get("sort", default)
        name = asked.lstrip("-")
        if name not in SORTS:
            asked = name = default
        keys = SORTS[name].keys
        if asked.startswith("-"):
            keys = [key[1:] if key.startswith("-") else f"-{key}" for key in keys]
        return asked, keys

    def _sorts(self, keys: list[str]) -> dict[str, dict[str, Any]]:
        """For each column: the address that sorts by it (the other way round if it does already)."""
        sorts = {}
        for name, sort in SORTS.items():
            active = keys[0].lstrip("-") == sort.keys[0].lstrip("-")
            reverse = active and keys == sort.keys
            direction = ("descending" if keys[0].startswith("-") else "ascending") if active else ""
            url = self._url(sort=f"-{name}" if reverse else name)
            sorts[name] = {"url": url, "direction": direction, "label": sort.label}
        return sorts

    def _tabs(self, counts: dict[str, int], current: str) -> list[dict[str, Any]]:
        return [
            {
                "key": key,
                "label": label,
                "count": counts.get(key),
                "url": self._url(tab=key, sort=None, q=None),
                "active": key == current,
            }
            for key, label in TABS.items()
        ]

    def _active(self, narrowing: TicketFilter) -> list[dict[str, Any]]:
        """What narrows the list, in words, each with the address that lifts it."""
        active = []
        for name, value in narrowing.form.cleaned_data.items():
            if value not in (None, ""):
                choices = dict(getattr(narrowing.form.fields[name], "choices", ())) if isinstance(value, str) else {}
                words = choices.get(value, value)
                label = f"{narrowing.filters[name].label}: {words}"
                active.append({"label": label, "remove_url": self._url(**{name: None})})
        return active

    def _url(self, **changes: str | None) -> str:
        query = self.request.GET.copy()
        for name in ("after", "before", "filters"):
            query.pop(name, None)
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = value
        return f"?{query.urlencode()}"
