"""What the story of a ticket says about its promises: levels reached, deadlines agreed, breaches annulled."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from itsm.catalog.enums import OverrideState
from slas.enums import Kind
from slas.models.agreement import level_words

# Affairs of the two sides; a reporter reads none of them.
OURS = frozenset({"tickets.escalate", "tickets.acknowledge", "tickets.annul", "tickets.decide_annulment"})


def changes(detail: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The lines under an act on a promise: (what, before, after)."""
    if "promise" not in detail:
        return []
    found = [(_("Promise"), "", str(Kind(detail["promise"]).label))]
    if detail.get("level"):
        found.append((_("Level"), "", level_words(detail["level"])))
    if "told" in detail:
        found.append((_("Told"), "", "、".join(detail["told"]) or _("nobody")))
    if detail.get("due"):
        found.append((_("Deadline"), detail.get("due_before", ""), detail["due"]))
    if detail.get("decision"):
        found.append((pgettext("annulment", "Decision"), "", str(OverrideState(detail["decision"]).label)))
    return found
