"""重算时限: the dry run by tickets, and applying it with a reason after a calendar was corrected."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.audit.log import Said
from itsm.errors import NotAllowed, RuleBroken
from slas import recalculating
from slas.recalculating import Change
from tickets import timing
from tickets.models import Ticket

MOST_WORDS = 300


class Row(NamedTuple):
    """A change with its ticket."""

    ticket: Ticket
    change: Change

    @property
    def reason(self) -> str:
        """Why the deadline is another one."""
        words = {"calendar": self.change.calendar, "old": self.change.versions[0], "new": self.change.versions[1]}
        return _("%(calendar)s V%(old)s → V%(new)s") % words


def plan(reader: User | None = None) -> list[Row]:
    """What would change, by ticket that this person may see (None: all); the dry run."""
    changes = recalculating.plan()
    tickets = Ticket.objects.visible_to(reader) if reader else Ticket.objects.all()
    found, _vendors = timing.by_clock([change.clock.pk for change in changes], tickets.defer("search"))
    return [Row(found[change.clock.pk], change) for change in changes if change.clock.pk in found]


@transaction.atomic
def apply(*, by: User | None, at: datetime, reason: str) -> list[Row]:
    """Recalculate what the dry run shows; return the rows that were done. Closed tickets are never among them.

    Raises NotAllowed, RuleBroken without a reason.
    """
    if by is not None and not by.may("tickets.recalculate"):
        raise NotAllowed(_("Your role does not allow this."))
    if not reason.strip():
        raise RuleBroken(_("Please give the reason."))
    if len(reason.strip()) > MOST_WORDS:
        raise RuleBroken(_("The reason is too long."))
    rows = plan(by)
    changed = recalculating.apply([row.change for row in rows], by=by, at=at, reason=reason.strip())
    done = {clock.pk for clock in changed}
    applied = [row for row in rows if row.change.clock.pk in done]
    said = [Said(row.ticket, row.ticket.number, _detail(row, reason.strip())) for row in applied]
    log.record_all("tickets.recalculate", said, by=by, at=at)
    return applied


def _detail(row: Row, reason: str) -> dict[str, object]:
    return {
        "promise": row.change.clock.kind,
        "due_before": shown(row.change.due_before),
        "due": shown(row.change.due_after) or "—",
        "reason": f"{row.reason} {reason}",
    }


def shown(at: datetime | None) -> str:
    """A moment to the minute."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
