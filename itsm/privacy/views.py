"""The patterns for the browser: one list for both sides."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from itsm.privacy import detector, numbers, patterns
from itsm.privacy.guard import patterns as installed

KINDS = {
    patterns.IDENTITY: gettext_noop("ID card number"),
    patterns.MOBILE: gettext_noop("mobile number"),
    patterns.NUMBER: gettext_noop("hospital number of a patient"),
    patterns.CARD: gettext_noop("bank card number"),
    patterns.NAME: gettext_noop("patient's name"),
}


def kind_names(kinds: list[str]) -> str:
    """These kinds in words."""
    return "、".join(_(KINDS[kind]) for kind in kinds)


@require_GET
@cache_control(max_age=3600)
def pattern_list(request: HttpRequest) -> HttpResponse:
    """Patterns, the table of plain characters and the constants of the checks, for static/js/privacy.js."""
    rows = [pattern._asdict() for pattern in installed()]
    return JsonResponse(
        {
            "patterns": rows,
            "odd": detector.ODD,
            "even": detector.EVEN,
            "weights": numbers.WEIGHTS,
            "checkCharacters": numbers.CHECK_CHARACTERS,
            "imei": numbers.IMEI,
            "kinds": {kind: _(name) for kind, name in KINDS.items()},
        }
    )
