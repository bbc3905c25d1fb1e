"""Checking the audit log every night, and sealing it."""

import logging
from datetime import datetime

from django.utils import timezone

from itsm.accounts.models import User
from itsm.audit import chain
from itsm.audit.models import Head
from itsm.operation import runs, seals
from itsm.operation.enums import Kind
from itsm.operation.models import Run

log = logging.getLogger(__name__)
SHOWN = 20


def verify(*, by: User | None, at: datetime) -> Run:
    """Check the whole chain and every seal, keep the result, and seal the log once a day if it is whole."""
    run = runs.begin(Kind.VERIFICATION, at=at)
    faults = [*chain.verify(), *seals.faults()]
    if faults:
        log.error("the audit log is damaged: %s faults, the first: %s", len(faults), faults[0])
        detail = {"faults": faults[:SHOWN], "count": len(faults)}
        return runs.end(run, by=by, at=at, is_ok=False, sentence=faults[0], detail=detail)
    head = Head.objects.get()
    _seal_once_a_day(at)
    sentence = f"{head.seq} events, last hash {head.hash}."
    return runs.end(run, by=by, at=at, is_ok=True, sentence=sentence, detail={"seq": head.seq, "hash": head.hash})


def _seal_once_a_day(at: datetime) -> None:
    newest = seals.last()
    if newest is None or timezone.localdate(newest.sealed_at) < timezone.localdate(at):
        try:
            seals.seal(at=at)
        except OSError:
            log.exception("the seal could not be written")
