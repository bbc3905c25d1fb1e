"""The page 运行状况, and the same for monitoring behind a token."""

import hmac

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from itsm.accounts.access import permission_required
from itsm.operation import findings, wakeups
from itsm.operation.enums import Health, worst
from itsm.operation.models import Run
from itsm.operation.tasks import verify_audit

HEADER = "X-Health-Token"
SHOWN_RUNS = 20
SUMMARIES = {
    Health.OK: gettext_lazy("Everything runs as it should."),
    Health.UNKNOWN: gettext_lazy("Everything that is measured runs as it should."),
    Health.WARN: gettext_lazy("The desk works; something wants looking at."),
    Health.BAD: gettext_lazy("Something is broken and needs a person now."),
}
DEGRADATION = (
    (
        gettext_lazy("Redis is down or hangs"),
        gettext_lazy("Reporting, signing in, lists and tickets work."),
        gettext_lazy("Deadlines and mail wait; nothing is lost."),
    ),
    (
        gettext_lazy("Worker or beat is down"),
        gettext_lazy("Everything at the desk works."),
        gettext_lazy("Deadlines are told late, mail waits; manage.py sweep does it by hand."),
    ),
    (
        gettext_lazy("The mail server is down"),
        gettext_lazy("Notices in the desk work."),
        gettext_lazy("Mail waits and is tried again for about two hours."),
    ),
    (
        gettext_lazy("PostgreSQL is down"),
        gettext_lazy("A page says so and names the phone."),
        gettext_lazy("Nothing can be reported; web and worker go on by themselves when it is back."),
    ),
    (
        gettext_lazy("The disk of the uploads is full"),
        gettext_lazy("Texts are saved."),
        gettext_lazy("Files are refused with a sentence."),
    ),
)


@require_GET
@never_cache
def deep(request: HttpRequest) -> HttpResponse:
    """For monitoring: every finding as JSON; 503 when one is broken. Nobody without the token finds it."""
    sent = request.headers.get(HEADER, "").encode()
    if not settings.HEALTH_TOKEN or not hmac.compare_digest(sent, settings.HEALTH_TOKEN.encode()):
        raise Http404
    found = findings.every(timezone.now())
    state = worst([finding.state for finding in found])
    said = {
        finding.key: {
            "state": finding.state.value,
            "number": finding.number,
            "value": finding.value,
            "sentence": finding.sentence,
        }
        for finding in found
    }
    return JsonResponse({"state": state.value, "checks": said}, status=503 if state == Health.BAD else 200)


@require_GET
@never_cache
@login_required
@permission_required("operation.read")
def page(request: HttpRequest) -> HttpResponse:
    """运行状况: the same in words, and what still works when a part is away."""
    found = findings.every(timezone.now())
    state = worst([finding.state for finding in found])
    context = {
        "findings": found,
        "state": state,
        "summary": SUMMARIES[state],
        "degradation": DEGRADATION,
        "runs": Run.objects.order_by("-started_at", "-id")[:SHOWN_RUNS],
        "can_verify": request.user.may("operation.verify"),
    }
    return render(request, "operation/_state.html" if request.htmx else "operation/page.html", context)


@require_POST
@login_required
@permission_required("operation.verify")
def verify(request: HttpRequest) -> HttpResponse:
    """Ask the worker to check the audit log now."""
    if wakeups.send(verify_audit, request.user.pk):
        messages.success(request, _("The check has begun; its result appears here."))
    else:
        messages.error(request, _("The wake-up queue does not answer. On the server: manage.py verify_audit"))
    return redirect("operation:page")
