"""The form field that takes files and checks them: what it cleans to is documents.checking.Uploads."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from documents import checking
from documents.checking import Uploads
from documents.enums import EXTENSIONS, MEDIA_TYPES, PICTURES

# Named types rather than image/*: an iPhone then sends its HEIC photos as JPEG, and phones offer the camera.
_MEDIA = sorted(MEDIA_TYPES[kind] for kind in PICTURES if kind in MEDIA_TYPES)


class FilesInput(forms.FileInput):
    """Many files at once; on a phone it offers the camera too. dropzone.js takes drops and pasted screenshots."""

    template_name = "django/forms/widgets/files.html"
    allow_multiple_selected = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the widget's template shows: the limits in numbers, for the sentence and for the script."""
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("required", None)
        return {
            **context,
            "accept": ",".join([*_MEDIA, *(f".{ending}" for ending in EXTENSIONS)]),
            "most_files": settings.FILE_MAX_COUNT,
            "most_megabytes": settings.FILE_MAX_MEGABYTES,
            "most_together": settings.UPLOAD_MAX_MEGABYTES,
        }

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        """Every file of that name."""
        return files.getlist(name) if hasattr(files, "getlist") else [file for file in [files.get(name)] if file]


class FilesField(forms.Field):
    """Never wrong by itself: a refused file is named in `Uploads.refused`, and the others stay."""

    widget = FilesInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"label": _("Pictures and files"), "required": False, **options})

    def clean(self, value: list[UploadedFile]) -> Uploads:
        """Check each file."""
        return checking.check_all(value or [])


class FilesMixin(forms.Form):
    """Adds files, and whether patients can be recognised in them, to a form."""

    files = FilesField()
    patient_data = forms.BooleanField(
        label=_("Patients can be recognised in them"),
        required=False,
        help_text=_(
            "Only those who handle the ticket will see them, every look is logged, and they are deleted early."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Both together become `uploads`."""
        cleaned = super().clean()
        uploads = cleaned.pop("files", None) or Uploads()
        uploads.patient_data = cleaned.pop("patient_data", False)
        if self.errors and (uploads.checked or uploads.refused):  # a browser does not send them by itself again
            self.add_error("files", _("Please choose the files again, unless they are listed here."))
        return {**cleaned, "uploads": uploads}
