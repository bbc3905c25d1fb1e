"""Signing in and out."""

from django.contrib.auth.views import LoginView, LogoutView

from itsm.accounts.forms import SignInForm


class SignIn(LoginView):
    """The sign-in page; a signed-in visitor goes on to the own home."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """Ends the session (POST only)."""
