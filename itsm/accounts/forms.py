"""The sign-in form."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Work number and password; every refusal reads the same, so it tells nothing about accounts."""

    error_messages = {
        "invalid_login": _("Work number or password is wrong."),
        "inactive": _("Work number or password is wrong."),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Work number")
        self.fields["username"].widget.attrs.update(autofocus=True, autocapitalize="none")
        self.fields["password"].label = _("Password")
        self.fields["password"].widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
