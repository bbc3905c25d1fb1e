"""The pages that are measured: their address at the product and at the floor, and the right answer."""

import base64
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote

from django.db.models import QuerySet

from itsm.catalog.models import System
from tickets.bulk.words import RARE
from tickets.enums import OPEN_STATES
from tickets.models import Comment, Ticket

SIZE = 25
DEEP_PAGE = 500
WORD = "医保"
_NUMBER = re.compile(r'(?<!placeholder=")\b[A-Z]{2}\d{8}-\d{4,}\b')  # an example in a field is no row


@dataclass(frozen=True)
class Job:
    """One page. `answers` says whether a page's text is the right answer."""

    key: str
    label: str
    product: str
    floor: str
    answers: Callable[[str], bool]


def jobs() -> list[Job]:
    """Every page job, on the tickets that are loaded now."""
    every = Ticket.objects.defer("description", "solution", "search")
    still_open = every.filter(state__in=OPEN_STATES)
    newest = every.order_by("-reported_at", "-id")
    system = System.objects.get(code="LIS")
    narrowed = every.filter(system=system, state="closed")
    before, depth = _deep(newest)
    ticket = _talked_about()
    rare = next(phrase for phrase in RARE if Ticket.objects.filter(description__contains=phrase).exists())
    return [
        _list("queue", "queue, first page", "", "", still_open.order_by("due_at", "id")),
        _list(
            "filtered", "queue filtered (system, state)", f"tab=all&system={system.pk}&state=closed",
            f"system={system.pk}&state=closed&sort=reported", narrowed.order_by("-reported_at", "-id"),
        ),
        _list(
            "sorted_priority", "queue sorted over all, priority", "tab=all&sort=priority", "all&sort=priority",
            every.order_by("priority", "id"),
        ),
        _list(
            "sorted_updated", "queue sorted over all, last change", "tab=all&sort=updated", "all&sort=updated",
            every.order_by("-updated_at", "-id"),
        ),
        _list(
            "deep", f"deep page ({depth}th)", f"tab=all&after={_marker(before)}",
            f"all&sort=reported&after={quote(f'{before.reported_at.isoformat()}|{before.pk}')}",
            newest[(depth - 1) * SIZE :],
        ),
        Job("ticket", "ticket page", f"/tickets/{ticket.number}/", f"/tickets/{ticket.number}/", _shows(ticket)),
        _search("search_word", f"search, two characters ({WORD})", WORD),
        _search("search_rare", "search, rare phrase", rare),
    ]  # fmt: skip


def _list(key: str, label: str, product: str, floor: str, rows: QuerySet[Ticket]) -> Job:
    return Job(key, label, f"/tickets/?{product}", f"/tickets/?{floor}", _lists(numbers(rows)))


def _search(key: str, label: str, words: str) -> Job:
    found = containing(words).order_by("-reported_at", "-id")
    return _list(key, label, f"q={quote(words)}", f"q={quote(words)}&sort=reported", found)


def numbers(rows: QuerySet[Ticket]) -> list[str]:
    """The numbers of the first page."""
    return [ticket.number for ticket in rows[:SIZE]]


def containing(words: str) -> QuerySet[Ticket]:
    """The truth about a search, without its index."""
    text = "concat_ws(' \n ', number, title, description, reporter_name, location, solution) ILIKE %s"
    return Ticket.objects.defer("search").extra(where=[text], params=[f"%{words}%"])


def _lists(expected: list[str]) -> Callable[[str], bool]:
    return lambda page: bool(expected) and list(dict.fromkeys(_NUMBER.findall(page))) == expected


def _shows(ticket: Ticket) -> Callable[[str], bool]:
    said = [ticket.number, ticket.description, *ticket.comments.values_list("body", flat=True)]
    return lambda page: all(text in page for text in said)


def _deep(newest: QuerySet[Ticket]) -> tuple[Ticket, int]:
    """The last row before the deep page, and which page that is (a small load has fewer)."""
    depth = min(DEEP_PAGE, newest.count() // SIZE)
    return newest[(depth - 1) * SIZE - 1], depth


def _marker(row: Ticket) -> str:
    """The address marker of the page after this row, as itsm.pages.keyset writes it."""
    text = json.dumps([row.reported_at.isoformat(), row.pk], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _talked_about() -> Ticket:
    """An open ticket in work with four comments: a long timeline and all the verbs."""
    rows: Iterable[Ticket] = Ticket.objects.filter(state="in_progress").defer("search").order_by("-id")[:200]
    return max(rows, key=lambda ticket: min(4, Comment.objects.filter(ticket=ticket).count()))
