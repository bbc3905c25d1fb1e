"""Writing down what was run: a row for the health page, an event for the audit log."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from itsm.accounts.models import User
from itsm.audit import log
from itsm.operation.enums import Kind
from itsm.operation.models import Run


def begin(kind: Kind, *, at: datetime) -> Run:
    """A run has begun; a killed one stays without an end."""
    return Run.objects.create(kind=kind, started_at=at)


@transaction.atomic
def end(
    run: Run,
    *,
    by: User | None,
    at: datetime,
    is_ok: bool,
    sentence: str,
    detail: Mapping[str, object] | None = None,
) -> Run:
    """Keep how the run ended, and tell the audit log."""
    run.ended_at, run.is_ok, run.sentence, run.detail = max(at, run.started_at), is_ok, sentence, dict(detail or {})
    run.save()
    said = {"ok": is_ok, "sentence": sentence, **run.detail}
    log.record(f"operation.{run.kind}", run, by=by, at=at, label=Kind(run.kind).value, detail=said)
    return run


def latest(kind: Kind) -> Run | None:
    """The last run of that kind that came to an end."""
    return Run.objects.filter(kind=kind, ended_at__isnull=False).order_by("-started_at").first()
