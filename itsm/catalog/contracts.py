"""The verbs of a contract: draft, revise, sign, amend, end.

Each: lock the row, who may, does the state allow, write, audit row. `at` is the moment of the act. Each
returns the locked, fresh record and raises NotAllowed, TransitionRefused, Conflict or RuleBroken with
nothing written.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog import parameters, phases, years
from itsm.catalog.checks import check_whole
from itsm.catalog.enums import ContractState
from itsm.catalog.models import Amendment, Contract
from itsm.catalog.permissions import check_may
from itsm.errors import Conflict, RuleBroken, TransitionRefused
from itsm.versions import because

DRAFTED = (
    *("number", "title", "hospital", "contractor", "signed_on"),
    *("months", "initial_months", "trial_months", "amount", "scope_text"),
)
AGREED = ("title", "months", "initial_months", "trial_months", "amount", "scope_text")


@transaction.atomic
def draft(*, by: User | None, at: datetime, **agreed: Any) -> Contract:
    """Write down a contract that is not yet in force, with the tender's list of parameters to fill.

    agreed: the columns of DRAFTED. Raises FieldsRefused if they do not fit together.
    """
    check_may(by, "catalog.draft_contract")
    contract = Contract(**agreed)
    check_whole(contract)
    because(contract, "catalog.draft_contract", by=by, at=at).save(force_insert=True)
    parameters.lay_out(contract)
    _record("draft", contract, by=by, at=at, detail=_plain(agreed))
    return contract


@transaction.atomic
def revise(contract: Contract, *, by: User | None, at: datetime, version: int, changes: Mapping[str, Any]) -> Contract:
    """Correct a draft. version: the one that the person saw. Raises Conflict if it is no longer that one."""
    contract = _begin(contract, "catalog.draft_contract", by=by, states=(ContractState.DRAFT,))
    _check_version(contract, version)
    return _written(contract, "revise", changes, by=by, at=at)


@transaction.atomic
def sign(contract: Contract, *, by: User | None, at: datetime) -> Contract:
    """签订: the contract is in force; its years and phases are laid out from the signing date.

    One project has one contract at a time: refused while another one is in force on a day of this term.
    """
    contract = _begin(contract, "catalog.sign_contract", by=by, states=(ContractState.DRAFT,))
    _check_alone(contract)
    contract.state = ContractState.IN_FORCE
    _save(because(contract, "catalog.sign_contract", by=by, at=at))
    _keep(contract, 1, agreed_on=contract.signed_on, reason="", by=by, at=at)
    years.lay_out(contract)
    phases.lay_out(contract)
    _record("sign", contract, by=by, at=at)
    return contract


@transaction.atomic
def amend(
    contract: Contract,
    *,
    by: User | None,
    at: datetime,
    version: int,
    agreed_on: date,
    reason: str,
    changes: Mapping[str, Any],
) -> Contract:
    """补充协议: agree on something else from now on; what was agreed before stays as a row of its own.

    The years and phases follow a changed term, except those that are decided or finished already.
    """
    contract = _begin(contract, "catalog.sign_contract", by=by, states=(ContractState.IN_FORCE,))
    _check_version(contract, version)
    if agreed_on < contract.signed_on:
        raise RuleBroken(_("An amendment cannot be agreed before the contract was signed."))
    contract = _written(contract, "amend", changes, by=by, at=at, reason=reason)
    number = contract.amendments.count() + 1
    _keep(contract, number, agreed_on=agreed_on, reason=reason, by=by, at=at)
    years.lay_out(contract)
    phases.lay_out(contract)
    return contract


@transaction.atomic
def end(contract: Contract, *, by: User | None, at: datetime, reason: str) -> Contract:
    """终止: the contract is over; it reminds nobody any more."""
    contract = _begin(contract, "catalog.sign_contract", by=by, states=(ContractState.IN_FORCE,))
    contract.state = ContractState.ENDED
    _save(because(contract, "catalog.end_contract", by=by, at=at))
    _record("end", contract, by=by, at=at, detail={"reason": reason})
    return contract


def lock(contract: Contract) -> Contract:
    """The fresh record, locked until the transaction ends; whatever belongs to it is written under this lock."""
    return Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)


def _begin(contract: Contract, permission: str, *, by: User | None, states: tuple[ContractState, ...]) -> Contract:
    contract = lock(contract)
    check_may(by, permission)
    if contract.state not in states:
        words = {"number": contract.number, "state": contract.state_badge.label}
        raise TransitionRefused(_("Contract %(number)s is “%(state)s”; this is not possible now.") % words)
    return contract


def _check_version(contract: Contract, version: int) -> None:
    if contract.version != version:
        raise Conflict(_("Somebody else has changed the contract meanwhile."))


def _check_alone(contract: Contract) -> None:
    others = Contract.objects.filter(state=ContractState.IN_FORCE).exclude(pk=contract.pk)
    for other in others:
        if other.signed_on <= contract.end_on and contract.signed_on <= other.end_on:
            raise RuleBroken(_("Contract %(number)s is in force at that time already.") % {"number": other.number})


def _written(
    contract: Contract, verb: str, changes: Mapping[str, Any], *, by: User | None, at: datetime, reason: str = ""
) -> Contract:
    """Write the columns that differ and say in the audit row what they were."""
    before = {name: getattr(contract, name) for name in changes}
    for name, value in changes.items():
        setattr(contract, name, value)
    check_whole(contract)
    _save(because(contract, f"catalog.{verb}_contract", by=by, at=at))
    differing = {name: [str(old), str(changes[name])] for name, old in before.items() if old != changes[name]}
    _record(verb, contract, by=by, at=at, detail={"reason": reason, "changes": differing})
    return contract


def _save(contract: Contract) -> None:
    contract.version += 1
    contract.save()


def _keep(contract: Contract, number: int, *, agreed_on: date, reason: str, by: User | None, at: datetime) -> None:
    agreed = {name: getattr(contract, name) for name in AGREED}
    Amendment.objects.create(
        contract=contract, number=number, agreed_on=agreed_on, reason=reason, recorded_by=by, recorded_at=at, **agreed
    )


def _record(
    verb: str, contract: Contract, *, by: User | None, at: datetime, detail: Mapping[str, Any] | None = None
) -> None:
    log.record(f"catalog.{verb}_contract", contract, by=by, at=at, label=contract.number, detail=detail)


def _plain(agreed: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in agreed.items()}
