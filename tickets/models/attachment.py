"""Files on tickets. What they hold lies with the documents."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from itsm.versions import versions
from tickets.enums import Audience
from tickets.models.ticket import Comment, Ticket
from tickets.querysets import AttachmentQuerySet


class Attachment(models.Model):
    """A file on a ticket, with a comment or without. Never deleted: it can be withdrawn, and then nobody gets it."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="attachments")
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, related_name="attachments")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="attachment")
    audience = models.CharField(max_length=10, choices=Audience)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    added_by_name = models.CharField(max_length=40, blank=True)
    from_requester = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = AttachmentQuerySet.as_manager()

    history = versions()

    class Meta:
        verbose_name = _("attachment")
        ordering = ("added_at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="attachment_audience_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_by=None) | Q(withdrawn_at__isnull=False), name="attachment_withdrawn_pair"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}"

    @property
    def path(self) -> str:
        """The file's address for the desk."""
        return f"{self.ticket.get_absolute_url()}files/{self.file.uuid}/"
