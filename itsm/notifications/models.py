"""The outbox: a row per message, written in the business transaction that causes it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from itsm.notifications.enums import Channel
from itsm.notifications.querysets import MessageQuerySet


class Message(models.Model):
    """One message to one person over one channel. An inbox message is delivered by being a row.

    address: where the mail to somebody without an account goes. answers: the id of the mail that it acknowledges.
    """

    dedup_key = models.CharField(max_length=160)
    channel = models.CharField(max_length=10, choices=Channel)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="messages")
    address = models.EmailField(blank=True, default="", db_default="")
    answers = models.CharField(max_length=250, blank=True, default="", db_default="")
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dedup_key"], name="message_dedup_key"),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, address="")
                | (Q(recipient=None, channel="email") & ~Q(address="")),
                name="message_to_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-id"], name="message_inbox", condition=Q(channel="inbox")),
            models.Index(
                fields=["recipient"],
                name="message_unread",
                condition=Q(channel="inbox", read_at__isnull=True),
            ),
            models.Index(fields=["next_try_at"], name="message_waiting", condition=Q(next_try_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def mail_address(self) -> str:
        """Where a mail goes."""
        return self.recipient.email if self.recipient else self.address
