"""The outbox: a row per message, written in the business transaction that causes it."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Vendor
from itsm.notifications import wording
from itsm.notifications.enums import Channel, Delivery, Occasion
from itsm.notifications.models.destinations import Destination
from itsm.notifications.querysets import AnnouncementQuerySet, MessageQuerySet


class Announcement(models.Model):
    """What is told to groups, once per key, also where no robot can be reached: then somebody copies it by hand.

    id: made by whoever writes it, so that a key that was taken before is noticed. copied_at, copied_by: put into a
    group by hand.
    """

    id: UUID = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    dedup_key = models.CharField(max_length=160, unique=True)
    occasion = models.CharField(max_length=10, choices=Occasion)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True)
    is_urgent = models.BooleanField(default=False)
    roles = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    copied_at = models.DateTimeField(null=True)
    copied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("group notice")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(copied_at=None, copied_by=None) | Q(copied_at__isnull=False),
                name="announcement_copied_pair",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["-created_at", "-dedup_key"], name="announcement_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def text(self) -> str:
        """The words that are put into a group."""
        return wording.group_text(self.title, self.body, wording.link(settings.PUBLIC_URL, self.url))


class Message(models.Model):
    """One message over one channel, to one person, one address or one group. An inbox message is delivered by being
    a row.

    address: where the mail to somebody without an account goes. answers: the id of the mail that it acknowledges.
    next_try_at: it waits. claimed_at: somebody is sending it, or died over it. given_up_at: somebody decided that it
    need not arrive; what neither waits nor was sent nor was given up is a dead letter.
    """

    dedup_key = models.CharField(max_length=160)
    channel = models.CharField(max_length=10, choices=Channel)
    occasion = models.CharField(max_length=10, choices=Occasion, default=Occasion.OTHER, db_default=Occasion.OTHER)
    is_urgent = models.BooleanField(default=False, db_default=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="messages")
    address = models.EmailField(blank=True, default="", db_default="")
    destination = models.ForeignKey(Destination, models.PROTECT, null=True, related_name="messages", db_index=False)
    announcement = models.ForeignKey(Announcement, models.PROTECT, null=True, related_name="messages")
    answers = models.CharField(max_length=250, blank=True, default="", db_default="")
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dedup_key"], name="message_dedup_key"),
            models.CheckConstraint(
                condition=Q(channel__in=("inbox", "email"), recipient__isnull=False, address="", destination=None)
                | (Q(channel="email", recipient=None, destination=None) & ~Q(address=""))
                | Q(channel="group", recipient=None, address="", destination__isnull=False),
                name="message_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(next_try_at=None) | Q(sent_at=None, given_up_at=None), name="message_one_state"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-id"], name="message_inbox", condition=Q(channel="inbox")),
            models.Index(
                fields=["recipient"],
                name="message_unread",
                condition=Q(channel="inbox", read_at__isnull=True),
            ),
            models.Index(
                fields=["-is_urgent", "next_try_at"],
                name="message_waiting",
                condition=Q(next_try_at__isnull=False),
            ),
            models.Index(
                fields=["destination", "-sent_at"],
                name="message_of_destination",
                condition=Q(destination__isnull=False),
            ),
            models.Index(fields=["-id"], name="message_outgoing", condition=~Q(channel="inbox")),
            models.Index(
                fields=["-id"],
                name="message_dead",
                condition=~Q(channel="inbox") & Q(sent_at=None, next_try_at=None, given_up_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject_number(self) -> str:
        """The number of the ticket that it is about: all that who sends it again needs to know."""
        return wording.number_in(self.title)

    @property
    def shown_address(self) -> str:
        """The address of somebody without an account, as far as it is shown."""
        return wording.masked_address(self.address)

    @property
    def mail_address(self) -> str:
        """Where a mail goes."""
        return self.recipient.email if self.recipient else self.address

    @property
    def state(self) -> Delivery:
        """What has become of it, with its colour and icon."""
        if self.sent_at:
            return Delivery.SENT
        if self.given_up_at:
            return Delivery.GIVEN_UP
        return Delivery.WAITING if self.next_try_at else Delivery.DEAD

    @property
    def settled_at(self) -> datetime | None:
        """When it was delivered or given up."""
        return self.sent_at or self.given_up_at
