"""Files that were let in. Verbs write them; see storing.py and scanning.py."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.enums import MEDIA_TYPES, PICTURES, TEXTS, Kind, ScanState
from itsm.choices import member
from itsm.privacy import masked_name
from itsm.versions import versions

LEVEL, PATIENT_LEVEL, MOST_LEVEL = 2, 3, 5


class StoredFile(models.Model):
    """One kept file: what it is, who brought it, and what the scanner said. Its content lies at places.kept()."""

    uuid = models.UUIDField(default=uuid4, unique=True)
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(max_length=8, choices=Kind)
    size = models.PositiveIntegerField(help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    pages = models.PositiveIntegerField(null=True)
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploader_name = models.CharField(max_length=40, blank=True)
    uploaded_at = models.DateTimeField()
    level = models.PositiveSmallIntegerField(
        default=LEVEL, help_text=_("1 to 5, as the guide to the security of health data counts.")
    )
    patient_data = models.BooleanField(default=False)
    scan_state = models.CharField(max_length=10, choices=ScanState, default=ScanState.UNSCANNED)
    scanned_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=120, blank=True)
    erased_at = models.DateTimeField(null=True)

    history = versions()

    class Meta:
        verbose_name = _("file")
        indexes: ClassVar = [
            models.Index(fields=["id"], name="file_unscanned", condition=Q(scan_state="unscanned", erased_at=None)),
            models.Index(fields=["uploaded_at"], name="file_patient", condition=Q(patient_data=True, erased_at=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="file_kind_known"),
            models.CheckConstraint(condition=Q(size__gt=0), name="file_has_content"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=MOST_LEVEL), name="file_level_known"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_hash_whole"),
            models.CheckConstraint(
                condition=Q(width=None, height=None) | Q(width__gt=0, height__gt=0, height__isnull=False),
                name="file_size_pair",
            ),
            models.CheckConstraint(
                condition=Q(scan_state="unscanned", scanned_at=None, finding="")
                | Q(scan_state="clean", scanned_at__isnull=False, finding="")
                | (Q(scan_state="infected", scanned_at__isnull=False) & ~Q(finding="")),
                name="file_scan_pair",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name without what identifies a patient."""
        return masked_name(self.name)

    @property
    def scan_badge(self) -> ScanState:
        """The scanner's word with its colour and icon."""
        return member(ScanState, self.scan_state)

    @property
    def is_picture(self) -> bool:
        """Whether it was written anew from its pixels, and so may be shown in a page."""
        return self.kind in PICTURES

    @property
    def is_text(self) -> bool:
        """Whether its first part can be shown as text."""
        return self.kind in TEXTS

    @property
    def is_infected(self) -> bool:
        """Whether it is locked away."""
        return self.scan_state == ScanState.INFECTED

    @property
    def is_held(self) -> bool:
        """Whether it waits for the scanner before anybody gets it."""
        return settings.FILE_HOLD_UNTIL_SCANNED and self.scan_state == ScanState.UNSCANNED

    @property
    def is_erased(self) -> bool:
        """Whether its time is over and its content gone."""
        return self.erased_at is not None

    @property
    def is_at_hand(self) -> bool:
        """Whether it can be handed out."""
        return not (self.is_infected or self.is_held or self.is_erased)

    @property
    def media_type(self) -> str:
        """What a download is called in its header; a text is never anything that runs."""
        return MEDIA_TYPES.get(self.kind, "text/plain; charset=utf-8")
