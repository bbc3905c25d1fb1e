"""Phases of the project: laid out at the signing with their checklists, ticked off, finished."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog import seeding, terms
from itsm.catalog.enums import PhaseKind
from itsm.catalog.models import ChecklistItem, Contract, Phase
from itsm.catalog.permissions import check_may
from itsm.errors import RuleBroken, TransitionRefused
from itsm.versions import create_all


def lay_out(contract: Contract) -> None:
    """Create the three phases with their checklists, or move them to a changed term; a finished one stays."""
    spans = terms.phases(contract.signed_on, contract.months, contract.initial_months, contract.trial_months)
    kept = {phase.kind: phase for phase in contract.phases.all()}
    for kind, span in zip(PhaseKind, spans, strict=True):
        phase = kept.get(kind) or Phase(contract=contract, kind=kind)
        if phase.finished_at is None:
            phase.start_on, phase.end_on = span
            phase.save()
        if kind not in kept:
            _list_items(phase)


def _list_items(phase: Phase) -> None:
    rows = [row for row in seeding.read("checklists") if row["phase"] == phase.kind]
    create_all(
        ChecklistItem,
        (
            ChecklistItem(phase=phase, text=row["text"], is_mandatory=row["mandatory"], position=place)
            for place, row in enumerate(rows, start=1)
        ),
    )


@transaction.atomic
def add_item(phase: Phase, *, by: User | None, at: datetime, text: str, is_mandatory: bool = True) -> ChecklistItem:
    """Ask for one thing more before the phase ends."""
    phase = _begin(phase, "catalog.draft_contract", by=by)
    if phase.items.filter(text=text).exists():
        raise RuleBroken(_("This item is on the list already."))
    item = ChecklistItem.objects.create(
        phase=phase, text=text, is_mandatory=is_mandatory, position=phase.items.count() + 1
    )
    _record("add_checklist_item", item, by=by, at=at)
    return item


@transaction.atomic
def tick(item: ChecklistItem, *, by: User | None, at: datetime, note: str = "") -> ChecklistItem:
    """Done. note: evidence or remark."""
    item = _open_item(item, "catalog.draft_contract", by=by, settled=False)
    item.done_by, item.done_at, item.note = by, at, note
    item.save()
    _record("tick", item, by=by, at=at, reason=note)
    return item


@transaction.atomic
def waive(item: ChecklistItem, *, by: User | None, at: datetime, reason: str) -> ChecklistItem:
    """The hospital does without it, with a reason."""
    item = _open_item(item, "catalog.sign_contract", by=by, settled=False)
    if not reason.strip():
        raise RuleBroken(_("Please give the reason."))
    item.done_by, item.done_at, item.waiver = by, at, reason
    item.save()
    _record("waive", item, by=by, at=at, reason=reason)
    return item


@transaction.atomic
def untick(item: ChecklistItem, *, by: User | None, at: datetime) -> ChecklistItem:
    """It was ticked by mistake: open again."""
    item = _open_item(item, "catalog.draft_contract", by=by, settled=True)
    if item.waiver:
        check_may(by, "catalog.sign_contract")
    item.done_by, item.done_at, item.note, item.waiver = None, None, "", ""
    item.save()
    _record("untick", item, by=by, at=at)
    return item


@transaction.atomic
def finish(phase: Phase, *, by: User | None, at: datetime) -> Phase:
    """The hospital closes the phase; refused while a mandatory item is open."""
    phase = _begin(phase, "catalog.sign_contract", by=by)
    waiting = phase.items.filter(is_mandatory=True, done_at=None).count()
    if waiting:
        raise RuleBroken(_("%(count)s mandatory items are still open.") % {"count": waiting})
    phase.finished_by, phase.finished_at = by, at
    phase.save()
    log.record("catalog.finish_phase", phase, by=by, at=at, label=_label(phase))
    return phase


def _begin(phase: Phase, permission: str, *, by: User | None) -> Phase:
    phase = Phase.objects.select_for_update(no_key=True, of=("self",)).select_related("contract").get(pk=phase.pk)
    check_may(by, permission)
    if phase.finished_at:
        raise TransitionRefused(_("This phase is finished already."))
    return phase


def _open_item(item: ChecklistItem, permission: str, *, by: User | None, settled: bool) -> ChecklistItem:
    """The fresh item under its phase's lock; refused unless it is settled, or open, as the verb takes it."""
    phase = _begin(item.phase, permission, by=by)
    item = phase.items.select_related("phase__contract").get(pk=item.pk)
    if (item.done_at is not None) != settled:
        raise TransitionRefused(_("Somebody else has changed this item meanwhile."))
    return item


def _label(phase: Phase) -> str:
    return f"{phase.contract.number} {phase.kind}"


def _record(verb: str, item: ChecklistItem, *, by: User | None, at: datetime, reason: str = "") -> None:
    detail = {"item": item.text, "reason": reason}
    log.record(f"catalog.{verb}", item, by=by, at=at, label=_label(item.phase), detail=detail)
