"""The outbox: a row per message, written in the business transaction that causes it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from itsm.notifications.enums import Channel
from itsm.notifications.querysets import MessageQuerySet


class Message(models.Model):
    """One message to one person over one channel. An inbox message is delivered by being a row."""

    dedup_key = models.CharField(max_length=160)
    channel = models.CharField(max_length=10, choices=Channel)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages")
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
        constraints: ClassVar = [models.UniqueConstraint(fields=["dedup_key"], name="message_dedup_key")]
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
