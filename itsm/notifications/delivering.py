"""Handing one message over to whatever carries it."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from itsm import sealing
from itsm.notifications import addresses, identity, mails, payloads, posting, wording
from itsm.notifications.enums import Channel
from itsm.notifications.errors import NotDelivered
from itsm.notifications.models import Destination, Message
from itsm.notifications.payloads import Told, Verdict


def deliver(message: Message, *, at: datetime) -> None:
    """Send it, signed at this moment. Raises NotDelivered, or what the mail server makes of it."""
    if message.channel == Channel.EMAIL:
        mails.mail_of(message).send()
    else:
        _tell(message.destination, message, at)


def _tell(group: Destination, message: Message, at: datetime) -> None:
    try:
        url, secret = group.opened()
    except sealing.InvalidToken:
        raise NotDelivered(_("SECRET_KEY was changed since; enter address and secret again."), is_away=True) from None
    if not addresses.is_allowed(url, settings.OUTBOUND_HOSTS):
        raise NotDelivered(_("%(host)s is not among OUTBOUND_HOSTS.") % {"host": group.host}, is_away=True)
    request = payloads.request(group.kind, told(message, group), url=url, secret=secret, at=at)
    verdict = payloads.verdict(group.kind, *posting.post(request, proxied=group.is_robot))
    if not verdict.is_taken:
        raise NotDelivered(_sentence(verdict), is_away=verdict.is_busy)


def told(message: Message, group: Destination) -> Told:
    """What the group is told."""
    return Told(
        event_id=identity.event_id(message),
        occasion=message.occasion,
        title=message.title,
        body=message.body,
        link=wording.link(settings.PUBLIC_URL, message.url),
        is_urgent=message.is_urgent,
        created_at=message.created_at,
        keyword=group.keyword,
        phones=group.phones,
    )


def _sentence(verdict: Verdict) -> str:
    return _("It was not taken: %(answer)s") % {"answer": f"{verdict.code} {verdict.said}".strip()}
