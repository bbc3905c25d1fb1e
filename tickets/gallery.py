"""A ticket's files as a page shows them: which addresses they have, and what this person may do with each."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from documents.enums import Kind
from documents.models import StoredFile
from tickets import attaching
from tickets.actors import Actor
from tickets.enums import Audience
from tickets.models import Attachment, Ticket

_ICONS = {Kind.XLSX: "file-spreadsheet", Kind.CSV: "file-spreadsheet", Kind.ZIP: "archive"}


class Tile(NamedTuple):
    """One file. preview and thumb are empty where there is nothing to show."""

    attachment: Attachment
    file: StoredFile
    icon: str
    url: str
    preview: str
    thumb: str
    is_internal: bool
    is_locked: bool
    can_withdraw: bool


def tiles(ticket: Ticket, actor: Actor, *, base: str, can_act: bool = True) -> list[Tile]:
    """Every file of the ticket that this person may know of, oldest first. base: the page's own path."""
    found = ticket.attachments.visible_to(actor).select_related("file")
    return [_tile(attachment, actor, base, can_act) for attachment in found]


def _tile(attachment: Attachment, actor: Actor, base: str, can_act: bool) -> Tile:
    file = attachment.file
    is_open = file.is_at_hand and attaching.may_read(actor, attachment)
    url = f"{base}files/{file.uuid}/"
    preview = f"{url}preview/" if is_open and (file.is_picture or file.is_text) else ""
    return Tile(
        attachment=attachment,
        file=file,
        icon="photo" if file.is_picture else _ICONS.get(file.kind, "file-text"),
        url=url if is_open else "",
        preview=preview,
        # A patient's data is opened by a click that is logged, never shown by the way.
        thumb=f"{preview}?size=small" if preview and file.is_picture and not file.patient_data else "",
        is_internal=attachment.audience == Audience.INTERNAL,
        is_locked=file.patient_data and not attaching.may_read(actor, attachment),
        can_withdraw=can_act and attaching.can_withdraw(actor, attachment),
    )


def by_comment(shown: Iterable[Tile]) -> dict[int | None, list[Tile]]:
    """The files of each comment; None holds those that came without one."""
    grouped: dict[int | None, list[Tile]] = defaultdict(list)
    for tile in shown:
        grouped[tile.attachment.comment_id].append(tile)
    return grouped
