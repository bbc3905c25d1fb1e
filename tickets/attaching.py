"""The verbs of a ticket's files: attach and withdraw; and what the other verbs call to add files."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from documents import storing
from documents.checking import MEGABYTE, Uploads
from documents.errors import FileRefused
from documents.models import StoredFile
from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from itsm.events import publish
from itsm.versions import because, create_all, follow
from tickets import lifecycle, moments, permissions
from tickets.actors import Actor
from tickets.enums import Audience
from tickets.events import FilesAttached
from tickets.models import Attachment, Comment, Ticket


@transaction.atomic
def attach(ticket: Ticket, *, by: Actor, at: datetime, uploads: Uploads, is_public: bool = False) -> list[Attachment]:
    """Add files without words; what a reporter adds is public always.

    Raises TransitionRefused when the reporter's side of the ticket has ended, RuleBroken when no file is left.
    """
    ticket = lifecycle.lock(ticket)
    permissions.check_can(by, "attach", ticket)
    moments.check_act(at, not_before=ticket.reported_at)
    because(ticket, "tickets.attach", by=by, at=at)
    from_requester = permissions.is_reporter(by, ticket)
    audience = Audience.PUBLIC if is_public or from_requester else Audience.INTERNAL
    if ticket.is_final and audience == Audience.PUBLIC:
        raise TransitionRefused(_("This ticket has ended; reopen it or report anew."))
    added = add(ticket, uploads, by=by, at=at, audience=audience)
    if not added:
        raise RuleBroken(" ".join(uploads.refused) or _("Please choose a file."))
    lifecycle.touch(ticket, at=at)
    ticket.save()
    detail = {"files": described(added), "audience": audience}
    log.record("tickets.attach", ticket, by=by, at=at, label=ticket.number, detail=detail)
    publish(FilesAttached(ticket.pk, len(added), from_requester, by.pk if isinstance(by, User) else None))
    return added


def add(
    ticket: Ticket, uploads: Uploads | None, *, by: Actor, at: datetime, audience: str, comment: Comment | None = None
) -> list[Attachment]:
    """Keep the files and hang them on the locked ticket; what finds no room joins `uploads.refused`."""
    if uploads is None:
        return []
    _make_fit(ticket, uploads)
    return link(ticket, keep(uploads, by=by, at=at), by=by, at=at, audience=audience, comment=comment)


def _make_fit(ticket: Ticket, uploads: Uploads) -> None:
    held = ticket.attachments.aggregate(count=Count("pk"), size=Sum("file__size"))
    count, size = held["count"], held["size"] or 0
    for checked in list(uploads.checked):
        count, size = count + 1, size + checked.size
        if count > settings.TICKET_MAX_FILES or size > settings.TICKET_MAX_MEGABYTES * MEGABYTE:
            uploads.checked.remove(checked)
            uploads.refused.append(str(FileRefused(_("the ticket holds as many files as it may."), checked.name)))


def keep(uploads: Uploads | None, *, by: Actor, at: datetime) -> list[StoredFile]:
    """Store the files; one that the disk refuses joins `uploads.refused`, and the words are kept all the same."""
    files = []
    for checked in uploads.checked if uploads else ():
        try:
            files.append(storing.store(checked, by=by, at=at, patient_data=uploads.patient_data))
        except FileRefused as refusal:
            uploads.refused.append(str(refusal))
    return files


def link(
    ticket: Ticket,
    files: Iterable[StoredFile],
    *,
    by: Actor,
    at: datetime,
    audience: str,
    comment: Comment | None = None,
) -> list[Attachment]:
    """Hang stored files on a ticket."""
    from_requester = permissions.is_reporter(by, ticket) if by else False
    rows = (
        Attachment(
            ticket=ticket,
            comment=comment,
            file=file,
            audience=audience,
            added_by=by if isinstance(by, User) else None,
            added_by_name=by.name if by else "",
            from_requester=from_requester,
            added_at=at,
        )
        for file in files
    )
    return create_all(Attachment, (follow(row, ticket) for row in rows))


def described(attachments: Iterable[Attachment]) -> list[dict[str, object]]:
    """The files as the audit log names them."""
    return [
        {"file": str(added.file.uuid), "name": added.file.shown_name, "sha256": added.file.sha256}
        for added in attachments
    ]


@transaction.atomic
def withdraw(ticket: Ticket, *, by: Actor, at: datetime, attachment: Attachment, reason: str) -> Attachment:
    """Hide a file that was added by mistake; row and content stay for the record.

    Who added it may, and the service desk. Raises TransitionRefused when it is withdrawn already.
    """
    ticket = lifecycle.lock(ticket)
    permissions.check_role(by, "withdraw", ticket)
    attachment = ticket.attachments.select_for_update(of=("self",)).select_related("file").get(pk=attachment.pk)
    if attachment.withdrawn_at:
        raise TransitionRefused(_("This file has been withdrawn already."))
    if not can_withdraw(by, attachment):
        raise NotAllowed(_("Only who added the file or the service desk may withdraw it."))
    attachment.withdrawn_at, attachment.withdrawn_by = at, by if isinstance(by, User) else None
    because(ticket, "tickets.withdraw", by=by, at=at)
    follow(attachment, ticket).save(update_fields=["withdrawn_at", "withdrawn_by"])
    lifecycle.touch(ticket, at=at)
    ticket.save()
    detail = {"files": described([attachment]), "reason": reason}
    log.record("tickets.withdraw", ticket, by=by, at=at, label=ticket.number, detail=detail)
    return attachment


def can_withdraw(actor: Actor, attachment: Attachment) -> bool:
    """Whether this person added the file, or is the service desk; the system (None) may too."""
    if actor is None:
        return True
    if not isinstance(actor, User) or not actor.may("tickets.withdraw"):
        return False
    return attachment.added_by_id == actor.pk or actor.may(permissions.DESK_PERMISSION)


def may_read(actor: Actor, attachment: Attachment) -> bool:
    """Whether this person may look into a file that this person can see: patients take a right of its own."""
    return not attachment.file.patient_data or (isinstance(actor, User) and actor.may("tickets.patient_files"))


def note_reading(attachment: Attachment, *, by: Actor, at: datetime, way: str) -> None:
    """Every download and every look goes into the audit log. way: "download" or "preview".

    Raises NotAllowed for a file with patient data and a person without the right.
    """
    if not may_read(by, attachment):
        raise NotAllowed(_("Patients can be recognised in this file; only those who handle the ticket may see it."))
    ticket = attachment.ticket
    detail = {"files": described([attachment]), "patient_data": attachment.file.patient_data}
    log.record(f"tickets.{way}", ticket, by=by, at=at, label=ticket.number, detail=detail)
