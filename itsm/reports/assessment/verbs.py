"""The function of every verb that takes an assessment, by its name in the address."""

from collections.abc import Callable

from itsm.reports.assessment import appeals, lifecycle
from itsm.reports.assessment.models import Appeal, Assessment, Deduction

ACTS: dict[str, Callable[..., Assessment | Appeal | Deduction]] = {
    "charge": lifecycle.charge,
    "submit": lifecycle.submit,
    "appeal": appeals.appeal,
    "confirm": lifecycle.confirm,
}
