"""Letters that came by e-mail, and the mailbox that they lie in. tickets/mail writes them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itsm.choices import member
from tickets.mail.enums import LetterReason, LetterState
from tickets.records.querysets import LetterQuerySet


class Letter(models.Model):
    """One mail: where it lay, whom it is from, and what became of it. Its subject is masked before it is kept.

    message_hash: of sender and Message-ID, or of the whole mail where it has none; with the mail's place on
    the server it makes that a mail is taken once. next_try_at: while it is being read.
    """

    mailbox = models.CharField(max_length=200)
    uidvalidity = models.BigIntegerField()
    uid = models.BigIntegerField()
    message_hash = models.CharField(max_length=64)
    message_id = models.CharField(max_length=250, blank=True)
    sender_address = models.CharField(_("from"), max_length=254, blank=True)
    sender_name = models.CharField(_("sender's name"), max_length=80, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    size = models.PositiveIntegerField(_("size"))
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(_("state"), max_length=8, choices=LetterState, default=LetterState.TAKEN)
    reason = models.CharField(_("reason"), max_length=16, choices=LetterReason, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, null=True, related_name="letters")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], name="letter_waiting", condition=Q(state="taken")),
            models.Index(fields=["-id"], name="letter_parked", condition=Q(state="parked")),
            models.Index(fields=["message_id"], name="letter_message", condition=~Q(message_id="")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "uidvalidity", "uid"], name="letter_place"),
            models.UniqueConstraint(fields=["message_hash"], name="letter_message_once"),
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state_known"),
            models.CheckConstraint(
                condition=Q(state="taken", next_try_at__isnull=False) | (~Q(state="taken") & Q(next_try_at=None)),
                name="letter_waiting_pair",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("taken", "parked"), settled_at=None)
                | (~Q(state__in=("taken", "parked")) & Q(settled_at__isnull=False)),
                name="letter_settled_pair",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=("ignored", "parked")) & ~Q(reason=""))
                | (~Q(state__in=("ignored", "parked")) & Q(reason="")),
                name="letter_reason_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("ticket", "reply")) | Q(ticket__isnull=False), name="letter_has_ticket"
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id or f"{self.mailbox} {self.uid}"

    @property
    def state_badge(self) -> LetterState:
        """What became of it, with its colour and icon."""
        return member(LetterState, self.state)

    @property
    def is_parked(self) -> bool:
        """Whether it waits for the desk."""
        return self.state == LetterState.PARKED

    @property
    def is_whole(self) -> bool:
        """Whether all of the mail was taken, and not only its head."""
        return self.reason != LetterReason.TOO_BIG


class LetterContent(models.Model):
    """The mail as it came, only until it is settled: then its words and files stand on the ticket."""

    letter = models.OneToOneField(Letter, models.CASCADE, primary_key=True, related_name="content")
    raw = models.BinaryField()


class Mailbox(models.Model):
    """When a mailbox was read last, and how long it has not been reached."""

    name = models.CharField(max_length=200, unique=True)
    read_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name
