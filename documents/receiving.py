"""Takes uploads from the request into the media disk's own tmp folder; never more bytes than may be kept.

A full or unwritable disk does not break the request: the text arrives, and the file is marked as lost.
"""

import io
import logging
import tempfile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from documents import places

logger = logging.getLogger(__name__)


class Upload(UploadedFile):
    """A file as it came in. size: what was sent, even where less was kept. is_lost: the disk refused it."""

    is_lost = False


class Receiver(FileUploadHandler):
    """Django's upload handler for every form of the product."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._is_lost = False
        self._sink: Any = io.BytesIO()
        try:
            self._sink = tempfile.TemporaryFile(dir=places.incoming())  # noqa: SIM115  closed with the request
        except OSError:
            self._lose()

    def _lose(self) -> None:
        logger.exception("An upload cannot be written below %s.", settings.MEDIA_ROOT)
        self._is_lost = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece; what exceeds the limit is counted by Django and thrown away here."""
        if self._is_lost or start > settings.FILE_MAX_MEGABYTES * 1024 * 1024:
            return
        try:
            self._sink.write(raw_data)
        except OSError:
            self._lose()

    def file_complete(self, file_size: int) -> Upload:
        """The file, whole or lost."""
        if not self._is_lost:
            try:
                self._sink.seek(0)
            except OSError:
                self._lose()
        upload = Upload(self._sink, self.file_name, self.content_type, file_size, self.charset)
        upload.is_lost = self._is_lost
        return upload

    def upload_interrupted(self) -> None:
        """The sender went away."""
        if hasattr(self, "_sink"):
            self._sink.close()
