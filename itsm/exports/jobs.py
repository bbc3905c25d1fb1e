"""The verbs of an export: request, cancel, take, expire; and how it ends. A worker does the long part (running.py)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.errors import FileUnavailable
from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from itsm.exports import places, wakeups
from itsm.exports.enums import State
from itsm.exports.models import Export
from itsm.exports.sources import Order, Source, Written, asked_of, query_of, sources
from itsm.notifications import outbox
from itsm.notifications.outbox import Notice
from itsm.submissions import keys

MOST_TITLE = 80


class Made(NamedTuple):
    """A file in its place, of rows that were read at `as_of`."""

    title: str
    written: Written
    file: UUID
    size: int
    sha256: str
    as_of: datetime


@transaction.atomic
def request(
    source: Source,
    *,
    by: User,
    at: datetime,
    kind: str,
    asked: Mapping[str, list[str]],
    columns: Sequence[str] = (),
    key: UUID | None = None,
) -> Export:
    """导出: ask for a file; a worker makes it, and a notice tells when it is ready. The same key asks once.

    Raises NotAllowed, and RuleBroken for an unknown kind, no column, what the source refuses, or too many of one
    person under way.
    """
    check_may(by, source)
    narrowed, chosen = asked_of(query_of(asked), source), _chosen(source, columns)
    if kind not in source.kinds:
        raise RuleBroken(_("This list is not made as such a file."))
    if key and (earlier := keys.claim(key, {"by": by.pk, "source": source.code, "asked": narrowed}, at=at)):
        return Export.objects.get(pk=earlier)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two at once count one after the other
    if Export.objects.visible_to(by).under_way().count() >= settings.EXPORTS_PER_PERSON:
        raise RuleBroken(
            _("You have %(n)s exports under way; please wait for one, or cancel it.")
            % {"n": settings.EXPORTS_PER_PERSON}
        )
    export = Export.objects.create(
        source=source.code,
        title=source.titled(Order(kind, query_of(narrowed), tuple(chosen), by, at))[:MOST_TITLE],
        kind=kind,
        asked=narrowed,
        columns=chosen,
        requested_by=by,
        requested_at=at,
    )
    if key:
        keys.fulfil(key, str(export.pk))
    _record("request", export, by=by, at=at, filters=_narrowed(export), columns=chosen)
    wakeups.wake_after_commit()
    return export


@transaction.atomic
def cancel(export: Export, *, by: User, at: datetime) -> Export:
    """取消: give it up; the worker stops within seconds. Raises NotAllowed, TransitionRefused once it has ended."""
    export = lock(export)
    _check_own(export, by)
    if not export.is_under_way:
        raise TransitionRefused(_("This export is “%(state)s”.") % {"state": export.get_state_display()})
    export.state, export.ended_at = State.CANCELLED, at
    export.save(update_fields=["state", "ended_at"])
    _record("cancel", export, by=by, at=at)
    return export


@transaction.atomic
def take(export: Export, *, by: User, at: datetime) -> Export:
    """下载: hand the file to whoever had it made; every time is an entry of the audit log.

    Raises FileUnavailable when there is no file any more, NotAllowed to anybody else and when the rights are
    not those it was made by.
    """
    export = lock(export)
    _check_own(export, by)
    check_may(by, source_of(export))
    if export.has_ended_for(at):
        raise FileUnavailable(_("This file is no longer kept; please export it again."))
    if export.reach != reach_of(by):
        raise NotAllowed(_("Your roles have changed since this file was made; please export it again."))
    export.downloads += 1
    export.save(update_fields=["downloads"])
    _record("take", export, by=by, at=at, rows=export.done, sha256=export.sha256, filters=_narrowed(export))
    return export


@transaction.atomic
def expire(*, at: datetime) -> int:
    """Remove the files whose time is over; the rows stay. Return how many."""
    outlived = list(Export.objects.outlived(at).select_for_update(skip_locked=True, no_key=True).order_by("pk"))
    for export in outlived:
        export.state = State.EXPIRED
        export.save(update_fields=["state"])
        _record("expire", export, by=None, at=at, sha256=export.sha256)
        transaction.on_commit(partial(places.kept(export.kept).unlink, missing_ok=True))
    return len(outlived)


@transaction.atomic
def finish(export: Export, made: Made, *, at: datetime) -> bool:
    """The worker's last word: the file is ready. False when the export was cancelled or given to another worker."""
    mine = lock(export)
    if (mine.state, mine.attempt) != (State.RUNNING, export.attempt):
        return False
    written, mine.title = made.written, made.title[:MOST_TITLE]
    mine.state, mine.ended_at, mine.as_of, mine.beat_at = State.READY, at, made.as_of, None
    mine.total = mine.done = written.rows
    mine.said, mine.sums = [list(pair) for pair in written.said], [list(pair) for pair in written.sums]
    mine.file, mine.size, mine.sha256 = made.file, made.size, made.sha256
    mine.reach = reach_of(export.requested_by)
    mine.expires_at = at + timedelta(hours=settings.EXPORT_HOURS)
    mine.save()
    _record("finish", mine, by=None, at=at, rows=written.rows, sha256=made.sha256)
    until = f"{timezone.localtime(mine.expires_at):%m-%d %H:%M}"
    body = _("%(rows)s rows. Kept until %(until)s.") % {"rows": written.rows, "until": until}
    _tell(mine, _("Ready to download: %(title)s") % {"title": mine.title}, body, at=at)
    return True


