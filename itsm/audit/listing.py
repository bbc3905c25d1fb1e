"""The columns of the audit log as a file. The details stay in the log, where every reading is noted."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.audit import words
from itsm.audit.models import Event
from itsm.pages.columns import ExportColumn


def _act(event: Event) -> str:
    return words.act(event.verb)


def _outcome(event: Event) -> str:
    return str(event.outcome_badge.label)


COLUMNS = (
    ExportColumn(pgettext_lazy("audit", "Link"), "link.seq"),
    ExportColumn(_("Time"), "at", 20),
    ExportColumn(_("Recorded"), "recorded_at", 20),
    ExportColumn(_("Act"), _act, 22),
    ExportColumn(_("Person"), "actor_name", 14),
    ExportColumn(_("Work number"), "actor.work_number", contact=True),
    ExportColumn(pgettext_lazy("audit", "Record"), "object_label", 30),
    ExportColumn(pgettext_lazy("audit", "Outcome"), _outcome),
    ExportColumn(pgettext_lazy("audit", "Address"), "address"),
    ExportColumn(_("Request"), "request_id", 34),
)
