"""The verbs of the agreement: draft the next version, change the draft, throw it away, publish it.

A published version is frozen; clocks that run keep the version that they started under. Refusals write nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog.checks import check_whole
from itsm.catalog.enums import VersionState
from itsm.errors import Conflict, FieldsRefused, NotAllowed, TransitionRefused
from itsm.events import publish as tell
from itsm.versions import because, create_all
from slas import faults, policy_words
from slas.events import AgreementPublished
from slas.models import PauseRule, Policy, Rung, Target

PARTS: dict[str, type[models.Model]] = {"target": Target, "pause_rule": PauseRule, "rung": Rung}


@transaction.atomic
def draft(*, by: User | None, at: datetime) -> Policy:
    """起草: a copy of the newest published version, to be changed; what holds from a later day on is not lost.

    Raises TransitionRefused when a draft is there already.
    """
    _check_may(by, "slas.draft")
    if Policy.objects.select_for_update().filter(state=VersionState.DRAFT).exists():
        raise TransitionRefused(_("A draft is there already."))
    last = Policy.objects.aggregate(last=Max("number"))["last"] or 0
    policy = Policy(number=last + 1, drafted_by=by, drafted_at=at)
    because(policy, "slas.draft", by=by, at=at).save(force_insert=True)
    source = Policy.objects.latest_published()
    for model in PARTS.values():
        create_all(model, [_copy(part, policy) for part in model.objects.filter(policy=source).order_by("pk")])
    _record("draft", policy, by=by, at=at, detail={"copied": str(source or "")})
    return policy


def _copy(part: models.Model, policy: Policy) -> models.Model:
    values = {field.attname: getattr(part, field.attname) for field in part._meta.concrete_fields}
    return type(part)(**{**values, "id": None, "policy_id": policy.pk})


@transaction.atomic
def add(
    policy: Policy, part: str, *, by: User | None, at: datetime, version: int, rows: Iterable[Mapping[str, Any]]
) -> Policy:
    """Write further rows into the draft. part: target, pause_rule or rung. version: the one that was seen.

    Raises Conflict when somebody saved meanwhile, FieldsRefused naming the field that is wrong.
    """
    policy = _drafted(policy, by=by, version=version)
    for values in rows:
        row = _written(PARTS[part](policy=policy), part, values, by=by, at=at)
        policy = _changed(policy, f"add_{part}", by=by, at=at, detail=_detail(part, None, row))
    return policy


@transaction.atomic
def put(
    policy: Policy, part: str, *, by: User | None, at: datetime, version: int, pk: int, values: Mapping[str, Any]
) -> Policy:
    """Write a row of the draft anew. Raises as `add` does; Conflict also when the row is no longer there."""
    policy = _drafted(policy, by=by, version=version)
    before = _row(policy, part, pk)
    row = _written(_row(policy, part, pk), part, values, by=by, at=at)
    return _changed(policy, f"put_{part}", by=by, at=at, detail=_detail(part, before, row))


@transaction.atomic
def remove(policy: Policy, part: str, *, by: User | None, at: datetime, version: int, pk: int) -> Policy:
    """Take a row out of the draft. Raises Conflict when somebody saved meanwhile."""
    policy = _drafted(policy, by=by, version=version)
    row = _row(policy, part, pk)
    detail = _detail(part, row, None)
    because(row, f"slas.remove_{part}", by=by, at=at).delete()
    return _changed(policy, f"remove_{part}", by=by, at=at, detail=detail)


def _row(policy: Policy, part: str, pk: int) -> models.Model:
    row = PARTS[part].objects.filter(policy=policy, pk=pk).first()
    if row is None:
        raise Conflict(_("Somebody else has taken this out of the draft meanwhile."))
    return row


def _written(row: models.Model, part: str, values: Mapping[str, Any], *, by: User | None, at: datetime) -> models.Model:
    for name, value in values.items():
        setattr(row, name, value)
    check_whole(row)
    because(row, f"slas.put_{part}", by=by, at=at).save()
    return row


def _detail(part: str, before: models.Model | None, after: models.Model | None) -> dict[str, Any]:
    """The row by name, and what it said and says."""
    said = (policy_words.SAYS[part](row) if row else "" for row in (before, after))
    return {"row": policy_words.NAMES[part](after or before), **dict(zip(("before", "after"), said, strict=True))}


@transaction.atomic
def discard(policy: Policy, *, by: User | None, at: datetime) -> None:
    """放弃草稿: what is published stays as it is."""
    policy = _drafted(policy, by=by)
    _record("discard", policy, by=by, at=at, detail={})
    for model in PARTS.values():
        for row in model.objects.filter(policy=policy):
            because(row, "slas.discard", by=by, at=at).delete()
    because(policy, "slas.discard", by=by, at=at).delete()


@transaction.atomic
def publish(policy: Policy, *, by: User | None, at: datetime, effective_at: datetime, note: str) -> Policy:
    """发布: from `effective_at` on new records follow this version; what runs keeps its own.

    The apps above may bind clocks for which nothing was promised. Raises NotAllowed to whoever has written on the
    draft: two people answer for an agreement; FieldsRefused with every fault of the whole, the moment and the note.
    """
    policy = _drafted(policy, by=by, permission="slas.publish")
    if has_written(policy, by):
        raise NotAllowed(_("Whoever has written on the draft does not publish it; somebody else must."))
    found = faults.of_publishing(at=at, effective_at=effective_at, note=note)
    if whole := [fault.sentence for fault in faults.of(policy)]:
        found[""] = whole
    if found:
        raise FieldsRefused(found)
    policy.state, policy.note, policy.effective_at = VersionState.PUBLISHED, note.strip(), effective_at
    policy.published_by, policy.published_at = by, at
    because(policy, "slas.publish", by=by, at=at).save()
    detail = {"effective_at": effective_at.isoformat(), "reason": policy.note}
    _record("publish", policy, by=by, at=at, detail=detail)
    tell(AgreementPublished(policy.pk, at))
    return policy


def has_written(policy: Policy, by: User | None) -> bool:
    """Whether this person began the draft or changed anything in it."""
    return by is not None and policy.history.filter(history_user_id=by.pk).exists()


def _drafted(policy: Policy, *, by: User | None, version: int | None = None, permission: str = "slas.draft") -> Policy:
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    _check_may(by, permission)
    if not policy.is_draft:
        raise TransitionRefused(_("A published agreement is not changed; draft the next version."))
    if version is not None and policy.version != version:
        raise Conflict(_("Somebody else has changed the draft meanwhile."))
    return policy


def _changed(policy: Policy, verb: str, *, by: User | None, at: datetime, detail: Mapping[str, Any]) -> Policy:
    policy.version += 1
    because(policy, f"slas.{verb}", by=by, at=at).save()
    _record(verb, policy, by=by, at=at, detail=detail)
    return policy


def _check_may(by: User | None, permission: str) -> None:
    if by is not None and not by.may(permission):
        raise NotAllowed(_("Your role does not allow this."))


def _record(verb: str, policy: Policy, *, by: User | None, at: datetime, detail: Mapping[str, Any]) -> None:
    log.record(f"slas.{verb}", policy, by=by, at=at, label=str(policy), detail=dict(detail))
