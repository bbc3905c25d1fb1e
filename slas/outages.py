"""停机: a system is out, is there again, and what is not held against the contractor.

Each verb: lock the row, who may, does the state allow, write, audit row. Each returns the locked, fresh record.
"""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog.models import System
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from itsm.versions import because
from slas.enums import Ground, OutageKind
from slas.models import Outage

BEFORE, AFTERWARDS = "slas.outages", "slas.exclude_outage"  # who cancels a window, from its beginning on the hospital


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
    _check_forward(started_at, until)
    if not reason.strip():
        raise RuleBroken(_("What happened?"))
    _check_alone(system, started_at, until)
    kind = OutageKind.PLANNED if until else OutageKind.UNPLANNED
    outage = Outage(
        system=system, kind=kind, started_at=started_at, planned_until=until, reason=reason.strip(), noted_by=by
    )
    because(outage, "slas.begin_outage", by=by, at=at).save(force_insert=True)
    log.record("slas.begin_outage", outage, by=by, at=at, label=system.code, detail=_times(outage))
    return outage


def _check_alone(
    system: System, started_at: datetime, until: datetime | None, *, besides: Outage | None = None
) -> None:
    """besides: the one that is moved, which is not in its own way."""
    lasting = Outage.objects.open().filter(system=system).exclude(pk=besides.pk if besides else None)
    if until is None and lasting.filter(kind=OutageKind.UNPLANNED).exists():
        raise TransitionRefused(_("%(system)s is noted as out already.") % {"system": system})
    if until and lasting.filter(planned_until__gt=started_at, started_at__lt=until).exists():
        raise TransitionRefused(_("%(system)s has an agreed window at that time already.") % {"system": system})


def _check_forward(started_at: datetime, until: datetime | None) -> None:
    if until is not None and until <= started_at:
        raise RuleBroken(_("The window ends before it begins."))


@transaction.atomic
def reschedule(
    outage: Outage, *, by: User | None, at: datetime, started_at: datetime, until: datetime, reason: str
) -> Outage:
    """改期: the agreed window takes place at another time.

    Raises NotAllowed, TransitionRefused (no window, over, cancelled, begun, or another window of the system lies
    there), RuleBroken (not ahead of `at`, ends before it begins, no reason).
    """
    System.objects.select_for_update(no_key=True).get(pk=outage.system_id)  # as begin: no two windows at once
    outage = _locked(outage, by, "slas.outages")
    _check_window(outage)
    if not outage.is_ahead(at):
        raise TransitionRefused(_("It has begun and is not moved any more: what it takes longer counts as unplanned."))
    if started_at <= at:
        raise RuleBroken(_("The new window does not lie in the future."))
    _check_forward(started_at, until)
    _check_reason(reason)
    _check_alone(outage.system, started_at, until, besides=outage)
    before = _times(outage)
    outage.started_at, outage.planned_until = started_at, until
    detail = {"before": before, "after": _times(outage), "reason": reason.strip()}
    return _written(outage, "reschedule_outage", detail, by=by, at=at)


def can_reschedule(user: User, outage: Outage, *, at: datetime) -> bool:
    """Whether this person may move the window at that moment."""
    return user.may("slas.outages") and outage.is_ahead(at)


@transaction.atomic
def cancel(outage: Outage, *, by: User | None, at: datetime, reason: str) -> Outage:
    """取消: the agreed window does not take place. Once it has begun that is evidence, and the hospital's to say.

    Raises NotAllowed, TransitionRefused (no window, over or cancelled already), RuleBroken without a reason.
    """
    outage = _locked(outage, by, BEFORE, AFTERWARDS)
    _check_window(outage)
    if by is not None and not can_cancel(by, outage, at=at):
        raise NotAllowed(_("Before it begins, whoever notes outages cancels a window; after that the hospital."))
    _check_reason(reason)
    outage.cancelled_at, outage.cancel_reason = at, reason.strip()
    return _written(outage, "cancel_outage", {**_times(outage), "reason": outage.cancel_reason}, by=by, at=at)


def can_cancel(user: User, outage: Outage, *, at: datetime) -> bool:
    """Whether this person may cancel the window at that moment."""
    is_open_window = outage.kind == OutageKind.PLANNED and outage.is_open
    return is_open_window and user.may(BEFORE if outage.is_ahead(at) else AFTERWARDS)


def _check_window(outage: Outage) -> None:
    if outage.kind != OutageKind.PLANNED:
        raise TransitionRefused(_("Only an agreed window is moved or cancelled."))
    _check_open(outage)


def _check_open(outage: Outage) -> None:
    if outage.is_cancelled:
        raise TransitionRefused(_("This window was cancelled."))
    if not outage.is_open:
        raise TransitionRefused(_("This outage is over already."))


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken(_("Please give the reason."))


def _times(outage: Outage) -> dict[str, str]:
    """Both in the same zone, so that what is given and what was stored can be read side by side."""
    until = outage.planned_until
    return {
        "started_at": localtime(outage.started_at).isoformat(),
        "until": localtime(until).isoformat() if until else "",
    }


@transaction.atomic
def restore(outage: Outage, *, by: User | None, at: datetime, restored_at: datetime) -> Outage:
    """恢复: the system is there again.

    Raises NotAllowed, TransitionRefused (restored or cancelled already), RuleBroken (before it began, or ahead of
    time).
    """
    outage = _locked(outage, by, "slas.outages")
    _check_open(outage)
    if not outage.started_at < restored_at <= at:
        raise RuleBroken(_("The system came back after it went, and not ahead of time."))
    outage.restored_at = restored_at
    return _written(outage, "restore_outage", {"restored_at": restored_at.isoformat()}, by=by, at=at)


@transaction.atomic
def exclude(outage: Outage, *, by: User | None, at: datetime, ground: str, note: str) -> Outage:
    """不计: the hospital decides that an outage is not held against the contractor, and says why.

    Raises NotAllowed, TransitionRefused (a cancelled window counts nowhere anyway), RuleBroken without a remark.
    """
    outage = _locked(outage, by, "slas.exclude_outage")
    if outage.is_cancelled:
        raise TransitionRefused(_("This window was cancelled."))
    _check_reason(note)
    outage.ground, outage.ground_note = Ground(ground), note.strip()
    return _written(outage, "exclude_outage", {"ground": outage.ground, "reason": outage.ground_note}, by=by, at=at)


def _locked(outage: Outage, by: User | None, *permissions: str) -> Outage:
    _check_may(by, *permissions)
    Outage.objects.select_for_update(no_key=True).values_list("pk").get(pk=outage.pk)
    return Outage.objects.select_related("system").get(pk=outage.pk)


def _written(outage: Outage, verb: str, detail: dict[str, object], *, by: User | None, at: datetime) -> Outage:
    outage.version += 1
    because(outage, f"slas.{verb}", by=by, at=at).save()
    log.record(f"slas.{verb}", outage, by=by, at=at, label=outage.system.code, detail=detail)
    return outage


def _check_may(by: User | None, *permissions: str) -> None:
    """One of the permissions is enough."""
    if by is not None and not any(by.may(permission) for permission in permissions):
        raise NotAllowed(_("Your role does not allow this."))
