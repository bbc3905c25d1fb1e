"""What the operation remembers: runs of backup, drill and check, and the scheduler's last sign of life."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from itsm.operation.enums import Kind


class Run(models.Model):
    """One backup, drill, restore or check of the audit log; without an end it is running or was killed."""

    kind = models.CharField(max_length=12, choices=Kind)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_ok = models.BooleanField(null=True)
    sentence = models.TextField(blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "-started_at"], name="run_latest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None, is_ok=None) | Q(ended_at__isnull=False, is_ok__isnull=False),
                name="run_ended_pair",
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="run_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def words(self) -> str:
        """How it ended, in the reader's language; a failure's sentence is the one of the terminal."""
        said = self.detail
        if not self.is_ok:
            return self.sentence
        if self.kind == Kind.VERIFICATION:
            return _("{seq} events, last hash {hash}").format(seq=said["seq"], hash=said["hash"][:16])
        if "files" not in said:
            return self.sentence
        name = said["folder"].rpartition("/")[2]
        return _("{folder}: {files} files, {rows} rows").format(folder=name, files=said["files"], rows=said["rows"])


class Heartbeat(models.Model):
    """When the sweep last came by, on the wall clock and on the clock that nobody can set. A single row."""

    swept_at = models.DateTimeField()
    uptime_seconds = models.FloatField()
    boot_id = models.CharField(max_length=36)
    stepped_at = models.DateTimeField(null=True)
    step_seconds = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="heartbeat_single")]
