"""到期提醒: what expires, and telling the people who must see to it, once per level.

The outbox keeps one message per key; the key names the thing, its last day and the level. So a second
run tells nobody twice, a renewed paper begins anew, and after days of silence only the strongest level
is told.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.catalog import expiry
from itsm.catalog.enums import ContractState, PaperKind, Renewal, Validity
from itsm.catalog.models import Contract, ContractYear, Paper
from itsm.notifications import outbox
from itsm.notifications.enums import Occasion
from itsm.notifications.models import Message
from itsm.notifications.outbox import Notice

TOLD_ROLES = ("PM", "HIT", "HLD")


class Expiring(NamedTuple):
    """Something with a last day. `key` names it for the outbox; `what` is its kind in words."""

    key: str
    what: str
    name: str
    owner: str
    expires_on: date
    url: str

    def days_left(self, on: date) -> int:
        """Days until its last day."""
        return expiry.days_left(self.expires_on, on)

    def validity(self, on: date) -> Validity:
        """Whether it is over, or near enough to be told of."""
        left = self.days_left(on)
        return Validity.EXPIRED if left < 0 else Validity.SOON if left <= max(expiry.LEVELS) else Validity.VALID


@transaction.atomic
def remind(*, on: date, at: datetime) -> int:
    """Tell project manager and hospital IT about what expires in 90, 60, 30 days, today or has expired.

    on: the local day. at: the moment of the run. Returns how many people were told how often; a second run of
    the same day tells nobody.
    """
    people = list(User.objects.filter(is_active=True, roles__overlap=TOLD_ROLES).order_by("pk"))
    notices = [notice for row in expiring(on, days=max(expiry.LEVELS)) for notice in _notices(row, people, on)]
    told = _told(notices)
    fresh = [notice for notice in notices if _inbox_key(notice) not in told]
    outbox.send(fresh, at=at)
    return len(fresh)


def _inbox_key(notice: Notice) -> str:
    return f"{notice.dedup_key}:{notice.recipient.pk}"


def _told(notices: list[Notice]) -> set[str]:
    keys = [_inbox_key(notice) for notice in notices]
    return set(Message.objects.filter(dedup_key__in=keys).values_list("dedup_key", flat=True))


def expiring(on: date, *, days: int = expiry.HORIZON_DAYS) -> list[Expiring]:
    """What expires within so many days or has expired and was not renewed, the nearest first."""
    until = on + timedelta(days=days)
    rows = [*_papers(until), *_contracts(until), *_years(until)]
    return sorted(rows, key=lambda row: (row.expires_on, row.key))


def _papers(until: date) -> Iterator[Expiring]:
    for paper in Paper.objects.expiring(until).with_row():
        kind = PaperKind(paper.kind)
        where = f"{paper.vendor.name} · {paper.system.name}" if paper.system else paper.vendor.name
        yield Expiring(
            f"paper:{paper.pk}", str(kind.label), paper.name, where, paper.expires_on, paper.get_absolute_url()
        )


def _running() -> list[Contract]:
    return list(Contract.objects.filter(state=ContractState.IN_FORCE).select_related("contractor"))


def _contracts(until: date) -> Iterator[Expiring]:
    for contract in _running():
        if contract.end_on <= until:
            what = _("Service contract")
            url = contract.get_absolute_url()
            yield Expiring(
                f"contract:{contract.pk}", what, str(contract), contract.contractor.name, contract.end_on, url
            )


def _years(until: date) -> Iterator[Expiring]:
    """Contract years that are not decided on; the last one ends with the contract, which reminds by itself."""
    waiting = ContractYear.objects.filter(contract__state=ContractState.IN_FORCE, end_on__lte=until)
    waiting = waiting.filter(decision__in=("", Renewal.RECTIFY)).select_related("contract__contractor")
    for year in waiting:
        contract = year.contract
        if year.end_on != contract.end_on:
            name = _("%(contract)s, year %(index)s") % {"contract": contract.number, "index": year.index}
            url = reverse("catalog:contract", args=[contract.pk])
            yield Expiring(f"year:{year.pk}", _("Yearly renewal"), name, contract.contractor.name, year.end_on, url)


def _notices(row: Expiring, people: list[User], on: date) -> list[Notice]:
    level = expiry.level(row.expires_on, on)
    if level is None:
        return []
    key = f"expiry:{row.key}:{row.expires_on.isoformat()}:{level}"
    return [Notice(person, key, _title(row, on), row.owner, row.url, Occasion.REMINDERS) for person in people]


def _title(row: Expiring, on: date) -> str:
    left = row.days_left(on)
    words = {"what": row.what, "name": row.name, "days": abs(left), "date": row.expires_on.isoformat()}
    if left > 0:
        return (_("%(what)s “%(name)s” expires in %(days)s days (%(date)s)") % words)[:200]
    if left == 0:
        return (_("%(what)s “%(name)s” expires today") % words)[:200]
    return (_("%(what)s “%(name)s” expired on %(date)s") % words)[:200]
