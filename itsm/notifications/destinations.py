"""The verbs on groups: create, change, retire, restore, a new secret or none, a test. `by` is None for the system.

What is told of them is always masked: neither an address nor a secret ever stands in the log or in a history.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.accounts.reference import keep
from itsm.errors import Conflict, FieldsRefused, RuleBroken, TransitionRefused
from itsm.events import Acted, publish
from itsm.notifications import addresses
from itsm.notifications.enums import Channel, Occasion
from itsm.notifications.models import Destination, Message
from itsm.notifications.permissions import check_may
from itsm.pages.words import shown
from itsm.submissions import keys
from itsm.versions import because

EDIT = "notifications.edit_destinations"
SECRETS = ("address", "secret")


@transaction.atomic
def create(
    model: type[Destination],
    *,
    by: User | None,
    at: datetime,
    values: Mapping[str, Any],
    key: UUID | None = None,
) -> Destination:
    """新增: one more group. values: by column, with address and secret; key: the same gives the same group again.

    A webhook without a secret is given one; `rotate` shows a new one. Raises NotAllowed, FieldsRefused, Conflict.
    """
    check_may(by, EDIT)
    if key and (earlier := keys.claim(key, _sent(values), at=at)):
        return model.objects.get(pk=earlier)
    _check_address(values)
    group = because(model(**values), "notifications.create_destination", by=by, at=at)
    _sign_webhook(group)
    keep(group)
    if key:
        keys.fulfil(key, str(group.pk))
    _tell("create_destination", group, by, at, {name: ["", shown(group, name)] for name in values})
    return group


@transaction.atomic
def change(
    group: Destination, *, by: User | None, at: datetime, version: int, values: Mapping[str, Any]
) -> Destination:
    """修改: new values of some columns. version: the one that the editor saw.

    Raises NotAllowed, FieldsRefused; Conflict when somebody saved meanwhile.
    """
    group = _begun(group, by)
    if group.version != version:
        raise Conflict(_("Somebody else has changed this record meanwhile."))
    _check_address(values)
    changes = {}
    for name, after in values.items():
        before = shown(group, name)
        if name in SECRETS or getattr(group, name) != after:
            setattr(group, name, after)
            changes[name] = [before, shown(group, name)]
    if changes:
        _sign_webhook(group)
        _kept("change_destination", group, by, at, changes)
    return group


@transaction.atomic
def retire(group: Destination, *, by: User | None, at: datetime) -> Destination:
    """停用: told no more; what still waits for it is given up. Raises NotAllowed, TransitionRefused."""
    group = _begun(group, by)
    if not group.is_active:
        raise TransitionRefused(_("%(name)s is retired already.") % {"name": group})
    group.is_active = False
    waiting = Message.objects.filter(destination=group, next_try_at__isnull=False)
    count = waiting.update(next_try_at=None, given_up_at=at)
    return _kept("retire_destination", group, by, at, {}, given_up=count)


@transaction.atomic
def restore(group: Destination, *, by: User | None, at: datetime) -> Destination:
    """恢复使用: told again, of what happens from now on; a webhook whose secret was removed is given a new one.

    Raises NotAllowed, TransitionRefused.
    """
    group = _begun(group, by)
    if group.is_active:
        raise TransitionRefused(_("%(name)s is in use.") % {"name": group})
    group.is_active = True
    _sign_webhook(group)
    return _kept("restore_destination", group, by, at, {})


@transaction.atomic
def rotate(group: Destination, *, by: User | None, at: datetime) -> tuple[Destination, str]:
    """更换密钥: a new secret of a webhook, shown this once; the old one signs no more.

    Raises NotAllowed; RuleBroken for a robot, whose secret comes from its platform.
    """
    group = _begun(group, by)
    if group.is_robot:
        raise RuleBroken(_("A robot's secret comes from its platform; enter it in the form."))
    secret = group.secret = _new_secret()
    return _kept("rotate_secret", group, by, at, {}), secret


@transaction.atomic
def remove_secret(group: Destination, *, by: User | None, at: datetime) -> Destination:
    """移除密钥: a robot signs no more from now on; of a retired webhook nothing is kept.

    Raises NotAllowed; TransitionRefused without a secret; RuleBroken for a webhook in use, which always signs.
    """
    group = _begun(group, by)
    if not group.sealed_secret:
        raise TransitionRefused(_("%(name)s has no secret.") % {"name": group})
    if not group.may_lose_secret:
        raise RuleBroken(_("A webhook in use always signs. Make a new secret, or retire it first."))
    before, group.secret = group.secret, ""
    return _kept("remove_secret", group, by, at, {"secret": [before, ""]})


@transaction.atomic
def test(group: Destination, *, by: User | None, at: datetime) -> Message:
    """发送测试: a message that says that it is a test, on the same way as every other.

    Raises NotAllowed; TransitionRefused for a retired group, or while the last test waits.
    """
    group = _begun(group, by)
    if not group.is_active:
        raise TransitionRefused(_("%(name)s is retired.") % {"name": group})
    if group.messages.filter(dedup_key__startswith=_test_key(group), next_try_at__isnull=False).exists():
        raise TransitionRefused(_("The last test is still on its way."))
    message = Message.objects.create(
        dedup_key=f"{_test_key(group)}{at.isoformat()}",
        channel=Channel.GROUP,
        destination=group,
        occasion=Occasion.OTHER,
        title=_("Service desk: this is a test"),
        body=_("Notices of the service desk will arrive here. Nothing needs to be done."),
        url="/",
        created_at=at,
        next_try_at=at,
    )
    _tell("test_destination", group, by, at, {})
    return message


def _check_address(values: Mapping[str, Any]) -> None:
    """An address of http or https, on a host that the operator has allowed."""
    url = values.get("address")
    if url is None:
        return
    if not addresses.is_address(url):
        raise FieldsRefused({"address": [_("Enter a plain address that begins with http:// or https://.")]})
    if not addresses.is_allowed(url, settings.OUTBOUND_HOSTS):
        sentence = _("%(host)s is not allowed. Whoever runs the service adds it to OUTBOUND_HOSTS.")
        raise FieldsRefused({"address": [sentence % {"host": addresses.host_of(url)}]})


def _test_key(group: Destination) -> str:
    return f"destination:{group.pk}:test:"


def _begun(group: Destination, by: User | None) -> Destination:
    group = Destination.objects.select_for_update(no_key=True).get(pk=group.pk)
    check_may(by, EDIT)
    return group


def _sign_webhook(group: Destination) -> None:
    if group.is_active and not group.is_robot and not group.sealed_secret:
        group.secret = _new_secret()


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _kept(
    verb: str, group: Destination, by: User | None, at: datetime, changes: dict[str, list[str]], **more: object
) -> Destination:
    group.version += 1
    keep(because(group, f"notifications.{verb}", by=by, at=at))
    _tell(verb, group, by, at, changes, **more)
    return group


def _sent(values: Mapping[str, Any]) -> dict[str, object]:
    return {name: getattr(value, "pk", value) for name, value in values.items() if name not in SECRETS}


def _tell(
    verb: str, group: Destination, by: User | None, at: datetime, changes: dict[str, list[str]], **more: object
) -> None:
    detail = {**({"changes": changes} if changes else {}), **more}
    by_id = by.pk if by else None
    publish(Acted(f"notifications.{verb}", by_id, at, "notifications.destination", group.pk, group.name, detail))
