"""The verbs of the scheme: draft the next version, change the draft, throw it away, publish it.

A published version is frozen. Refusals write nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog.checks import check_whole
from itsm.catalog.enums import VersionState
from itsm.errors import Conflict, FieldsRefused, NotAllowed, TransitionRefused
from itsm.reports.assessment import defaults, faults, permissions
from itsm.reports.assessment.models import Band, DeductionRule, Item, Scheme
from itsm.versions import because, create_all

PARTS: dict[str, type[models.Model]] = {"item": Item, "band": Band, "rule": DeductionRule}
# What a row of each part says, in the order of its list.
SAYS: dict[str, tuple[str, ...]] = {
    "item": ("weight", "goal", "loss"),
    "band": ("floor", "colour"),
    "rule": ("points", "cap", "source", "amount"),
}


@transaction.atomic
def draft(*, by: User | None, at: datetime) -> Scheme:
    """起草: a copy of the newest published version, or the house's own proposal where there is none.

    Raises NotAllowed, TransitionRefused when a draft is there already.
    """
    permissions.check_may(by, "reports.draft_scheme")
    if Scheme.objects.select_for_update().filter(state=VersionState.DRAFT).exists():
        raise TransitionRefused(_("A draft is there already."))
    last = Scheme.objects.aggregate(last=Max("number"))["last"] or 0
    source = Scheme.objects.latest_published()
    name = source.name if source else str(defaults.NAME)
    scheme = Scheme(number=last + 1, name=name, drafted_by=by, drafted_at=at)
    because(scheme, "reports.draft_scheme", by=by, at=at).save(force_insert=True)
    for model in PARTS.values():
        rows = model.objects.filter(scheme=source).order_by("pk") if source else defaults.rows(model)
        create_all(model, [because(_copy(row, scheme), "reports.draft_scheme", by=by, at=at) for row in rows])
    _record("draft_scheme", scheme, by=by, at=at, detail={"copied": source.label if source else ""})
    return scheme


def _copy(part: models.Model, scheme: Scheme) -> models.Model:
    values = {field.attname: getattr(part, field.attname) for field in part._meta.concrete_fields}
    return type(part)(**{**values, "id": None, "scheme_id": scheme.pk})


@transaction.atomic
def describe(scheme: Scheme, *, by: User | None, at: datetime, version: int, name: str) -> Scheme:
    """Call the draft by another name. version: the one that was seen. Raises as `add` does."""
    scheme = _drafted(scheme, by=by, version=version)
    scheme.name = name.strip()
    check_whole(scheme)
    return _changed(scheme, "describe_scheme", by=by, at=at, detail={"name": scheme.name})


@transaction.atomic
def add(
    scheme: Scheme, part: str, *, by: User | None, at: datetime, version: int, rows: Iterable[Mapping[str, Any]]
) -> Scheme:
    """Write further rows into the draft. part: item, band or rule. version: the one that was seen.

    Raises NotAllowed, TransitionRefused, Conflict when somebody saved meanwhile, FieldsRefused naming the field.
    """
    scheme = _drafted(scheme, by=by, version=version)
    for values in rows:
        row = _written(PARTS[part](scheme=scheme), part, values, by=by, at=at)
        scheme = _changed(scheme, f"add_{part}", by=by, at=at, detail=_detail(part, None, row))
    return scheme


@transaction.atomic
def put(
    scheme: Scheme, part: str, *, by: User | None, at: datetime, version: int, pk: int, values: Mapping[str, Any]
) -> Scheme:
    """Write a row of the draft anew. Raises as `add` does; Conflict also when the row is no longer there."""
    scheme = _drafted(scheme, by=by, version=version)
    before = _row(scheme, part, pk)
    row = _written(_row(scheme, part, pk), part, values, by=by, at=at)
    return _changed(scheme, f"put_{part}", by=by, at=at, detail=_detail(part, before, row))


@transaction.atomic
def remove(scheme: Scheme, part: str, *, by: User | None, at: datetime, version: int, pk: int) -> Scheme:
    """Take a row out of the draft. Raises as `put` does."""
    scheme = _drafted(scheme, by=by, version=version)
    row = _row(scheme, part, pk)
    detail = _detail(part, row, None)
    because(row, f"reports.remove_{part}", by=by, at=at).delete()
    return _changed(scheme, f"remove_{part}", by=by, at=at, detail=detail)


def _row(scheme: Scheme, part: str, pk: int) -> models.Model:
    row = PARTS[part].objects.filter(scheme=scheme, pk=pk).first()
    if row is None:
        raise Conflict(_("Somebody else has taken this out of the draft meanwhile."))
    return row


def _written(row: models.Model, part: str, values: Mapping[str, Any], *, by: User | None, at: datetime) -> models.Model:
    for name, value in values.items():
        setattr(row, name, value)
    check_whole(row)
    because(row, f"reports.put_{part}", by=by, at=at).save()
    return row


def _detail(part: str, before: models.Model | None, after: models.Model | None) -> dict[str, str]:
    """The row by name, and what it said and says."""
    said = (_said(part, row) if row else "" for row in (before, after))
    return {"row": str(after or before), **dict(zip(("before", "after"), said, strict=True))}


def _said(part: str, row: models.Model) -> str:
    pairs = ((row._meta.get_field(name).verbose_name, getattr(row, name)) for name in SAYS[part])
    return " · ".join(f"{label} {'—' if value is None else value}" for label, value in pairs)


@transaction.atomic
def discard(scheme: Scheme, *, by: User | None, at: datetime) -> None:
    """放弃草稿: what is published stays as it is. Raises NotAllowed, TransitionRefused."""
    scheme = _drafted(scheme, by=by)
    _record("discard_scheme", scheme, by=by, at=at, detail={})
    for model in PARTS.values():
        for row in model.objects.filter(scheme=scheme):
            because(row, "reports.discard_scheme", by=by, at=at).delete()
    because(scheme, "reports.discard_scheme", by=by, at=at).delete()


@transaction.atomic
def publish(scheme: Scheme, *, by: User | None, at: datetime, since_on: date, note: str) -> Scheme:
    """发布: months from `since_on` on are assessed by this version; what was assessed keeps its own.

    Raises NotAllowed to whoever has written on the draft: two people answer for a scheme; FieldsRefused with every
    fault of the whole, of the month and of the note; TransitionRefused.
    """
    scheme = _drafted(scheme, by=by, permission="reports.publish_scheme")
    if permissions.has_written(scheme, by):
        raise NotAllowed(_("Whoever has written on the draft does not publish it; somebody else must."))
    found = faults.of_publishing(scheme, since_on=since_on, note=note)
    if whole := [fault.sentence for fault in faults.of(scheme)]:
        found[""] = whole
    if found:
        raise FieldsRefused(found)
    scheme.state, scheme.note, scheme.since_on = VersionState.PUBLISHED, note.strip(), since_on
    scheme.published_by, scheme.published_at = by, at
    because(scheme, "reports.publish_scheme", by=by, at=at).save()
    detail = {"since": since_on.isoformat(), "reason": scheme.note}
    _record("publish_scheme", scheme, by=by, at=at, detail=detail)
    return scheme


def _drafted(
    scheme: Scheme, *, by: User | None, version: int | None = None, permission: str = "reports.draft_scheme"
) -> Scheme:
    scheme = Scheme.objects.select_for_update().get(pk=scheme.pk)
    permissions.check_may(by, permission)
    if not scheme.is_draft:
        raise TransitionRefused(_("A published scheme is not changed; draft the next version."))
    if version is not None and scheme.version != version:
        raise Conflict(_("Somebody else has changed the draft meanwhile."))
    return scheme


def _changed(scheme: Scheme, verb: str, *, by: User | None, at: datetime, detail: Mapping[str, Any]) -> Scheme:
    scheme.version += 1
    because(scheme, f"reports.{verb}", by=by, at=at).save()
    _record(verb, scheme, by=by, at=at, detail=detail)
    return scheme


def _record(verb: str, scheme: Scheme, *, by: User | None, at: datetime, detail: Mapping[str, Any]) -> None:
    log.record(f"reports.{verb}", scheme, by=by, at=at, label=str(scheme), detail=dict(detail))
