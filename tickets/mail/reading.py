"""Reading the mailbox by IMAP. A mail is moved away only once it is ours; receiving.py says why twice is harmless."""

import imaplib
import logging
import re
import ssl
import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from itsm.privacy import masked
from tickets.mail import receiving
from tickets.mail.receiving import Parcel
from tickets.records import Mailbox

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 20
MEGABYTE = 1024 * 1024
LONGEST_WAIT = timedelta(minutes=30)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)", re.IGNORECASE)


def name() -> str:
    """The mailbox as it is named here; empty where none is configured."""
    if not settings.MAIL_INTAKE_HOST:
        return ""
    return f"{settings.MAIL_INTAKE_USER}@{settings.MAIL_INTAKE_HOST}/{settings.MAIL_INTAKE_FOLDER}"[:200]


def read(*, at: datetime, most: int = 100, at_once: bool = False) -> int:
    """Take in the mails that lie in the mailbox; return how many. Nothing happens where none is configured.

    A server that cannot be reached is asked again after 1, 2, 4 … 30 minutes, or `at_once` when a person asks.
    """
    if not name():
        return 0
    box, _made = Mailbox.objects.get_or_create(name=name())
    if box.next_try_at and at < box.next_try_at and not at_once:
        return 0
    try:
        taken, faults = _read(at=at, most=most)
    except DatabaseError:
        raise
    except Exception as error:  # whatever the server or the network does, it is noted and tried again
        _note_failure(box, error, at=at)
        return 0
    error = faults[0] if faults else ""
    Mailbox.objects.filter(pk=box.pk).update(read_at=at, failures=0, next_try_at=None, error=error)
    return taken


def _note_failure(box: Mailbox, error: Exception, *, at: datetime) -> None:
    logger.warning("the mailbox could not be read: %s: %s", type(error).__name__, error)
    failures = box.failures + 1
    wait = min(timedelta(minutes=2 ** min(failures - 1, 10)), LONGEST_WAIT)
    Mailbox.objects.filter(pk=box.pk).update(failures=failures, next_try_at=at + wait, error=_words(error))


def _words(error: Exception) -> str:
    return str(masked(f"{type(error).__name__}: {error}"))[:300]


def _read(*, at: datetime, most: int) -> tuple[int, list[str]]:
    """How many mails were taken, and what went wrong with single ones: they stay, and the others go on."""
    taken, faults = 0, []
    with _opened() as mailbox:
        validity = _validity(mailbox)
        for uid in mailbox.uids("ALL", charset=None)[:most]:
            try:
                taken += _take(mailbox, validity, uid, at=at)
            except (imaplib.IMAP4.abort, OSError):  # the connection is gone
                raise
            except Exception as error:  # one mail that the server or we cannot handle keeps no other waiting
                logger.warning("the mail %s could not be taken: %s", uid, type(error).__name__, exc_info=True)
                faults.append(_words(error))
    return taken, faults


def _opened() -> BaseMailBox:
    host, port = settings.MAIL_INTAKE_HOST, settings.MAIL_INTAKE_PORT
    mailbox: BaseMailBox
    if settings.MAIL_INTAKE_TLS == "off":
        mailbox = MailBoxUnencrypted(host, port, timeout=TIMEOUT_SECONDS)
    else:
        kind = MailBox if settings.MAIL_INTAKE_TLS == "ssl" else MailBoxStartTls
        mailbox = kind(host, port, timeout=TIMEOUT_SECONDS, ssl_context=ssl.create_default_context())
    try:
        _prepare(mailbox)
    except Exception:
        mailbox.client.shutdown()
        raise
    return mailbox


def _prepare(mailbox: BaseMailBox) -> None:
    mailbox.login(settings.MAIL_INTAKE_USER, settings.MAIL_INTAKE_PASSWORD, initial_folder=None)
    # Servers name all that they can only after the sign-in, and moving a mail in one step is among it.
    _status, said = mailbox.client.capability()
    mailbox.client.capabilities = tuple(said[-1].decode("ascii", "replace").upper().split())
    if not mailbox.folder.exists(settings.MAIL_INTAKE_DONE_FOLDER):
        mailbox.folder.create(settings.MAIL_INTAKE_DONE_FOLDER)
    mailbox.folder.set(settings.MAIL_INTAKE_FOLDER)


def _validity(mailbox: BaseMailBox) -> int:
    """The number that the server changes when it gives its mails new places."""
    _type, said = mailbox.client.response("UIDVALIDITY")
    return int(said[0]) if said and said[0] else 0


def _take(mailbox: BaseMailBox, validity: int, uid: str, *, at: datetime) -> bool:
    """Take one mail in and have the server put it away; whether it is new to us."""
    new = False
    if not receiving.is_taken(name(), validity, int(uid)):
        parcel = _fetched(mailbox, validity, uid, at=at)
        if parcel is None:
            return False
        new = receiving.take_in(parcel, at=at) is not None
    mailbox.move(uid, settings.MAIL_INTAKE_DONE_FOLDER)
    return new


def _fetched(mailbox: BaseMailBox, validity: int, uid: str, *, at: datetime) -> Parcel | None:
    """The mail at this place, or None for one that another run has moved away meanwhile."""
    head, _body = _answered(mailbox, uid, "(RFC822.SIZE INTERNALDATE)")
    size = _SIZE.search(head)
    if size is None:
        return None
    whole = int(size[1]) <= settings.MAIL_INTAKE_MEGABYTES * MEGABYTE
    _head, raw = _answered(mailbox, uid, "(BODY.PEEK[])" if whole else "(BODY.PEEK[HEADER])")
    if not raw:
        return None
    return Parcel(
        mailbox=name(),
        uidvalidity=validity,
        uid=int(uid),
        raw=raw,
        size=int(size[1]),
        received_at=_moment(head) or at,
        is_whole=whole,
    )


def _answered(mailbox: BaseMailBox, uid: str, parts: str) -> tuple[bytes, bytes]:
    """What the server says about the mail, and the literal that it sends."""
    status, said = mailbox.client.uid("FETCH", uid, parts)
    if status != "OK":
        raise imaplib.IMAP4.error(f"FETCH {status}")
    heads = [piece[0] if isinstance(piece, tuple) else piece for piece in said if piece]
    bodies = [piece[1] for piece in said if isinstance(piece, tuple)]
    return b" ".join(heads), b"".join(bodies)


def _moment(said: bytes) -> datetime | None:
    """When the server got the mail: its own word, which no sender writes."""
    local = imaplib.Internaldate2tuple(said)
    return datetime.fromtimestamp(time.mktime(local), UTC) if local else None
