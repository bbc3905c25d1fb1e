"""The function of every verb that takes an edition, by its name in the address."""

from collections.abc import Callable

from itsm.reports.monthly import drafting, lifecycle
from itsm.reports.monthly.models import Edition

ACTS: dict[str, Callable[..., Edition]] = {
    "redraw": drafting.redraw,
    "submit": lifecycle.submit,
    "review": lifecycle.review,
    "approve": lifecycle.approve,
    "return": lifecycle.return_,
    "correct": lifecycle.correct,
}
