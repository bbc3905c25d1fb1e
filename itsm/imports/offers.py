"""What the imports offer on the lists of other rooms."""

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from itsm.imports.tables import TABLES
from itsm.pages.registers import Link


def offer(code: str) -> Callable[[HttpRequest], Link | None]:
    """The link to the import of that table, for a list of its records; None for who may not import it."""

    def link(request: HttpRequest) -> Link | None:
        may = request.user.may(TABLES[code].permission)
        return Link(_("Import"), reverse("imports:new", args=[code])) if may else None

    return link
