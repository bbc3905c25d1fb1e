"""What every request of a signed-in person goes through: time-outs, closed accounts, open obligations."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from itsm.accounts import passwords, permissions, rules, sessions
from itsm.logs.requests import QUIET

SEEN_SECONDS = 60
ALWAYS = {"accounts:sign_out", "accounts:sign_in", "health_live", "health_ready"}


class SessionLimits:
    """Ends sessions that stood idle or grew old, and keeps pages out of the browser's cache.

    The session of a closed account is nobody's already: the backend gives no person for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check first, answer then. What a signed-in person saw is not kept by the browser."""
        signed_in = _has_session(request) and request.user.is_authenticated
        if signed_in:
            self._check(request)
        response = self.get_response(request)
        if signed_in and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    def _check(self, request: HttpRequest) -> None:
        at = timezone.now()
        now, held = int(at.timestamp()), request.session
        began, seen = held.get(sessions.BEGAN, 0), held.get(sessions.SEEN, 0)
        reason = rules.session_is_over(
            now,
            began=began,
            seen=seen,
            idle_seconds=60 * idle_minutes(request),
            total_seconds=3600 * settings.SESSION_HOURS,
        )
        if reason:
            sessions.sign_out(request, at=at, reason=reason)
            messages.warning(request, _SENTENCES[reason]())
        elif now - seen >= SEEN_SECONDS:
            sessions.seen(request, at=at)


def _has_session(request: HttpRequest) -> bool:
    """Whether the database is worth asking who this is."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.path not in QUIET


def idle_minutes(request: HttpRequest) -> int:
    """How long this person may do nothing."""
    return settings.ADMIN_IDLE_MINUTES if request.user.is_administrator else settings.SESSION_IDLE_MINUTES


_SENTENCES: dict[str, Callable[[], str]] = {
    "idle": lambda: _("You were signed out because nothing happened for a while."),
    "age": lambda: _("You were signed out because you had been signed in for a long time."),
}


class Obligations:
    """Leads who owes a new password or a second factor there, and nowhere else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the address is not known yet."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *arguments: object) -> HttpResponse | None:
        """Before any view: the page that must come first, or None. A fragment is refused with a sentence."""
        if not _has_session(request) or not request.user.is_authenticated:
            return None
        place = request.resolver_match.view_name
        owed = owes(request)
        if not owed or place in ALWAYS or place == owed:
            return None
        if request.htmx:
            raise PermissionDenied(_SENTENCE_OF[owed]())
        return redirect(owed)


def owes(request: HttpRequest) -> str:
    """The name of the address that this person must go to first, or ""."""
    used = not request.session.get(sessions.ELSEWHERE)  # who came another way may have forgotten the one kept here
    if used and passwords.must_change(request.user, at=timezone.now()):
        return "accounts:password"
    if settings.REQUIRE_SECOND_FACTOR and not request.session.get(sessions.SECOND_FACTOR):
        return "accounts:second_factor" if permissions.needs_second_factor(request.user) else ""
    return ""


_SENTENCE_OF: dict[str, Callable[[], str]] = {
    "accounts:password": lambda: _("First set a new password: reload the page."),
    "accounts:second_factor": lambda: _("First set up your second factor: reload the page."),
}
