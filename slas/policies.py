"""The verbs of the agreement: draft the next version, change the draft, throw it away, publish it.

A published version is frozen; clocks that run keep the version that they started under. Refusals write nothing.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog.checks import check_whole
from itsm.catalog.enums import Priority, VersionState
from itsm.errors import Conflict, NotAllowed, RuleBroken, TransitionRefused
from itsm.events import publish as tell
from itsm.versions import because, create_all
from slas import agreements, strictness, timetables
from slas.enums import Kind
from slas.events import AgreementPublished
from slas.models import PauseRule, Policy, Rung, Target

PARTS: dict[str, type[models.Model]] = {"target": Target, "pause_rule": PauseRule, "rung": Rung}
PAST = timedelta(days=1)


@transaction.atomic
def draft(*, by: User | None, at: datetime) -> Policy:
    """起草: a copy of what is in force, to be changed. Raises TransitionRefused when a draft is there already."""
    _check_may(by, "slas.draft")
    if Policy.objects.select_for_update().filter(state=VersionState.DRAFT).exists():
        raise TransitionRefused(_("A draft is there already."))
    last = Policy.objects.aggregate(last=Max("number"))["last"] or 0
    policy = Policy(number=last + 1, drafted_by=by, drafted_at=at)
    because(policy, "slas.draft", by=by, at=at).save(force_insert=True)
    source = Policy.objects.in_force(at).first()
    for model in PARTS.values():
        create_all(model, [_copy(part, policy) for part in model.objects.filter(policy=source).order_by("pk")])
    _record("draft", policy, by=by, at=at, detail={"copied": str(source or "")})
    return policy


def _copy(part: models.Model, policy: Policy) -> models.Model:
    values = {field.attname: getattr(part, field.attname) for field in part._meta.concrete_fields}
    return type(part)(**{**values, "id": None, "policy_id": policy.pk})


@transaction.atomic
def put(
    policy: Policy, part: str, *, by: User | None, at: datetime, version: int, values: Mapping[str, Any], pk: int | None
) -> Policy:
    """Write a row of the draft anew, or add one. part: target, pause_rule or rung. version: the one that was seen.

    Raises Conflict when somebody saved meanwhile, FieldsRefused naming the field that is wrong.
    """
    policy = _drafted(policy, by=by, version=version)
    model = PARTS[part]
    row = model.objects.get(policy=policy, pk=pk) if pk else model(policy=policy)
    for name, value in values.items():
        setattr(row, name, value)
    check_whole(row)
    because(row, f"slas.put_{part}", by=by, at=at).save()
    return _changed(policy, f"put_{part}", by=by, at=at, detail={"row": str(row)})


@transaction.atomic
def remove(policy: Policy, part: str, *, by: User | None, at: datetime, version: int, pk: int) -> Policy:
    """Take a row out of the draft. Raises Conflict when somebody saved meanwhile."""
    policy = _drafted(policy, by=by, version=version)
    row = PARTS[part].objects.filter(policy=policy, pk=pk).first()
    if row is None:
        raise Conflict(_("Somebody else has changed the draft meanwhile."))
    words = str(row)
    because(row, f"slas.remove_{part}", by=by, at=at).delete()
    return _changed(policy, f"remove_{part}", by=by, at=at, detail={"row": words})


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

    The apps above may bind clocks for which nothing was promised. Raises NotAllowed to
    whoever alone wrote the draft, RuleBroken with every fault of the agreement.
    """
    policy = _drafted(policy, by=by, permission="slas.publish")
    if by is not None and policy.drafted_by_id == by.pk:
        raise NotAllowed(_("Somebody else than the author must publish it."))
    if found := faults(policy, at=at, effective_at=effective_at, note=note):
        raise RuleBroken("\n".join(found))
    policy.state, policy.note, policy.effective_at = VersionState.PUBLISHED, note.strip(), effective_at
    policy.published_by, policy.published_at = by, at
    because(policy, "slas.publish", by=by, at=at).save()
    detail = {"effective_at": effective_at.isoformat(), "reason": policy.note}
    _record("publish", policy, by=by, at=at, detail=detail)
    tell(AgreementPublished(policy.pk, at))
    return policy


def faults(policy: Policy, *, at: datetime, effective_at: datetime, note: str) -> list[str]:
    """What stands in the way of publishing, each a sentence."""
    agreement = agreements.read(policy.pk)
    found = [
        _("Nothing is promised for %(kind)s at %(priority)s.") % {"kind": Kind(kind).label, "priority": priority}
        for kind, priority in strictness.missing(agreement.rows, Priority.values)
    ]
    for part, _whole in strictness.looser(agreement.rows):
        vendor = Target.objects.select_related("vendor").get(pk=part.pk).vendor
        words = {"vendor": vendor, "priority": part.priority}
        found.append(_("%(vendor)s, %(priority)s: the vendor's part is looser than what it serves.") % words)
    published = timetables.current({row.calendar_id for row in agreement.rows if row.calendar_id})
    if any(row.calendar_id and row.calendar_id not in published for row in agreement.rows):
        found.append(_("A calendar that is used has no published version."))
    if effective_at < at - PAST:
        found.append(_("It cannot take effect more than a day in the past."))
    before = Policy.objects.published().order_by("-effective_at").first()
    if before and effective_at <= before.effective_at:
        moment = f"{timezone.localtime(before.effective_at):%Y-%m-%d %H:%M}"
        found.append(_("It must take effect after %(before)s (%(when)s).") % {"before": before, "when": moment})
    if not note.strip():
        found.append(_("Please say what changes and why."))
    return found


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
