"""Everybody's own account: what the register says, password, second factor, sessions."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from itsm.accounts import passwords, people, permissions, second_factor, sessions
from itsm.accounts.forms import OwnForm, OwnPasswordForm, SecondFactorForm
from itsm.pages.answers import UNPROCESSABLE

SECRET = "second_factor_secret"  # noqa: S105  the name of a key
_form_page = require_http_methods(["GET", "POST"])


@_form_page
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """The own account."""
    person = request.user
    initial = {"name": person.name, "phone": person.phone, "email": person.email}
    form = OwnForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        people.edit_own(person, by=person, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:own")
    return render(request, "accounts/own.html", _own(request, form), status=UNPROCESSABLE if form.errors else 200)


def _own(request: HttpRequest, form: OwnForm) -> dict[str, Any]:
    person, now = request.user, timezone.now()
    return {
        "form": form,
        "has_password": person.has_usable_password(),
        "password_days": passwords.days_left(person, at=now),
        "has_device": second_factor.has(person),
        "needs_device": settings.REQUIRE_SECOND_FACTOR and permissions.needs_second_factor(person),
        "sessions": sessions.current(person, at=now),
        "here": request.session.session_key,
    }


@_form_page
@never_cache
@login_required
def password(request: HttpRequest) -> HttpResponse:
    """Set a new password; where the hospital's directory keeps it there is nothing to do here."""
    person = request.user
    if not person.has_usable_password():
        messages.info(request, _("Your password is kept by the hospital's own sign-in."))
        return redirect("accounts:own")
    form = OwnPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = passwords.change(
            person,
            by=person,
            at=timezone.now(),
            password=form.cleaned_data["new_password1"],
            keep=request.session.session_key,
        )
        _go_on(request, changed)
        messages.success(request, _("The password is changed. Your other sessions have ended."))
        return redirect("home")
    context = {
        "form": form,
        "rules": password_validators_help_texts(),
        "forced": passwords.must_change(person, at=timezone.now()),
    }
    return render(request, "accounts/password.html", context, status=UNPROCESSABLE if form.errors else 200)


def _go_on(request: HttpRequest, person: Any) -> None:
    """Keep this session, under a new key, for the account with the new password."""
    old = request.session.session_key
    update_session_auth_hash(request, person)
    sessions.renamed(old, request.session.session_key)


@_form_page
@never_cache
@login_required
def set_up(request: HttpRequest) -> HttpResponse:
    """The own second factor: set it up, or see that it is there."""
    person = request.user
    if second_factor.has(person):
        request.session.pop(SECRET, None)
        return render(request, "accounts/second_factor.html", {"codes_left": second_factor.codes_left(person)})
    if request.method == "POST":
        return _take(request)
    secret = request.session.setdefault(SECRET, second_factor.new_secret())
    return render(request, "accounts/second_factor_new.html", _offer(request, secret, SecondFactorForm()))


def _offer(request: HttpRequest, secret: str, form: SecondFactorForm) -> dict[str, Any]:
    person = request.user
    return {
        "form": form,
        "secret": " ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        "picture": second_factor.picture(person, secret, request.get_host()),
        "forced": settings.REQUIRE_SECOND_FACTOR and permissions.needs_second_factor(person),
    }


def _take(request: HttpRequest) -> HttpResponse:
    secret, form = request.session.get(SECRET), SecondFactorForm(request.POST)
    if not secret:
        return redirect("accounts:second_factor")
    code = form.cleaned_data["code"].replace(" ", "") if form.is_valid() else ""
    person, at = request.user, timezone.now()
    codes = second_factor.set_up(person, by=person, at=at, secret=secret, code=code) if code else None
    if codes is None:
        if not form.errors:
            form.add_error("code", _("This code does not fit. Is the clock of the telephone right?"))
        template, context = "accounts/second_factor_new.html", _offer(request, secret, form)
        return render(request, template, context, status=UNPROCESSABLE)
    request.session.pop(SECRET)
    request.session[sessions.SECOND_FACTOR] = True
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


@require_POST
@never_cache
@login_required
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown this once."""
    person = request.user
    if not second_factor.has(person):
        return redirect("accounts:second_factor")
    codes = second_factor.renew_codes(person, by=person, at=timezone.now())
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


@require_POST
@login_required
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End the own sessions on other machines."""
    keep = request.session.session_key
    ended = sessions.end_others(request.user, by=request.user, at=timezone.now(), keep=keep)
    messages.success(request, _("%(n)s other sessions have ended.") % {"n": ended})
    return redirect("accounts:own")
