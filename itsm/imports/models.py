"""An import: the rows that were sent, what was found in them, and what became of them."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itsm.choices import member
from itsm.imports.enums import RUNNING, Mode, State
from itsm.imports.querysets import ImportQuerySet
from itsm.privacy import masked_name


class Import(models.Model):
    """One sheet.

    columns: {field: place in the sheet}. rows: [[number in the sheet, [cells]], …], emptied at the end.
    faults: [[number, field, sentence]]. preview: [[number, action, label, [changes]]] of the first good rows.
    beat_at: the worker's sign of life.
    """

    table = models.CharField(max_length=30)
    file_name = models.CharField(_("file"), max_length=200)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.CHECKING)
    mode = models.CharField(max_length=6, choices=Mode, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent"))
    ended_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    columns = models.JSONField(default=dict)
    rows = models.JSONField(default=list)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    preview = models.JSONField(default=list)
    sentence = models.CharField(max_length=300, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        indexes: ClassVar = [
            models.Index(fields=["sent_by", "-id"], name="import_sender"),
            models.Index(fields=["id"], name="import_running", condition=Q(state__in=RUNNING)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="import_state_known"),
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="import_done_within"),
            models.CheckConstraint(
                condition=~Q(state__in=(State.APPLYING, State.DONE)) | ~Q(mode=""), name="import_mode_decided"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The file's name without what identifies a patient."""
        return masked_name(self.file_name)

    def get_absolute_url(self) -> str:
        """The import's page."""
        return f"/imports/{self.pk}/"

    @property
    def state_badge(self) -> State:
        """The state with its colour and icon."""
        return member(State, self.state)

    @property
    def is_running(self) -> bool:
        """Whether a worker has, or will have, it in hand."""
        return self.state in RUNNING

    @property
    def bad_rows(self) -> list[int]:
        """The numbers of the rows that cannot be imported, as the sheet counts them."""
        return sorted({fault[0] for fault in self.faults})

    @property
    def good(self) -> int:
        """How many rows would write something."""
        counts: dict[str, Any] = self.counts
        return counts.get("new", 0) + counts.get("change", 0)
