"""Hands the file of an export out. Whoever calls has asked and logged before that this person may have it."""

import logging

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from documents.errors import FileUnavailable
from documents.serving import hand_out
from itsm.exports import places
from itsm.exports.models import Export
from itsm.pages.exports import KINDS

logger = logging.getLogger(__name__)


def name_of(export: Export) -> str:
    """The file is named after the list and the moment of its rows."""
    return f"{export.title.replace(' ', '_')}_{timezone.localtime(export.as_of):%Y%m%d_%H%M}.{export.kind}"


def answer(export: Export) -> HttpResponseBase:
    """The content as a download. Raises FileUnavailable when it is missing or altered."""
    path = places.kept(export.kept)
    try:
        whole = path.stat().st_size == export.size
    except OSError:
        whole = False
    if not whole:
        logger.error("The file of export %s is missing or altered: %s", export.pk, path)
        raise FileUnavailable(_("The file is missing or damaged on the server; please export it again."))
    disposition = content_disposition_header(True, name_of(export))
    return hand_out(places.relative(export.kept), KINDS[export.kind].content_type, disposition)
