"""The verbs of configuration items besides those of every register: verify, relate, unrelate.

Each locks the item first, and writes an audit row; `at` is the moment of the act.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog.checks import check_whole
from itsm.catalog.models import ConfigurationItem, Relation
from itsm.catalog.permissions import check_may
from itsm.errors import RuleBroken, TransitionRefused

EDIT = "catalog.edit_items"


@transaction.atomic
def verify(item: ConfigurationItem, *, by: User | None, at: datetime, note: str = "") -> ConfigurationItem:
    """核查: somebody has looked, and the record is as the thing is. note: what was found."""
    item = _begin(item, by=by)
    item.verified_by, item.verified_at = by, at
    item.save()
    _record("verify_item", item, by=by, at=at, changes={"verified_at": ["", note or _("as recorded")]})
    return item


@transaction.atomic
def relate(
    item: ConfigurationItem, *, by: User | None, at: datetime, kind: str, target: ConfigurationItem, note: str = ""
) -> Relation:
    """The item leans on the target. Raises RuleBroken for itself, or for what is there already."""
    item = _begin(item, by=by)
    if not target.is_active:
        raise RuleBroken(_("%(name)s is retired.") % {"name": target})
    relation = Relation(source=item, target=target, kind=kind, note=note)
    check_whole(relation)
    relation.save(force_insert=True)
    words = f"{relation.kind_badge.label} {target}"
    _record("relate_items", item, by=by, at=at, changes={"relation": ["", words]})
    return relation


@transaction.atomic
def unrelate(relation: Relation, *, by: User | None, at: datetime) -> ConfigurationItem:
    """It no longer leans on it; the audit log keeps that it did."""
    item = _begin(relation.source, by=by)
    kept = Relation.objects.select_for_update(of=("self",)).select_related("target").filter(pk=relation.pk).first()
    if kept is None:
        raise TransitionRefused(_("Somebody else has removed this relation already."))
    words = f"{kept.kind_badge.label} {kept.target}"
    kept.delete()
    _record("unrelate_items", item, by=by, at=at, changes={"relation": [words, ""]})
    return item


def _begin(item: ConfigurationItem, *, by: User | None) -> ConfigurationItem:
    item = ConfigurationItem.objects.select_for_update(no_key=True).get(pk=item.pk)
    check_may(by, EDIT)
    if not item.is_active:
        raise TransitionRefused(_("%(name)s is retired.") % {"name": item})
    return item


def _record(
    verb: str, item: ConfigurationItem, *, by: User | None, at: datetime, changes: dict[str, list[str]]
) -> None:
    label = f"{item.code} {item.name}"[:80]
    log.record(f"catalog.{verb}", item, by=by, at=at, label=label, detail={"changes": changes})
