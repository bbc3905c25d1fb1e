"""Words of the stored files."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.choices import TextBadges


class Kind(models.TextChoices):
    """What a file is by its content; the value is the extension under which it goes out."""

    PNG = "png", _("Picture")
    JPG = "jpg", _("Photo")
    WEBP = "webp", _("Picture (WebP)")
    GIF = "gif", _("Moving picture")
    BMP = "bmp", _("Picture (BMP)")
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"
    PPTX = "pptx", "PowerPoint"
    TXT = "txt", _("Text")
    LOG = "log", pgettext_lazy("file", "Log")
    CSV = "csv", _("Table (CSV)")
    ZIP = "zip", _("Archive (ZIP)")


EXTENSIONS: dict[str, Kind] = {
    **{kind.value: kind for kind in Kind},
    **dict.fromkeys(("jpeg", "jpe", "jfif"), Kind.JPG),
}
PICTURES = frozenset({Kind.PNG, Kind.JPG, Kind.WEBP, Kind.GIF, Kind.BMP})
OFFICE = frozenset({Kind.DOCX, Kind.XLSX, Kind.PPTX})
TEXTS = frozenset({Kind.TXT, Kind.LOG, Kind.CSV})
MEDIA_TYPES: dict[str, str] = {
    Kind.PNG: "image/png",
    Kind.JPG: "image/jpeg",
    Kind.WEBP: "image/webp",
    Kind.GIF: "image/gif",
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Kind.ZIP: "application/zip",
}


class ScanState(TextBadges):
    """What the virus scanner has said."""

    UNSCANNED = "unscanned", "secondary", "shield", _("Not scanned")
    CLEAN = "clean", "green", "shield-check", _("Scanned")
    INFECTED = "infected", "red", "alert-octagon", _("Infected, locked away")
