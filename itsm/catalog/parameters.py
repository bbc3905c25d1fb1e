"""The contract's parameters: every figure that the tender leaves open, and those that it fixes."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog import seeding, values
from itsm.catalog.enums import ContractState
from itsm.catalog.models import Contract, Parameter
from itsm.catalog.permissions import check_may
from itsm.errors import Conflict, RuleBroken, TransitionRefused
from itsm.versions import create_all

_COLUMNS = ("code", "name", "clause", "kind", "unit", "value", "suggestion", "is_needed")


def lay_out(contract: Contract) -> None:
    """List the tender's parameters for a new contract; what the tender itself fixes is filled in."""
    rows = seeding.read("parameters")
    create_all(
        Parameter,
        (
            Parameter(contract=contract, position=place, **{name: row[name] for name in _COLUMNS if name in row})
            for place, row in enumerate(rows, start=1)
        ),
    )


@transaction.atomic
def fill(parameter: Parameter, *, by: User | None, at: datetime, value: str, before: str) -> Parameter:
    """Write the value in, or take it out (""). before: the value that the person saw.

    The text must be of the parameter's kind. Raises RuleBroken, Conflict, or TransitionRefused once the
    contract has ended.
    """
    parameter = _locked(parameter)
    check_may(by, "catalog.draft_contract")
    if parameter.contract.state == ContractState.ENDED:
        raise TransitionRefused(_("The contract has ended."))
    if parameter.value != before:
        raise Conflict(
            _("Somebody else has filled in this parameter meanwhile: %(value)s.") % {"value": parameter.value}
        )
    parameter.value = _checked(parameter, value)
    parameter.filled_by, parameter.filled_at = by, at
    parameter.save()
    detail = {"changes": {parameter.code: [before, parameter.value]}}
    log.record("catalog.fill_parameter", parameter, by=by, at=at, label=_label(parameter), detail=detail)
    return parameter


def missing(contract: Contract) -> QuerySet[Parameter]:
    """未填: what is needed and still empty."""
    return contract.parameters.filter(is_needed=True, value="")


def value_of(contract: Contract, code: str) -> values.Value | None:
    """The typed value of a parameter; None while it is empty. Raises Parameter.DoesNotExist."""
    return contract.parameters.get(code=code).typed


def _locked(parameter: Parameter) -> Parameter:
    rows = Parameter.objects.select_for_update(no_key=True, of=("self",)).select_related("contract")
    return rows.get(pk=parameter.pk)


def _checked(parameter: Parameter, value: str) -> str:
    value = value.strip()
    if not value:
        return ""
    try:
        return values.written(values.parse(parameter.kind, value))
    except ValueError as error:
        words = {"name": parameter.name, "kind": parameter.get_kind_display()}
        raise RuleBroken(_("“%(name)s” takes: %(kind)s.") % words) from error


def _label(parameter: Parameter) -> str:
    return f"{parameter.contract.number} {parameter.code}"
