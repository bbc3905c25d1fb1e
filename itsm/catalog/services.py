"""The verbs of the service catalogue, and which level applies where.

An item's words are drafted, published and withdrawn as versions; a published version is frozen, so that
editing it begins the next one. `at` is the moment of the act; refusals write nothing.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import Department, User
from itsm.audit import log
from itsm.catalog import tailoring
from itsm.catalog.checks import check_whole
from itsm.catalog.enums import OverrideState, VersionState
from itsm.catalog.models import ServiceItem, ServiceOverride, ServiceVersion, System
from itsm.catalog.permissions import check_may
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from itsm.versions import because

WORDS = (
    *("name", "description", "audience", "hours", "channel"),
    *("deliverable", "level", "target_minutes", "responsible"),
)


class Level(NamedTuple):
    """What is promised: in words, and in minutes if it can be measured; `override` says who tailored it."""

    words: str
    target_minutes: int | None
    override: ServiceOverride | None = None


@transaction.atomic
def create(*, by: User | None, at: datetime, code: str, root: str, words: Mapping[str, Any]) -> ServiceItem:
    """A new item with its first draft. Raises FieldsRefused naming the field that is wrong."""
    check_may(by, "catalog.edit_services")
    item = ServiceItem(code=code, root=root, position=ServiceItem.objects.filter(root=root).count() + 1)
    check_whole(item)
    because(item, "catalog.create_service", by=by, at=at).save(force_insert=True)
    version = _drafted(item, 1, words, at=at)
    _record("create_service", item, by=by, at=at, detail={"root": root, "version": 1, "name": version.name})
    return item


@transaction.atomic
def revise(item: ServiceItem, *, by: User | None, at: datetime, words: Mapping[str, Any]) -> ServiceVersion:
    """Write the draft anew, or begin the next version if the newest one is published or withdrawn."""
    item = _begin(item, "catalog.edit_services", by=by)
    newest = item.versions.first()
    if newest is None or newest.state != VersionState.DRAFT:
        version = _drafted(item, newest.number + 1 if newest else 1, words, at=at)
        _record("revise_service", item, by=by, at=at, detail={"version": version.number, "name": version.name})
        return version
    changes = {name: [str(getattr(newest, name)), str(words[name])] for name in words}
    for name, value in words.items():
        setattr(newest, name, value)
    check_whole(newest)
    newest.save()
    differing = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    _record("revise_service", item, by=by, at=at, detail={"version": newest.number, "changes": differing})
    return newest


@transaction.atomic
def publish(item: ServiceItem, *, by: User | None, at: datetime) -> ServiceVersion:
    """发布: the draft becomes what is promised; the version before it is withdrawn and stays readable."""
    item = _begin(item, "catalog.publish_services", by=by)
    draft = item.versions.filter(state=VersionState.DRAFT).first()
    if draft is None:
        raise TransitionRefused(_("There is no draft to publish."))
    _withdraw(item, at=at)
    draft.state, draft.published_by, draft.published_at = VersionState.PUBLISHED, by, at
    draft.save()
    _record("publish_service", item, by=by, at=at, detail={"version": draft.number, "name": draft.name})
    return draft


@transaction.atomic
def retire(item: ServiceItem, *, by: User | None, at: datetime, reason: str) -> ServiceItem:
    """停用: nobody can ask for it any more; what was asked for before keeps its words."""
    item = _begin(item, "catalog.publish_services", by=by)
    if not _withdraw(item, at=at):
        raise TransitionRefused(_("This item is not published."))
    _record("retire_service", item, by=by, at=at, detail={"reason": reason})
    return item


@transaction.atomic
def propose(item: ServiceItem, *, by: User | None, at: datetime, terms: Mapping[str, Any]) -> ServiceOverride:
    """Ask for another level at one department, one system or both.

    terms: department, system, level, target_minutes, reason, from_on, to_on. It counts once approved.
    Raises FieldsRefused naming the field that is wrong.
    """
    item = _begin(item, "catalog.edit_services", by=by)
    override = ServiceOverride(item=item, proposed_by=by, proposed_at=at, **terms)
    place = {"department": override.department, "system": override.system}
    if item.overrides.filter(state=OverrideState.PROPOSED, **place).exists():
        raise RuleBroken(_("A level for this place is awaiting approval already."))
    check_whole(override, exclude=["proposed_by", "decided_by"])
    override.save(force_insert=True)
    _record("propose_override", item, by=by, at=at, detail=_said(override))
    return override


@transaction.atomic
def decide(
    override: ServiceOverride, *, by: User | None, at: datetime, approve: bool, note: str = ""
) -> ServiceOverride:
    """Approve or reject; never by the person who proposed it. The newest approved level of a place counts."""
    override = (
        ServiceOverride.objects.select_for_update(no_key=True, of=("self",))
        .select_related("item", "department", "system")
        .get(pk=override.pk)
    )
    check_may(by, "catalog.approve_overrides")
    if override.state != OverrideState.PROPOSED:
        raise TransitionRefused(_("This is decided already."))
    if by is not None and by.pk == override.proposed_by_id:
        raise NotAllowed(_("Somebody else than the proposer must decide."))
    if not approve and not note.strip():
        raise RuleBroken(_("Please give the reason."))
    override.state = OverrideState.APPROVED if approve else OverrideState.REJECTED
    override.decided_by, override.decided_at, override.decision_note = by, at, note
    override.save()
    verb = "approve_override" if approve else "reject_override"
    _record(verb, override.item, by=by, at=at, detail={**_said(override), "reason": note})
    return override


def applicable(item: ServiceItem, *, department: Department | None, system: System | None, on: date) -> Level | None:
    """What is promised for this item at this place on that day; None if the item is not published."""
    version = item.versions.filter(state=VersionState.PUBLISHED).first()
    if version is None:
        return None
    approved = {row.pk: row for row in item.overrides.filter(state=OverrideState.APPROVED)}
    key = tailoring.applicable(
        (row.tailored for row in approved.values()),
        department_id=department.pk if department else None,
        system_id=system.pk if system else None,
        on=on,
    )
    if key is None:
        return Level(version.level, version.target_minutes)
    return Level(approved[key].level, approved[key].target_minutes, approved[key])


def _begin(item: ServiceItem, permission: str, *, by: User | None) -> ServiceItem:
    item = ServiceItem.objects.select_for_update(no_key=True).get(pk=item.pk)
    check_may(by, permission)
    return item


def _drafted(item: ServiceItem, number: int, words: Mapping[str, Any], *, at: datetime) -> ServiceVersion:
    version = ServiceVersion(item=item, number=number, drafted_at=at, **words)
    check_whole(version, exclude=["item", "published_by"])
    version.save(force_insert=True)
    return version


def _withdraw(item: ServiceItem, *, at: datetime) -> bool:
    published = item.versions.filter(state=VersionState.PUBLISHED).first()
    if published is None:
        return False
    published.state, published.retired_at = VersionState.RETIRED, at
    published.save()
    return True


def _said(override: ServiceOverride) -> dict[str, str]:
    return {"department": str(override.department or ""), "system": str(override.system or ""), "level": override.level}


def _record(verb: str, item: ServiceItem, *, by: User | None, at: datetime, detail: Mapping[str, Any]) -> None:
    log.record(f"catalog.{verb}", item, by=by, at=at, label=item.code, detail=detail)
