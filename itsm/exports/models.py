"""An export: who asked for what, how far it is, and what became of the file."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itsm.choices import member
from itsm.exports.enums import UNDER_WAY, Kind, State
from itsm.exports.querysets import ExportQuerySet
from itsm.privacy import masked


class Export(models.Model):
    """One file.

    source: the code of what it is made from. asked: {name: [words]} that the list was narrowed by. columns: the
    chosen ones. said: [[label, words]], what the file says about itself. sums: [[label, minutes]] of its durations.
    as_of: when the rows were read, by the rights of that moment, which reach remembers. beat_at: the worker's
    sign of life; attempt: how many workers have begun, so that one that was given up for dead writes nothing.
    """

    source = models.CharField(max_length=30)
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=4, choices=Kind)
    asked = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("asked for"))
    beat_at = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    sentence = models.CharField(max_length=300, blank=True)
    as_of = models.DateTimeField(null=True)
    said = models.JSONField(default=list)
    sums = models.JSONField(default=list)
    file = models.UUIDField(null=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    reach = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True)
    downloads = models.PositiveIntegerField(default=0)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        indexes: ClassVar = [
            models.Index(fields=["requested_by", "-id"], name="export_owner"),
            models.Index(fields=["id"], name="export_under_way", condition=Q(state__in=UNDER_WAY)),
            models.Index(fields=["expires_at"], name="export_kept", condition=Q(state="ready")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="export_state_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="export_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=UNDER_WAY, ended_at=None) | (~Q(state__in=UNDER_WAY) & Q(ended_at__isnull=False)),
                name="export_ended_pair",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("ready", "expired"), file__isnull=False, size__gt=0, sha256__regex=r"^[0-9a-f]{64}$"
                )
                & Q(expires_at__isnull=False, as_of__isnull=False)
                | ~Q(state__in=("ready", "expired")) & Q(file=None, size=None, sha256="", expires_at=None),
                name="export_file_whole",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(sentence=""), name="export_failure_said"),
            models.UniqueConstraint(fields=["file"], condition=Q(file__isnull=False), name="export_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.requested_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """The export's page."""
        return f"/exports/{self.pk}/"

    @property
    def state_badge(self) -> State:
        """The state with its colour and icon."""
        return member(State, self.state)

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has, or will have, it in hand."""
        return self.state in UNDER_WAY

    @property
    def is_ready(self) -> bool:
        """Whether there is a file."""
        return self.state == State.READY

    @property
    def share(self) -> int:
        """How far it is, in per cent."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def words(self) -> list[list[str]]:
        """What the file says about itself, without what identifies a patient."""
        return masked(self.said)

    def has_ended_for(self, at: datetime) -> bool:
        """Whether its file may no longer be taken."""
        return not self.is_ready or self.expires_at <= at

    @property
    def kept(self) -> UUID:
        """The name of its file. Raises ValueError when there is none."""
        if self.file is None:
            raise ValueError("There is no file.")
        return self.file
