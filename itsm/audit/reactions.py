"""Answers to events of rooms below: what happens to an account is written into the log."""

from django.apps import apps

from itsm.accounts.events import AccountActed
from itsm.accounts.models import User
from itsm.audit import log, origin
from itsm.audit.enums import Outcome
from itsm.events import Acted
from itsm.pages.events import ListExported


def write(event: AccountActed) -> None:
    """One row in the transaction of the verb; the browser is kept with it."""
    people = User.objects.in_bulk([pk for pk in (event.person_id, event.by_id) if pk])
    browser = origin.current().browser
    log.record(
        f"accounts.{event.verb}",
        people.get(event.person_id),
        by=people.get(event.by_id),
        at=event.at,
        label=event.label,
        outcome=Outcome.REFUSED if event.refused else Outcome.DONE,
        detail={**event.detail, **({"browser": browser} if browser else {})},
    )


def note_act(event: Acted) -> None:
    """One row in the transaction of the verb."""
    about = apps.get_model(event.model)(pk=event.record_id) if event.model else None
    by = User.objects.get(pk=event.by_id) if event.by_id else None
    log.record(event.verb, about, by=by, at=event.at, label=event.label[:80], detail=event.detail)


def note_export(event: ListExported) -> None:
    """One row: who took which list, how many rows of it, narrowed by what."""
    asked = [f"{name}: {value}" for name, value in event.asked.items()]
    log.record(
        "lists.export",
        None,
        by=User.objects.get(pk=event.by_id),
        at=event.at,
        label=event.title[:80],
        detail={"list": event.code, "format": event.kind, "rows": event.rows, "filters": asked},
    )
