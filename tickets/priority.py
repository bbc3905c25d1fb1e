"""PURE: from impact and urgency to priority."""

from collections.abc import Mapping

from itsm.catalog.enums import Impact, Priority, Tier, Urgency

Matrix = Mapping[tuple[int, int], Priority]
_ORDER = list(Priority)


def priority(matrix: Matrix, impact: Impact, urgency: Urgency, *, tier: Tier | None, acute: bool) -> Priority:
    """The matrix cell, raised by the two rules of the contract's service levels.

    A tier-A system that is down for the whole hospital and at least hampers is P1. An acute place
    (theatre, intensive care, emergency, blood bank) raises by one level, never above P1.
    Raises KeyError if the matrix lacks the cell.
    """
    if tier == Tier.A and impact == Impact.HOSPITAL and urgency <= Urgency.HAMPERED:
        return Priority.P1
    found = matrix[(impact, urgency)]
    return _ORDER[max(0, _ORDER.index(found) - 1)] if acute else found
