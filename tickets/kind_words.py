"""What the agreement's pages call the tickets that it measures, and why a ticket may wait."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.enums import HoldReason, Kind
from tickets.kinds import FACTS


def subjects() -> dict[str, str | Promise]:
    """Each service level that a kind asks for, in words; "" is the common one."""
    own = {facts.subject: Kind(kind).label for kind, facts in reversed(FACTS.items()) if facts.subject}
    return {"": _("All others"), **own}


def waits() -> dict[str, str | Promise]:
    """The reasons for waiting."""
    return dict(HoldReason.choices)
