"""The service desk's queue: tabs with counters, filters, sorting, search and keyset paging."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from itsm.errors import NotAllowed
from itsm.pages import keyset
from tickets import selection
from tickets.filters import TicketFilter
from tickets.models import Ticket
from tickets.selection import SORTS, TABS

SIZE = 25


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
        asked = selection.select(self.request.GET, self.request.user, now)
        page = keyset.page(asked.rows.with_row(), self.request, keys=asked.keys, size=SIZE)
        visible = Ticket.objects.visible_to(self.request.user)
        return super().get_context_data(
            tickets=page.rows,
            pager=page,
            tab=asked.tab,
            tabs=self._tabs(visible.counts(now, self.request.user), asked.tab),
            filter=asked.narrowing if "filters" in self.request.GET else None,
            active_filters=self._active(asked.narrowing) if asked.narrowing else [],
            sort=asked.sort,
            sorts=self._sorts(asked.keys),
            query=asked.query,
            can_select=self.request.user.may("tickets.merge"),
            export_url=self._export_url(),
            **kwargs,
        )

    def _export_url(self) -> str:
        """Where what the queue shows now is had as a file; "" for who may not."""
        if not self.request.user.may("exports.use"):
            return ""
        return reverse("exports:new", args=["tickets"]) + self._url()

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
        return [
            {"label": f"{one.label}: {one.words}", "remove_url": self._url(**{one.name: None})}
            for one in selection.narrowed_by(narrowing)
        ]

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
