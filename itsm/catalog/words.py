"""Sentences of the catalogue about what pure rules refuse."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itsm.catalog.hours import Fault

FAULTS: dict[Fault, Promise] = {
    Fault.FORM: _("A window is two times like 08:00 and 12:00; the last one may end at 24:00."),
    Fault.BACKWARDS: _("A window must end after it begins."),
    Fault.UNSORTED: _("The windows must stand in the order of the day."),
    Fault.OVERLAP: _("Two windows overlap."),
}
