"""停机: a system is out, is there again, and what is not held against the contractor.

Each verb: lock the row, who may, does the state allow, write, audit row. Each returns the locked, fresh record.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog.models import System
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from itsm.versions import because
from slas.enums import Ground, OutageKind
from slas.models import Outage


@transaction.atomic
def begin(
    system: System, *, by: User | None, at: datetime, started_at: datetime, reason: str, until: datetime | None = None
) -> Outage:
    """停机开始: the system is out since `started_at`, which may lie before the first report.

    until: the end of the agreed window; then it is a planned one. Raises NotAllowed, RuleBroken (a moment in the
    future, no reason, a window that ends before it begins), TransitionRefused (the system is out already, or another
    of its windows lies there). A window that is agreed on keeps nobody from noting that the system is out.
    """
    _check_may(by, "slas.outages")
    System.objects.select_for_update(no_key=True).get(pk=system.pk)
    if until is None and started_at > at:
        raise RuleBroken(_("The beginning of an outage lies in the future."))
    if until is not None and until <= started_at:
        raise RuleBroken(_("The window ends before it begins."))
    if not reason.strip():
        raise RuleBroken(_("What happened?"))
    _check_alone(system, started_at, until)
    kind = OutageKind.PLANNED if until else OutageKind.UNPLANNED
    outage = Outage(
        system=system, kind=kind, started_at=started_at, planned_until=until, reason=reason.strip(), noted_by=by
    )
    because(outage, "slas.begin_outage", by=by, at=at).save(force_insert=True)
    detail = {"started_at": started_at.isoformat(), "until": until.isoformat() if until else ""}
    log.record("slas.begin_outage", outage, by=by, at=at, label=system.code, detail=detail)
    return outage


def _check_alone(system: System, started_at: datetime, until: datetime | None) -> None:
    lasting = Outage.objects.filter(system=system, restored_at=None)
    if until is None and lasting.filter(kind=OutageKind.UNPLANNED).exists():
        raise TransitionRefused(_("%(system)s is noted as out already.") % {"system": system})
    if until and lasting.filter(planned_until__gt=started_at, started_at__lt=until).exists():
        raise TransitionRefused(_("%(system)s has an agreed window at that time already.") % {"system": system})


@transaction.atomic
def restore(outage: Outage, *, by: User | None, at: datetime, restored_at: datetime) -> Outage:
    """恢复: the system is there again.

    Raises NotAllowed, TransitionRefused (restored already), RuleBroken (before it began, or ahead of time).
    """
    outage = _locked(outage, by, "slas.outages")
    if not outage.is_open:
        raise TransitionRefused(_("This outage is over already."))
    if not outage.started_at < restored_at <= at:
        raise RuleBroken(_("The system came back after it went, and not ahead of time."))
    outage.restored_at = restored_at
    return _written(outage, "restore_outage", {"restored_at": restored_at.isoformat()}, by=by, at=at)


@transaction.atomic
def exclude(outage: Outage, *, by: User | None, at: datetime, ground: str, note: str) -> Outage:
    """不计: the hospital decides that an outage is not held against the contractor, and says why.

    Raises NotAllowed, RuleBroken without a remark.
    """
    outage = _locked(outage, by, "slas.exclude_outage")
    if not note.strip():
        raise RuleBroken(_("Please give the reason."))
    outage.ground, outage.ground_note = Ground(ground), note.strip()
    return _written(outage, "exclude_outage", {"ground": outage.ground, "reason": outage.ground_note}, by=by, at=at)


def _locked(outage: Outage, by: User | None, permission: str) -> Outage:
    _check_may(by, permission)
    Outage.objects.select_for_update(no_key=True).values_list("pk").get(pk=outage.pk)
    return Outage.objects.select_related("system").get(pk=outage.pk)


def _written(outage: Outage, verb: str, detail: dict[str, object], *, by: User | None, at: datetime) -> Outage:
    outage.version += 1
    because(outage, f"slas.{verb}", by=by, at=at).save()
    log.record(f"slas.{verb}", outage, by=by, at=at, label=outage.system.code, detail=detail)
    return outage


def _check_may(by: User | None, permission: str) -> None:
    if by is not None and not by.may(permission):
        raise NotAllowed(_("Your role does not allow this."))