@transaction.atomic
def fail(export: Export, sentence: str, *, at: datetime) -> None:
    """It cannot be made, and why."""
    mine = lock(export)
    if mine.is_under_way and mine.attempt == export.attempt:
        mine.state, mine.sentence, mine.ended_at, mine.beat_at = State.FAILED, sentence[:300], at, None
        mine.save(update_fields=["state", "sentence", "ended_at", "beat_at"])
        _record("fail", mine, by=None, at=at, reason=mine.sentence)
        _tell(mine, _("Could not be exported: %(title)s") % {"title": mine.title}, mine.sentence, at=at)


def check_may(user: User, source: Source) -> None:
    """Raise NotAllowed unless a role of this person, whose account is open, may have that file made."""
    if not (user.is_active and user.may(source.permission)):
        raise NotAllowed(_("Your role does not allow this."))


def _check_own(export: Export, user: User) -> None:
    if export.requested_by_id != user.pk:
        raise NotAllowed(_("This file is somebody else's."))


def source_of(export: Export) -> Source:
    """What it is made from. Raises RuleBroken when that is no longer offered."""
    source = sources().get(export.source)
    if source is None:
        raise RuleBroken(_("This is no longer offered as a file."))
    return source


def reach_of(user: User) -> str:
    """A mark of how far the person sees: other roles, another company or department give another mark."""
    sight = [sorted(user.roles), user.vendor_id, user.department_id, user.sees_department]
    return hashlib.sha256(json.dumps(sight).encode()).hexdigest()


def lock(export: Export) -> Export:
    """The fresh row, held to the end of the transaction."""
    rows = Export.objects.select_for_update(no_key=True, of=("self",)).select_related("requested_by")
    return rows.get(pk=export.pk)


def _chosen(source: Source, columns: Sequence[str]) -> list[str]:
    """The chosen columns in their order; without a word the usual ones. Raises RuleBroken for none and unknown ones."""
    choices = source.choices()
    if not columns:
        return [choice.key for choice in choices if choice.chosen]
    known = [choice.key for choice in choices if choice.key in columns]
    if len(known) != len(set(columns)):
        raise RuleBroken(_("Choose columns of this list."))
    return known


def _narrowed(export: Export) -> list[str]:
    return [f"{name}: {', '.join(words)}" for name, words in export.asked.items()]


def _record(verb: str, export: Export, *, by: User | None, at: datetime, **detail: object) -> None:
    said = {"source": export.source, "format": export.kind, **detail}
    log.record(f"exports.{verb}", export, by=by, at=at, label=export.title, detail=said)


def _tell(export: Export, title: str, body: str, *, at: datetime) -> None:
    key = f"export:{export.pk}:{export.state}"
    outbox.send([Notice(export.requested_by, key, title, body, export.get_absolute_url())], at=at)
