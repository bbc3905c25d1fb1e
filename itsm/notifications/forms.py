"""Forms of the outbox: a person's choice, a group, and what the list of messages is narrowed by."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.accounts.models import Vendor
from itsm.accounts.roles import ROLES
from itsm.notifications.enums import Channel, Occasion, QuietHours
from itsm.notifications.models import Destination, Preference
from itsm.notifications.models.preferences import EVERY_DAY
from itsm.pages.register_forms import RegisterForm, optional

DAYS = [
    (1, gettext_lazy("Mon")),
    (2, gettext_lazy("Tue")),
    (3, gettext_lazy("Wed")),
    (4, gettext_lazy("Thu")),
    (5, gettext_lazy("Fri")),
    (6, gettext_lazy("Sat")),
    (7, gettext_lazy("Sun")),
]
TIME = "%H:%M"
TOLD = ("DSK", "PM", "CTO", "HLD", "EXE", "VND")  # the roles that levels of a ladder name


class ChooseForm(forms.Form):
    """Which kinds of news by mail, and when none may come."""

    mailed = forms.MultipleChoiceField(
        label=gettext_lazy("By e-mail"),
        choices=Occasion.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    quiet = forms.ChoiceField(label=gettext_lazy("Quiet hours"), choices=QuietHours.choices, widget=forms.RadioSelect)
    quiet_from = forms.TimeField(
        label=gettext_lazy("from"), required=False, widget=forms.TimeInput({"type": "time"}, format=TIME)
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("until"), required=False, widget=forms.TimeInput({"type": "time"}, format=TIME)
    )
    quiet_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("They begin on"),
        coerce=int,
        choices=DAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        values = dict(self.cleaned_data)
        mailed = set(values.pop("mailed"))
        return {**values, "without_mail": [one for one in Occasion.values if one not in mailed]}


def chosen(wish: Preference | None) -> dict[str, Any]:
    """What the form shows of a choice, or of none."""
    if wish is None:
        return {"mailed": Occasion.values, "quiet": QuietHours.HOUSE, "quiet_days": EVERY_DAY}
    return {
        "mailed": [one for one in Occasion.values if one not in wish.without_mail],
        "quiet": wish.quiet,
        "quiet_from": wish.quiet_from,
        "quiet_until": wish.quiet_until,
        "quiet_days": wish.quiet_days,
    }


class DestinationForm(RegisterForm):
    """A group. Address and secret are written only: what is stored is never shown, and an empty field keeps it."""

    GROUPS = (
        (gettext_lazy("Where it is"), ("name", "kind", "address", "secret", "keyword")),
        (gettext_lazy("What it hears of"), ("vendor", "phones", "roles")),
    )

    address = forms.CharField(
        label=gettext_lazy("address"),
        max_length=2000,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )
    secret = forms.CharField(
        label=gettext_lazy("secret"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "DingTalk and Feishu sign with it if the robot demands it. A webhook is given one. "
            "It is removed on the group's page."
        ),
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("whose group it is"),
        choices=[(code, ROLES[code].name) for code in TOLD],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("It hears what these roles are told. None: of everything."),
    )
    phones = forms.CharField(
        label=gettext_lazy("mobile phones"),
        required=False,
        help_text=gettext_lazy("Named in urgent messages of WeCom and DingTalk, separated by commas."),
    )

    class Meta:
        model = Destination
        fields = ("name", "kind", "keyword", "roles", "vendor", "phones")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vendor"] = optional(
            Vendor.objects.filter(is_active=True),
            label=_("vendor"),
            search=("initials", "code"),
            help_text=_("This company's own group: it hears of this company's tickets alone."),
        )
        self._keep_retired()
        self.fields["address"].help_text = _("Allowed hosts: %(hosts)s.") % {
            "hosts": "、".join(settings.OUTBOUND_HOSTS) or _("none")
        }
        if self.instance.pk:
            self.initial["phones"] = ", ".join(self.instance.phones)
            self.fields["address"].required = False
            for name in ("address", "secret"):
                if kept := getattr(self.instance, name):
                    self.fields[name].widget.attrs["placeholder"] = _("%(kept)s stays as it is") % {"kept": kept}

    def clean_phones(self) -> list[str]:
        """Mobile numbers, each once."""
        given = self.cleaned_data["phones"].replace("，", ",").replace("、", ",").split(",")
        phones = list(dict.fromkeys(phone.strip() for phone in given if phone.strip()))
        if any(len(phone) != 11 or not (phone.isascii() and phone.isdecimal()) for phone in phones):
            raise forms.ValidationError(_("A mobile number has 11 digits."))
        return phones

    @property
    def values(self) -> dict[str, Any]:
        """What was typed; an empty address or secret is left as it is."""
        return {name: value for name, value in super().values.items() if value or name not in ("address", "secret")}


class OutgoingFilter(forms.Form):
    """By which way, and to which group."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        required=False,
        choices=[
            ("", gettext_lazy("Every channel")),
            (Channel.EMAIL.value, Channel.EMAIL.label),
            (Channel.GROUP.value, Channel.GROUP.label),
        ],
    )
    destination = forms.ModelChoiceField(
        Destination.objects.order_by("initials"),
        label=gettext_lazy("Group"),
        required=False,
        empty_label=gettext_lazy("Every group"),
    )
