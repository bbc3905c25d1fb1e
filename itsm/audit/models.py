"""The audit tables. A database trigger refuses UPDATE, DELETE and TRUNCATE on events and links.

An event is written inside the verb's transaction. Its link, which chains the hashes, is written by
a deferred trigger at commit: so the one lock of the chain is held only while committing, is always
the last lock taken, and cannot deadlock with the locks of the verbs.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from itsm.audit.enums import Outcome
from itsm.audit.querysets import EventQuerySet
from itsm.choices import member


class Event(models.Model):
    """What was done or refused, by whom, to which record, from where."""

    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    verb = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.DONE)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    object_label = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    body_hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_event_object"),
            models.Index(fields=["actor", "-id"], name="audit_event_actor"),
            models.Index(fields=["verb", "-id"], name="audit_event_verb"),
            models.Index(fields=["object_label", "-id"], name="audit_event_label"),
            models.Index(fields=["recorded_at"], name="audit_event_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_label}"

    @property
    def outcome_badge(self) -> Outcome:
        """The outcome with its colour and icon."""
        return member(Outcome, self.outcome)


class Link(models.Model):
    """One link of the chain: the hash over the previous hash and the event's body hash."""

    seq = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="link")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)


class Head(models.Model):
    """The end of the chain: what the last link must be. A single row."""

    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
