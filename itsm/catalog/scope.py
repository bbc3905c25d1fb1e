"""范围: what the contract covers on a day. The rows are the authority; a flag of a module is only the start."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog import coverage
from itsm.catalog.coverage import Target
from itsm.catalog.enums import ContractState
from itsm.catalog.models import Contract, Interface, Module, ScopeRow, System
from itsm.catalog.permissions import check_may
from itsm.catalog.terms import ONE_DAY
from itsm.errors import RuleBroken, TransitionRefused

Part = System | Module | Interface


class Scope:
    """The scope on one day, read once; then asked about as many things as a page shows.

    Without a contract in force on that day, or with one that lists no scope at all, the flags of the
    systems and modules count.
    """

    def __init__(self, on: date) -> None:
        self.on = on
        self.contract = in_force(on)
        rows = ScopeRow.objects.filter(contract=self.contract) if self.contract else ()
        self.rows = [row_of(row) for row in rows]

    def covers(self, part: Part) -> bool:
        """Whether the contract covers it: its own row, else its system's, else it is outside."""
        if not self.rows:
            return _flag(part)
        return bool(coverage.covered(self.rows, target_of(part), self.on))


def is_in_scope(part: Part, *, on: date) -> bool:
    """Whether the contract covers this system, module or interface on that day."""
    return Scope(on).covers(part)


def in_force(on: date) -> Contract | None:
    """The contract of that day, if there is one."""
    signed = Contract.objects.exclude(state=ContractState.DRAFT).filter(signed_on__lte=on)
    return next((contract for contract in signed if contract.span.holds(on)), None)


def target_of(part: Part) -> Target:
    """A system, module or interface as the scope knows it."""
    if isinstance(part, System):
        return Target(part.pk)
    if isinstance(part, Module):
        return Target(part.system_id, module_id=part.pk)
    return Target(part.system_id, interface_id=part.pk)


def row_of(row: ScopeRow) -> coverage.Row:
    """A stored row for the rule."""
    target = Target(row.system_id, row.module_id, row.interface_id)
    return coverage.Row(target, row.is_included, row.from_on, row.to_on)


@transaction.atomic
def change(
    contract: Contract,
    *,
    by: User | None,
    at: datetime,
    parts: Iterable[Part],
    is_included: bool,
    from_on: date,
    note: str = "",
) -> list[ScopeRow]:
    """Take these into the scope, or out of it, from a day on; what was agreed until then stays.

    Before the signing and during the term. Raises RuleBroken if a day lies outside the term or if a later
    agreement about the same thing is there already; parts that already stand as wished are left alone.
    """
    contract = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    check_may(by, "catalog.change_scope")
    if contract.state == ContractState.ENDED:
        raise TransitionRefused(_("The contract has ended."))
    if not contract.span.holds(from_on):
        raise RuleBroken(_("That day lies outside the contract's term."))
    rows = list(contract.scope_rows.all())
    added = [row for part in parts if (row := _placed(contract, part, rows, is_included, from_on))]
    for row in added:
        row.note, row.recorded_by, row.recorded_at = note, by, at
        row.save(force_insert=True)
    detail = {
        "included": is_included,
        "from": from_on.isoformat(),
        "parts": [str(row) for row in added],
        "reason": note,
    }
    log.record("catalog.change_scope", contract, by=by, at=at, label=contract.number, detail=detail)
    return added


def _placed(contract: Contract, part: Part, rows: list[ScopeRow], is_included: bool, from_on: date) -> ScopeRow | None:
    """The row to add, with the running one ended the day before; None if it says so already."""
    target = target_of(part)
    own = [row for row in rows if row_of(row).target == target and (row.to_on is None or row.to_on >= from_on)]
    if any(row.from_on > from_on for row in own):
        raise RuleBroken(_("There is a later agreement about %(name)s.") % {"name": part})
    for row in own:
        if row.is_included == is_included:
            return None
        if row.from_on == from_on:
            raise RuleBroken(_("%(name)s was agreed on for that very day.") % {"name": part})
        row.to_on = from_on - ONE_DAY
        row.save(update_fields=["to_on"])
    keys = {"system_id": target.system_id, "module_id": target.module_id, "interface_id": target.interface_id}
    return ScopeRow(contract=contract, is_included=is_included, from_on=from_on, **keys)


def _flag(part: Part) -> bool:
    if isinstance(part, System):
        return part.in_scope
    own = getattr(part, "in_scope", True)
    return own and part.system.in_scope
