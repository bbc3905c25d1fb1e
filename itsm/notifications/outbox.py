"""Putting messages into the outbox and marking them read."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from itsm.accounts.models import User
from itsm.notifications import preferences
from itsm.notifications.enums import Channel, Occasion
from itsm.notifications.models import Announcement, Destination, Message
from itsm.privacy import masked

Hidden = Callable[[str], str]  # a text without patient data


class Notice(NamedTuple):
    """What to tell whom. `dedup_key` names the occasion: the same key never tells twice.

    Carries a number and a link; patient data in its words is masked. channels: beside the in-app inbox, which
    everything stands in; None leaves it to the person. urgent: pierces quiet hours, and goes before others.
    """

    recipient: User
    dedup_key: str
    title: str
    body: str = ""
    url: str = ""
    occasion: Occasion = Occasion.OTHER
    channels: frozenset[Channel] | None = None
    urgent: bool = False


class Broadcast(NamedTuple):
    """What to tell groups. `dedup_key` names the occasion: the same key never tells twice.

    roles: told are the groups of these roles, and those that are no role's; none of them named: every group.
    vendor_id: the company that it is about; a company's own group hears of nothing else. own_only: told are only
    the groups that somebody has given to one of the roles, as people hear by the ways that they have chosen.
    """

    dedup_key: str
    title: str
    body: str = ""
    url: str = ""
    occasion: Occasion = Occasion.ESCALATION
    roles: frozenset[str] = frozenset()
    vendor_id: int | None = None
    urgent: bool = False
    own_only: bool = False


def send(notices: Iterable[Notice], *, at: datetime) -> None:
    """Write the messages of every notice in the current transaction, in one statement.

    Each goes to the in-app inbox, and by e-mail too if the person has an address and wants it, and the
    administrator has configured a mail server. Preferences are read in one query.
    """
    told = list(notices)
    mailed = [notice for notice in told if _may_be_mailed(notice)]
    wishes = preferences.of({notice.recipient.pk for notice in mailed})
    hidden = cache(masked)  # several people are told the same words
    rows = [_inbox(notice, at, hidden) for notice in told]
    rows += [_mail(notice, wishes, at, hidden) for notice in mailed if _is_mailed(notice, wishes)]
    if rows:
        Message.objects.bulk_create(rows, ignore_conflicts=True)


def _may_be_mailed(notice: Notice) -> bool:
    wanted = notice.channels is None or Channel.EMAIL in notice.channels
    return bool(settings.EMAIL_HOST and notice.recipient.email and wanted)


def _is_mailed(notice: Notice, wishes: preferences.Wishes) -> bool:
    return notice.channels is not None or wishes.takes_mail(notice.recipient.pk, notice.occasion)


def _inbox(notice: Notice, at: datetime, hidden: Hidden) -> Message:
    return _message(notice, hidden, channel=Channel.INBOX, dedup_key=_key(notice), created_at=at, sent_at=at)


def _mail(notice: Notice, wishes: preferences.Wishes, at: datetime, hidden: Hidden) -> Message:
    first = at if notice.urgent else wishes.first_try(notice.recipient.pk, at)
    key = f"{_key(notice)}:email"
    return _message(notice, hidden, channel=Channel.EMAIL, dedup_key=key, created_at=at, next_try_at=first)


def _key(notice: Notice) -> str:
    return f"{notice.dedup_key}:{notice.recipient.pk}"


def _message(notice: Notice, hidden: Hidden, **columns: object) -> Message:
    return Message(recipient=notice.recipient, **_words(notice, hidden), **columns)


def _words(told: Notice | Broadcast, hidden: Hidden = masked) -> dict[str, object]:
    return {
        "title": hidden(told.title),
        "body": hidden(told.body),
        "url": told.url,
        "occasion": told.occasion,
        "is_urgent": told.urgent,
    }


@transaction.atomic
def broadcast(broadcasts: Iterable[Broadcast], *, at: datetime) -> None:
    """Announce to groups: write one message for every group in use that it is for, in the current transaction.

    However many there are, it takes the same four queries. An announcement that no group takes is kept to be
    copied by hand, unless it was for own groups only.
    """
    told = list(broadcasts)
    groups = list(Destination.objects.active().order_by("pk")) if told else []
    served = [(one, [group for group in groups if _serves(group, one)]) for one in told]
    plans = [(_announcement(one, at), takers) for one, takers in served if takers or not one.own_only]
    if not plans:
        return
    Announcement.objects.bulk_create([one for one, _takers in plans], ignore_conflicts=True)
    new = set(Announcement.objects.filter(pk__in=[one.pk for one, _takers in plans]).values_list("pk", flat=True))
    first = preferences.after_house(at)
    rows = [
        _to_group(one, group, at, at if one.is_urgent else first)
        for one, takers in plans
        if one.pk in new
        for group in takers
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True)


def _announcement(told: Broadcast, at: datetime) -> Announcement:
    return Announcement(
        dedup_key=told.dedup_key,
        roles=sorted(told.roles),
        vendor_id=told.vendor_id,
        created_at=at,
        **_words(told),
    )


def _serves(group: Destination, told: Broadcast) -> bool:
    if group.vendor_id and group.vendor_id != told.vendor_id:
        return False
    if told.own_only:
        whose = set(group.roles) or ({"VND"} if group.vendor_id else set())
        return bool(whose & told.roles)
    return not group.roles or not told.roles or bool(set(group.roles) & told.roles)


def _to_group(told: Announcement, group: Destination, at: datetime, first: datetime) -> Message:
    return Message(
        dedup_key=f"{told.dedup_key}:group:{group.pk}",
        channel=Channel.GROUP,
        destination=group,
        announcement=told,
        title=told.title,
        body=told.body,
        url=told.url,
        occasion=told.occasion,
        is_urgent=told.is_urgent,
        created_at=at,
        next_try_at=first,
    )


def acknowledge(
    address: str, *, dedup_key: str, answers: str, title: str, body: str, url: str, at: datetime, to: User | None = None
) -> None:
    """Answer a mail that came in, by mail alone and marked as automatic; nothing where no mail server is configured.

    address: where the mail came from. to: the account that has this address, if one has. answers: the mail's id.
    """
    if not settings.EMAIL_HOST:
        return
    row = Message(
        dedup_key=f"{dedup_key}:email",
        channel=Channel.EMAIL,
        occasion=Occasion.OWN,
        recipient=to,
        address="" if to else address,
        answers=answers,
        title=masked(title),
        body=masked(body),
        url=url,
        created_at=at,
        next_try_at=at,
    )
    Message.objects.bulk_create([row], ignore_conflicts=True)


def read(message: Message, *, at: datetime) -> None:
    """Mark one inbox message as read; the first reading counts."""
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=at)


def read_all(reader: User, *, at: datetime, written_before: datetime | None = None) -> int:
    """Mark a person's inbox as read, or only what was written before a moment; return how many were unread."""
    unread = Message.objects.visible_to(reader).unread()
    return unread.filter(created_at__lt=written_before or at).update(read_at=at)
