"""What is no register, as a file all the same: contracts with their parameters and scope, the service catalogue,
what expires, the proofs of original service. Each holds the rows of its page, in their order.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.accounts.models import User
from itsm.catalog import papers
from itsm.catalog.enums import ContractState, ServiceRoot
from itsm.catalog.models import Contract, Parameter, ScopeRow, ServiceVersion, System
from itsm.catalog.reminders import Expiring
from itsm.pages.columns import ExportColumn
from itsm.pages.exports import AtHand, Listing


def _label(name: str) -> Any:
    """The words of the badge that the record has under this name."""
    return lambda record: str(getattr(record, name).label)


NUMBER = ExportColumn(gettext_lazy("Contract number"), "number", 18)
SYSTEM = ExportColumn(gettext_lazy("System"), "system.name", 24)
REMARK = ExportColumn(gettext_lazy("Remark"), "note", 40)


def contracts(rows: QuerySet[Contract], reader: User, *, on: date) -> Listing:
    """Every contract; its amount for those alone who may read amounts."""

    def elapsed(contract: Contract) -> int | None:
        return None if contract.state == ContractState.DRAFT else contract.span.percent_at(on)

    amount = (ExportColumn(gettext_lazy("amount in yuan"), "amount"),) if reader.may("catalog.amounts") else ()
    columns = (
        NUMBER,
        ExportColumn(gettext_lazy("Title"), "title", 40),
        ExportColumn(gettext_lazy("State"), _label("state_badge")),
        ExportColumn(gettext_lazy("hospital side"), "hospital", 30),
        ExportColumn(gettext_lazy("Contractor"), "contractor.name", 30),
        ExportColumn(gettext_lazy("Signed on"), "signed_on"),
        ExportColumn(gettext_lazy("last day"), "end_on"),
        ExportColumn(gettext_lazy("term in months"), "months"),
        *amount,
        ExportColumn(gettext_lazy("Elapsed, %"), elapsed),
        ExportColumn(gettext_lazy("Parameters not filled in"), "missing_count"),
    )
    return Listing("catalog.contract", _("Contracts"), columns, rows)


PARAMETERS = (
    ExportColumn(gettext_lazy("Code"), "code", 20),
    ExportColumn(gettext_lazy("Parameter"), "name", 40),
    ExportColumn(gettext_lazy("Clause"), "clause", 20),
    ExportColumn(gettext_lazy("Kind of value"), "get_kind_display"),
    ExportColumn(gettext_lazy("Value"), "value"),
    ExportColumn(gettext_lazy("Unit"), "unit"),
    ExportColumn(gettext_lazy("needed"), "is_needed"),
    ExportColumn(gettext_lazy("Filled in by"), "filled_by.name"),
    ExportColumn(gettext_lazy("Filled in at"), "filled_at", 20),
)


def parameters(contract: Contract) -> Listing:
    """The contract's parameters, also those that are still empty."""
    rows = Parameter.objects.filter(contract=contract).select_related("filled_by")
    return Listing("catalog.parameter", f"{_('Parameters')} {contract.number}", PARAMETERS, rows)


def _part(row: ScopeRow) -> str:
    return str(row.module or row.interface or _("The whole system"))


SCOPE = (
    ExportColumn(gettext_lazy("System code"), "system.code"),
    SYSTEM,
    ExportColumn(gettext_lazy("Module or interface"), _part, 30),
    ExportColumn(gettext_lazy("in scope"), "is_included"),
    ExportColumn(gettext_lazy("From"), "from_on"),
    ExportColumn(gettext_lazy("Until"), "to_on"),
    REMARK,
    ExportColumn(gettext_lazy("Recorded by"), "recorded_by.name"),
)


def scope(contract: Contract, rows: QuerySet[ScopeRow]) -> Listing:
    """What the contract covers and covered, row by row."""
    return Listing("catalog.scope", f"{_('Scope of the contract')} {contract.number}", SCOPE, rows)


def _root(version: ServiceVersion) -> str:
    return str(ServiceRoot(version.item.root).label)


SERVICES = (
    ExportColumn(gettext_lazy("Area of the catalogue"), _root, 20),
    ExportColumn(gettext_lazy("Code"), "item.code"),
    ExportColumn(gettext_lazy("Service item"), "name", 28),
    ExportColumn(gettext_lazy("Version"), "number"),
    ExportColumn(gettext_lazy("State"), _label("state_badge")),
    ExportColumn(gettext_lazy("Description"), "description", 50),
    ExportColumn(gettext_lazy("For whom"), "audience", 24),
    ExportColumn(gettext_lazy("Service time"), "hours", 20),
    ExportColumn(gettext_lazy("How to ask"), "channel", 24),
    ExportColumn(gettext_lazy("Service level"), "level", 30),
    ExportColumn(gettext_lazy("target in minutes"), "target_minutes"),
    ExportColumn(gettext_lazy("Deliverable"), "deliverable", 30),
    ExportColumn(gettext_lazy("Responsible party"), "responsible", 20),
    ExportColumn(gettext_lazy("Published at"), "published_at", 20),
)


def services(versions: Sequence[ServiceVersion]) -> Listing:
    """The catalogue as its page shows it."""
    return Listing("catalog.service", _("Service catalogue"), SERVICES, AtHand(versions))


def expiries(rows: Sequence[Expiring], *, on: date) -> Listing:
    """What expires or has expired, with the days that are left."""
    columns = (
        ExportColumn(gettext_lazy("Title"), "name", 36),
        ExportColumn(gettext_lazy("Kind"), "what", 20),
        ExportColumn(gettext_lazy("Vendor and system"), "owner", 36),
        ExportColumn(gettext_lazy("Valid until"), "expires_on"),
        ExportColumn(gettext_lazy("Days left"), lambda row: row.days_left(on)),
        ExportColumn(gettext_lazy("Validity"), lambda row: str(row.validity(on).label)),
    )
    return Listing("catalog.expiry", _("Expiries"), columns, AtHand(rows))


PROOFS = (
    ExportColumn(gettext_lazy("Code"), "code"),
    ExportColumn(gettext_lazy("System"), "name", 28),
    ExportColumn(gettext_lazy("Tier"), "tier"),
    ExportColumn(gettext_lazy("Vendor"), "vendor.name", 28),
    ExportColumn(gettext_lazy("Original service"), lambda system: str(papers.verdict(system).label)),
)


def proofs(rows: QuerySet[System]) -> Listing:
    """Every maintained system and whether a valid paper of its original vendor covers it."""
    return Listing("catalog.proof", _("Original service"), PROOFS, rows)
