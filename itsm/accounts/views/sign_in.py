"""Signing in and out: password, then a code if the person has a second factor."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from itsm.accounts import gate, oidc, second_factor, sessions
from itsm.accounts.forms import CodeForm, SignInForm
from itsm.accounts.models import User

PENDING, PENDING_SECONDS = "sign_in_pending", 300


class SignIn(LoginView):
    """The sign-in page; a signed-in visitor goes on to the own home."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """The form of the step that is due; ?again=1 begins anew."""
        if "again" in request.GET:
            request.session.pop(PENDING, None)
        return super().get(request, *args, **kwargs)

    def get_form(self, form_class: type[Form] | None = None) -> Form:
        """The code when the password was right a moment ago, else work number and password."""
        person = _pending(self.request)
        if person:
            return CodeForm(self.request, person, self.request.POST or None)
        return SignInForm(self.request, self.request.POST or None)

    def form_valid(self, form: Form) -> HttpResponse:
        """On to the second step, or in."""
        if isinstance(form, CodeForm):
            elsewhere = self.request.session.pop(PENDING).get("elsewhere", False)
            at = timezone.now()
            sessions.sign_in(self.request, form.person, at=at, second_factor=True, elsewhere=elsewhere)
            return HttpResponseRedirect(self.get_success_url())
        person = form.get_user()
        elsewhere = person.backend != settings.AUTHENTICATION_BACKENDS[1]
        return proceed(self.request, person, self.get_redirect_url(), self.get_success_url(), elsewhere=elsewhere)

    def form_invalid(self, form: Form) -> HttpResponse:
        """The same page with its sentence; 429 while locked."""
        status = 429 if gate.is_locked(self.request) else 422
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which step it is, and the button of the hospital's own directory."""
        context = super().get_context_data(**kwargs)
        return {**context, "person": getattr(context["form"], "person", None), "oidc": oidc.is_on()}


def proceed(request: HttpRequest, person: User, next_url: str, then: str, *, elsewhere: bool) -> HttpResponse:
    """In, or to the code first when the person has a device. elsewhere: no password of ours was given."""
    if not second_factor.has(person):
        sessions.sign_in(request, person, at=timezone.now(), second_factor=False, elsewhere=elsewhere)
        return HttpResponseRedirect(then)
    request.session[PENDING] = {"pk": person.pk, "at": int(timezone.now().timestamp()), "elsewhere": elsewhere}
    query = f"?{urlencode({'next': next_url})}" if next_url else ""
    return redirect(f"{reverse('accounts:sign_in')}{query}")


def _pending(request: HttpRequest) -> User | None:
    held = request.session.get(PENDING)
    now = timezone.now()
    if not held or not 0 <= now.timestamp() - held["at"] <= PENDING_SECONDS:
        return None
    return User.objects.open(timezone.localdate(now)).filter(pk=held["pk"]).first()


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; the browser forgets the pages it has kept."""
    if request.user.is_authenticated:
        sessions.sign_out(request, at=timezone.now())
    response = redirect("home")
    response["Clear-Site-Data"] = '"cache"'
    return response


@require_GET
def begin_oidc(request: HttpRequest) -> HttpResponse:
    """Go to the hospital's own sign-in page."""
    try:
        return oidc.begin(request, request.GET.get("next", ""))
    except oidc.OUTAGES:
        return _back(request, _("The hospital's sign-in does not answer. Use your work number and password."))


@require_GET
def finish_oidc(request: HttpRequest) -> HttpResponse:
    """Come back from there: in, if an open account has the number that it names."""
    found = oidc.finish(request, at=timezone.now())
    if found is None:
        return _back(request, _("The hospital's sign-in did not name an account of this desk."))
    person, next_url = found
    return proceed(request, person, next_url, next_url or reverse("home"), elsewhere=True)


def _back(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect("accounts:sign_in")
