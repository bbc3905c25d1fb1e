"""The queue as a file: the rows that the page shows to this person, with the columns that somebody needs."""

from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from itsm.accounts.models import User
from itsm.catalog.enums import Impact, Priority, Urgency
from itsm.exports.tables import Cell, Column, Selection, Table, contact, minutes, text, words
from itsm.privacy import masked
from slas.enums import ClockState
from tickets import selection
from tickets.enums import HoldReason, Kind, Mode, Source, State
from tickets.querysets import UNKNOWN

WHAT = gettext_lazy("Ticket")
WHO = gettext_lazy("Who and where")
TIMES = gettext_lazy("Times")
LIMITS = gettext_lazy("Time limits")
_PARTED = " / "
END = gettext_lazy("Handling and rating")


def _late(clock: str) -> Any:
    """Whether the promise is broken at that moment, swept or not; an annulled breach is none."""

    def value(at: datetime) -> Combinable:
        noted = Q(**{f"{clock}__breached_at__isnull": False, f"{clock}__annulled_at": None})
        passed = Q(**{f"{clock}__state": ClockState.RUNNING, f"{clock}__due_at__lt": at})
        return ExpressionWrapper(noted | passed, output_field=BooleanField())

    return value


def _category(at: datetime) -> Combinable:
    """Both levels of the fault category."""
    return Concat(F("category__parent__name"), Value(_PARTED), F("category__name"))


def _levels(by: User) -> Cell:
    """The levels that there are."""
    return lambda levels: masked(levels.removesuffix(_PARTED).removeprefix(_PARTED))


def _known(by: User) -> Cell:
    """A deadline; empty where it cannot be said."""
    return lambda due: None if due == UNKNOWN else due


COLUMNS = (
    Column("number", gettext_lazy("number"), "number", WHAT, 19),
    Column("kind", gettext_lazy("kind"), "kind", WHAT, 12, words(Kind)),
    Column("title", gettext_lazy("title"), "title", WHAT, 46, text),
    Column("state", gettext_lazy("state"), "state", WHAT, 12, words(State)),
    Column("priority", gettext_lazy("Priority"), "priority", WHAT, 14, words(Priority)),
    Column("impact", gettext_lazy("impact"), "impact", WHAT, 14, words(Impact), chosen=False),
    Column("urgency", gettext_lazy("urgency"), "urgency", WHAT, 14, words(Urgency), chosen=False),
    Column("source", gettext_lazy("Source"), "source", WHAT, 12, words(Source)),
    Column("description", gettext_lazy("description"), "description", WHAT, 60, text, chosen=False),
    Column("patient_data", gettext_lazy("Contains patient data"), "has_patient_data", WHAT, 14, chosen=False),
    Column("department", gettext_lazy("Department"), "department__name", WHO, 18, text),
    Column("reporter", gettext_lazy("reporter"), "reporter_name", WHO, 12, text),
    Column("phone", gettext_lazy("phone"), "reporter_phone", WHO, 14, contact, chosen=False),
    Column("location", gettext_lazy("place"), "location", WHO, 18, text, chosen=False),
    Column("system", gettext_lazy("System"), "system__name", WHO, 20, text),
    Column("module", gettext_lazy("module"), "module__name", WHO, 18, text),
    Column("category", gettext_lazy("fault category"), _category, WHO, 24, _levels),
    Column("vendor", gettext_lazy("vendor"), "vendor__name", WHO, 18, text),
    Column("assignee", gettext_lazy("Assignee"), "assignee__name", WHO, 12),
    Column("reported", gettext_lazy("Reported"), "reported_at", TIMES, 20),
    Column("opened", gettext_lazy("registered"), "opened_at", TIMES, 20, chosen=False),
    Column("responded", gettext_lazy("first response"), "responded_at", TIMES, 20),
    Column("arrived", gettext_lazy("arrived"), "arrived_at", TIMES, 20, chosen=False),
    Column("resolved", gettext_lazy("resolved"), "resolved_at", TIMES, 20),
    Column("closed", gettext_lazy("closed"), "closed_at", TIMES, 20),
    Column("updated", gettext_lazy("last change"), "updated_at", TIMES, 20, chosen=False),
    Column("promised", gettext_lazy("promised for"), "promised_on", TIMES, 13, chosen=False),
    Column("due", gettext_lazy("Next deadline"), "due_at", LIMITS, 20, _known, chosen=False),
    Column("respond_by", gettext_lazy("Respond by"), "response_clock__due_at", LIMITS, 20, chosen=False),
    Column(
        "response", gettext_lazy("Response (minutes)"), "response_clock__spent_seconds", LIMITS, 16, minutes, "minutes"
    ),
    Column("response_late", gettext_lazy("Response late"), _late("response_clock"), LIMITS, 12),
    Column("resolve_by", gettext_lazy("Restore by"), "resolution_clock__due_at", LIMITS, 20),
    Column(
        *("restore", gettext_lazy("Restoring, net (minutes)"), "resolution_clock__spent_seconds"),
        *(LIMITS, 18, minutes, "minutes"),
    ),
    Column(
        *("paused", gettext_lazy("Paused (minutes)"), "resolution_clock__pause_seconds"),
        *(LIMITS, 16, minutes, "minutes", False),
    ),
    Column("restore_late", gettext_lazy("Restored late"), _late("resolution_clock"), LIMITS, 12),
    Column(
        "waiting_for", gettext_lazy("reason for waiting"), "hold_reason", LIMITS, 16, words(HoldReason), chosen=False
    ),
    Column("mode", gettext_lazy("way of working"), "mode", END, 12, words(Mode), chosen=False),
    Column("solution", gettext_lazy("solution"), "solution", END, 60, text, chosen=False),
    Column("reopened", gettext_lazy("reopened"), "reopen_count", END, 10, form="count"),
    Column("transferred", gettext_lazy("transferred"), "transfer_count", END, 10, form="count", chosen=False),
    Column("urged", gettext_lazy("urged"), "urge_count", END, 10, form="count", chosen=False),
    Column("out_of_scope", gettext_lazy("out of scope"), "out_of_scope", END, 12, chosen=False),
    Column("rating", gettext_lazy("rating"), "rating", END, 10, form="count"),
    Column("comment", gettext_lazy("comment on the service"), "rating_comment", END, 40, text, chosen=False),
)


def select(asked: QueryDict, by: User, at: datetime) -> Selection:
    """The queue of that address as this person sees it then, and the words that narrow it."""
    found = selection.select(asked, by, at)
    said = [(_("View"), str(selection.TABS[found.tab]))]
    if found.query:
        said.append((_("Search"), masked(found.query)))
    said += (
        [(one.label, masked(one.words)) for one in selection.narrowed_by(found.narrowing)] if found.narrowing else []
    )
    return Selection(found.rows.order_by(*found.keys), [*said, (_("Order"), _order(found))])


def _order(found: selection.Selected) -> str:
    label = selection.SORTS[found.sort.lstrip("-")].label
    return f"{label} {'↓' if found.keys[0].startswith('-') else '↑'}"


TICKETS = Table(
    code="tickets",
    title=pgettext_lazy("list", "Tickets"),
    prose=gettext_lazy("What the queue shows, narrowed as it is."),
    icon="headset",
    permission="tickets.queue",
    names=selection.NAMES,
    page="/tickets/",
    columns=COLUMNS,
    select=select,
)
