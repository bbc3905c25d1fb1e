"""The story's words for links, duplicates, scope, urging and follow-up calls; timeline.py shows them."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tickets.enums import REVERSED, LinkKind, Outcome

ACTS: dict[str, tuple[Any, str, str]] = {
    "tickets.link": (gettext_lazy("linked a ticket"), "link", "azure"),
    "tickets.unlink": (gettext_lazy("removed a link"), "unlink", "secondary"),
    "tickets.merge": (gettext_lazy("merged this ticket into its main ticket"), "git-merge", "secondary"),
    "tickets.absorb": (gettext_lazy("merged a duplicate into this ticket"), "git-merge", "azure"),
    "tickets.hand_on": (gettext_lazy("moved this duplicate to another main ticket"), "git-merge", "secondary"),
    "tickets.unmerge": (gettext_lazy("took this ticket out of its main ticket"), "git-branch", "orange"),
    "tickets.release": (gettext_lazy("took a duplicate out of this ticket"), "git-branch", "secondary"),
    "tickets.scope": (gettext_lazy("decided on the scope"), "license", "yellow"),
    "tickets.urge": (gettext_lazy("asked us to hurry"), "bell", "orange"),
    "tickets.dispute": (gettext_lazy("warned: the ticket is being passed round"), "alert-triangle", "red"),
    "tickets.decide": (gettext_lazy("decided who answers for it"), "signature", "purple"),
    "tickets.follow_up": (gettext_lazy("asked for a follow-up call"), "phone-call", "azure"),
    "tickets.call": (gettext_lazy("called the reporter back"), "phone-call", "teal"),
    "tickets.outage": (gettext_lazy("noted that the system is out"), "alert-octagon", "red"),
    "tickets.give_up": (gettext_lazy("ended the follow-up: not reached"), "circle-x", "secondary"),
}
# A reporter with an account reads of the merging and of the own urging; the rest is between us.
OURS = ACTS.keys() - {"tickets.merge", "tickets.unmerge", "tickets.urge"}


def changes(detail: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What an event's detail says about these, as (label, before, after)."""
    found = []
    if detail.get("main") or detail.get("main_before"):
        found.append((_("Main ticket"), detail.get("main_before", ""), detail.get("main", "")))
    if detail.get("duplicate"):
        found.append((_("Duplicate"), "", detail["duplicate"]))
    if detail.get("other"):
        found.append((_link_word(detail), "", detail["other"]))
    if "out_of_scope" in detail:
        found.append((_("Scope"), _scope(detail["before"]), _scope(detail["out_of_scope"])))
    if detail.get("outcome") in Outcome.values:
        found.append((_("Outcome"), "", str(Outcome(detail["outcome"]).label)))
    if detail.get("times"):
        found.append((pgettext("count", "Times"), "", str(detail["times"])))
    return found


def _link_word(detail: dict[str, Any]) -> str:
    if "link" not in detail:
        return _("Link")
    kind = LinkKind(detail["link"])
    return str(kind.label if detail["way"] == "out" else REVERSED[kind])


def _scope(outside: bool) -> str:
    return _("Out of scope") if outside else _("In scope")
