"""An edition as a file: by right, and every download in the audit log."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext as _

from itsm.audit import log
from itsm.reports.monthly import document, page, sheet
from itsm.reports.monthly.models import Edition

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WRITERS: dict[str, Callable[..., None]] = {
    "docx": lambda edition, said, file, user: document.write(edition, said, file),
    "xlsx": lambda edition, said, file, user: sheet.write(edition, said, file, user=user),
}


def write(edition: Edition, kind: str, *, by: Any, at: datetime) -> BytesIO:
    """The edition as that person is shown it, and the entry of the audit log. Raises Http404 before it has figures."""
    said = page.shown(edition, by)
    if said.content is None:
        raise Http404
    file = BytesIO()
    _WRITERS[kind](edition, said, file, by)
    detail = {"edition": edition.label, "format": kind, "sha256": said.seal.sha256 if said.seal else ""}
    log.record("reports.take", edition, by=by, at=at, label=str(edition), detail=detail)
    file.seek(0)
    return file


def answer(request: HttpRequest, edition: Edition, kind: str, *, at: datetime) -> FileResponse:
    """The download, named after the month and the edition."""
    file = write(edition, kind, by=request.user, at=at)
    title = _("Monthly report of the maintenance service")
    name = f"{edition.report.period.label}{title}_{edition.label}.{kind}"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[kind])
    response["Cache-Control"] = "private, no-store"
    return response
