"""What the story of a ticket says about its promises: levels reached, deadlines agreed, breaches annulled."""

from typing import Any

from django.utils.translation import gettext as _

from itsm.catalog.enums import OverrideState
from slas.enums import Basis, Kind

# Affairs of the two sides; a reporter reads none of them.
OURS = frozenset({"tickets.escalate", "tickets.acknowledge", "tickets.annul", "tickets.decide_annulment"})


def changes(detail: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The lines under an act on a promise: (what, before, after)."""
    if "promise" not in detail:
        return []
    found = [(_("Promise"), "", str(Kind(detail["promise"]).label))]
    if detail.get("level"):
        found.append((_("Level"), "", level(detail["level"])))
    if "told" in detail:
        found.append((_("Told"), "", "、".join(detail["told"]) or _("nobody")))
    if detail.get("due"):
        found.append((_("Deadline"), detail.get("due_before", ""), detail["due"]))
    if detail.get("decision"):
        found.append((_("Decision"), "", str(OverrideState(detail["decision"]).label)))
    return found


def level(code: str) -> str:
    """A level's code in words: 80 % of the target, 30 min after the deadline."""
    basis, _colon, value = code.partition(":")
    words = {
        Basis.PERCENT: _("{value} % of the target"),
        Basis.SINCE: _("{value} min after the start"),
        Basis.BEFORE: _("{value} min before the deadline"),
        Basis.AFTER: _("{value} min after the deadline"),
    }
    return words[Basis(basis)].format(value=value) if basis in Basis else code
