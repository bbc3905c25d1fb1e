"""Hands a file out. Whoever calls has asked before whether this person may have it, and has logged it."""

import logging
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from documents import checking, places
from documents.errors import FileUnavailable
from documents.models import StoredFile

logger = logging.getLogger(__name__)
SMALL_BYTES = 1024 * 1024
POLICY = "default-src 'none'; sandbox"


def check_at_hand(file: StoredFile) -> None:
    """Raise FileUnavailable, with a sentence, for what is locked away, held back, erased, lost or altered."""
    named = {"name": file.shown_name}
    if file.is_infected:
        raise FileUnavailable(_("“%(name)s” is infected and locked away.") % named)
    if file.is_held:
        raise FileUnavailable(_("“%(name)s” is being scanned; please try again in a minute.") % named)
    if file.is_erased:
        raise FileUnavailable(_("“%(name)s” was deleted after its time.") % named)
    path = places.kept(file.uuid)
    try:
        whole = path.stat().st_size == file.size
        whole = whole and (file.size > SMALL_BYTES or checking.digest(path) == file.sha256)
    except OSError:
        whole = False
    if not whole:
        logger.error("File %s is missing or altered.", path)
        raise FileUnavailable(_("“%(name)s” is missing or damaged on the server.") % named)


def serve(file: StoredFile, *, inline: bool = False) -> HttpResponseBase:
    """The content as a download; inline only for a picture that was written anew.

    Raises FileUnavailable.
    """
    check_at_hand(file)
    shown = inline and file.is_picture
    return hand_out(places.relative(file.uuid), file.media_type, content_disposition_header(not shown, file.shown_name))


def serve_thumb(file: StoredFile) -> HttpResponseBase:
    """The small picture. Raises FileUnavailable."""
    if not file.is_at_hand or not places.thumb(file.uuid).is_file():
        raise FileUnavailable(_("There is no picture of it."))
    return hand_out(f"{places.relative(file.uuid)}{places.THUMB_ENDING}", "image/jpeg", "inline")


def hand_out(relative: str, media_type: str, disposition: str) -> HttpResponseBase:
    """A file below the media folder, by ourselves or by nginx. relative: no part of it comes from outside."""
    if settings.FILES_BY_NGINX:
        response: HttpResponseBase = HttpResponse()
        response["X-Accel-Redirect"] = f"/_media/{relative}"
    else:
        path: Path = places.root() / relative
        response = FileResponse(path.open("rb"))
        response["Content-Length"] = str(path.stat().st_size)
    response["Content-Type"] = media_type
    response["Content-Disposition"] = disposition
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
