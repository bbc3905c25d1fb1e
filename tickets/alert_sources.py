"""Monitoring systems that may open tickets: the administrator's verbs; `by` is None for the system.

A secret is shown once and kept sealed.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.translation import gettext as _

from itsm import sealing
from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import NotAllowed
from tickets.records import AlertSeverity, AlertSource

PURPOSE = b"alert sources\0"
COLUMNS = ("slug", "name", "system", "department", "is_active")
# What the words of common monitoring systems mean: impact and urgency. Administrators may change the rows.
_SEVERITIES = {
    "disaster": (1, 1),
    "critical": (1, 2),
    "high": (2, 1),
    "error": (2, 2),
    "average": (2, 2),
    "warning": (2, 3),
    "information": (3, 3),
    "info": (3, 3),
    "not classified": (3, 3),
}


def seed() -> int:
    """Create the severities that are missing; return how many."""
    kept = set(AlertSeverity.objects.values_list("word", flat=True))
    rows = [
        AlertSeverity(word=word, impact=impact, urgency=urgency)
        for word, (impact, urgency) in _SEVERITIES.items()
        if word not in kept
    ]
    return len(AlertSeverity.objects.bulk_create(rows))


@transaction.atomic
def add(*, by: User | None, at: datetime, columns: Mapping[str, object]) -> tuple[AlertSource, str]:
    """A new source; return it with its secret, which is not shown again. Raises NotAllowed."""
    _check_may(by)
    secret = _new_secret()
    source = AlertSource(**columns, sealed_secret=_seal(secret), rotated_at=at, made_by=by)
    source.save()
    log.record("tickets.alert_source", source, by=by, at=at, label=source.slug, detail={"added": source.slug})
    return source, secret


@transaction.atomic
def change(source: AlertSource, *, by: User | None, at: datetime, columns: Mapping[str, object]) -> AlertSource:
    """Another name, system or department, or out of use. Raises NotAllowed."""
    _check_may(by)
    source = _locked(source)
    altered = [name for name in COLUMNS if getattr(source, name) != columns.get(name, getattr(source, name))]
    for name in altered:
        setattr(source, name, columns[name])
    source.save()
    log.record("tickets.alert_source", source, by=by, at=at, label=source.slug, detail={"changed": altered})
    return source


@transaction.atomic
def rotate(source: AlertSource, *, by: User | None, at: datetime) -> tuple[AlertSource, str]:
    """A new secret; the old one stops working at once. Return it: it is not shown again. Raises NotAllowed."""
    _check_may(by)
    source, secret = _locked(source), _new_secret()
    source.sealed_secret, source.rotated_at = _seal(secret), at
    source.save()
    log.record("tickets.alert_source", source, by=by, at=at, label=source.slug, detail={"rotated": source.slug})
    return source, secret


def secret_of(source: AlertSource) -> str:
    """The source's secret. Raises ImproperlyConfigured when SECRET_KEY was changed since."""
    try:
        return sealing.unseal(source.sealed_secret, purpose=PURPOSE)
    except sealing.InvalidToken as error:
        raise ImproperlyConfigured(f"SECRET_KEY was changed: make a new secret for {source.slug}.") from error


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _seal(secret: str) -> bytes:
    return sealing.seal(secret, purpose=PURPOSE)


def _locked(source: AlertSource) -> AlertSource:
    return AlertSource.objects.select_for_update(no_key=True).get(pk=source.pk)


def _check_may(by: User | None) -> None:
    if by is not None and not by.may("tickets.alert_sources"):
        raise NotAllowed(_("Your role does not allow this."))
