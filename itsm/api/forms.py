"""Forms of the access tokens."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

_LIVES = (7, 30, 90, 180, 365)


class TokenForm(forms.Form):
    """What a token is for and how long it lives."""

    name = forms.CharField(label=_("purpose"), max_length=60, help_text=_("Which program uses it, and for what."))
    days = forms.TypedChoiceField(label=_("valid for"), coerce=int, initial=90)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        lives = [days for days in _LIVES if days <= settings.API_TOKEN_DAYS] or [settings.API_TOKEN_DAYS]
        self.fields["days"].choices = [(days, _("%(days)s days") % {"days": days}) for days in lives]
