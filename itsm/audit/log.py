"""Writing the audit log."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from django.db import models

from itsm.accounts.models import User
from itsm.audit import canonical, origin
from itsm.audit.enums import Outcome
from itsm.audit.models import Event
from itsm.privacy import masked


class Named(Protocol):
    """Somebody without an account who acts, such as a reporter with a tracking link."""

    name: str


def record(
    verb: str,
    about: models.Model | None,
    *,
    by: User | Named | None,
    at: datetime,
    label: str = "",
    outcome: Outcome = Outcome.DONE,
    detail: Mapping[str, object] | None = None,
) -> Event:
    """Write one event in the current transaction; `by=None` is the system.

    detail: only what JSON holds (moments as ISO text). Its link in the chain follows at commit. Patient
    data is masked for good: what cannot be deleted must not hold it.
    """
    event = _event(verb, about, by=by, at=at, label=label, outcome=outcome, detail=detail)
    event.save(force_insert=True)
    return event


class Said(NamedTuple):
    """What one of many events says; see `record`."""

    about: models.Model
    label: str
    detail: Mapping[str, object]


def record_all(verb: str, said: Iterable[Said], *, by: User | Named | None, at: datetime) -> None:
    """Write many events of one verb in one statement; else as `record`."""
    events = [_event(verb, s.about, by=by, at=at, label=s.label, outcome=Outcome.DONE, detail=s.detail) for s in said]
    Event.objects.bulk_create(events)


def _event(
    verb: str,
    about: models.Model | None,
    *,
    by: User | Named | None,
    at: datetime,
    label: str,
    outcome: Outcome,
    detail: Mapping[str, object] | None,
) -> Event:
    where = origin.current()
    event = Event(
        at=at,
        actor_id=by.pk if isinstance(by, User) else None,
        actor_name=masked(by.name) if by else "",
        verb=verb,
        outcome=outcome,
        object_type=about._meta.label_lower if about else "",
        object_id=about.pk if about else None,
        object_label=masked(label),
        detail=masked(dict(detail or {})),
        address=where.address,
        request_id=where.request_id,
    )
    event.body_hash = canonical.body_hash(event.__dict__)
    return event
