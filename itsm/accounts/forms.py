"""Forms of signing in, of the own account and of the register of people."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.accounts import gate, second_factor
from itsm.accounts.models import Department, User, Vendor
from itsm.accounts.roles import ROLES
from itsm.pages.fields import RecordChoice


def locked_sentence() -> str:
    """What is said of a lock; the same for names that nobody has."""
    return _("Too many failed attempts. Please try again in %(minutes)s minutes.") % {
        "minutes": settings.SIGN_IN_LOCK_MINUTES
    }


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

    def clean(self) -> dict[str, Any]:
        """Ask the gate; a failure is counted there."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if name is not None and password:
            self.user_cache = gate.check(self.request, name.strip(), password, at=timezone.now())
            if self.user_cache is None:
                raise self._refusal()
        return self.cleaned_data

    def _refusal(self) -> forms.ValidationError:
        if gate.is_locked(self.request):
            return forms.ValidationError(locked_sentence())
        if gate.directory_failed(self.request):
            return forms.ValidationError(
                _("The hospital's directory does not answer: a password that it keeps cannot be checked now.")
            )
        return self.get_invalid_login_error()


def code_field(**attributes: str) -> forms.CharField:
    """A one-time code; a telephone offers its digits, and recovery codes fit as well."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", **attributes})
    return forms.CharField(label=pgettext_lazy("one-time", "Code"), max_length=20, widget=widget)


class CodeForm(forms.Form):
    """The second step of signing in."""

    code = code_field(autofocus="autofocus")

    def __init__(self, request: HttpRequest, person: User, *args: object, **kwargs: object) -> None:
        self.request, self.person = request, person
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        """A code of the telephone or an unused recovery code; wrong ones count towards the lock."""
        code, at = self.cleaned_data["code"].replace(" ", ""), timezone.now()
        with transaction.atomic():
            allowed = gate.second_factor_allowed(self.request, self.person)
            factor = second_factor.check(self.person, code, at=at) if allowed else ""
            if allowed and not factor:
                gate.second_factor_failed(self.request, self.person, at=at)
        if factor:
            return code
        locked = gate.is_locked(self.request)
        raise forms.ValidationError(locked_sentence() if locked else _("This code is wrong or used."))


class SecondFactorForm(forms.Form):
    """Proof that the telephone has taken the secret."""

    code = code_field()


class OwnPasswordForm(PasswordChangeForm):
    """The present password and the new one twice; the page lists the rules."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = self.fields["new_password2"].help_text = ""


class OwnForm(forms.Form):
    """What everybody keeps up to date about oneself."""

    name = forms.CharField(label=pgettext_lazy("person", "name"), max_length=40)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)


def departments(**options: Any) -> RecordChoice:
    """The departments in use, by kind."""
    rows = Department.objects.filter(is_active=True).order_by("kind", "position", "code")
    return RecordChoice(rows, label=_("Department"), group="get_kind_display", required=False, **options)


def vendors(**options: Any) -> RecordChoice:
    """The companies in use."""
    rows = Vendor.objects.filter(is_active=True)
    return RecordChoice(rows, label=_("Company"), search=("code",), required=False, **options)


class PersonForm(OwnForm):
    """The register's columns of a person."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    job_title = forms.CharField(label=_("Post"), max_length=60, required=False)
    department = departments(empty_label=_("None"))
    vendor = vendors(empty_label=_("Hospital staff"))
    field_order = ("name", "job_title", "department", "vendor", "phone", "email")


class NewPersonForm(PersonForm):
    """A new account. The work number is unique, so a second sending makes no second account."""

    version = None
    work_number = forms.RegexField(
        r"^[A-Za-z0-9._-]+$",
        label=_("Work number"),
        max_length=30,
        help_text=_("Letters, digits, dot, hyphen. It is what the person signs in with and stays for good."),
        error_messages={"invalid": _("Only letters, digits, dot and hyphen.")},
    )
    field_order = ("work_number", "name", "job_title", "department", "vendor", "phone", "email")

    def clean_work_number(self) -> str:
        """Nobody else's, in whatever case it is written."""
        number = self.cleaned_data["work_number"]
        if User.objects.filter(work_number__iexact=number).exists():
            raise forms.ValidationError(_("This work number is taken."))
        return number


def reason_field() -> forms.CharField:
    """Why; it stands in the audit log."""
    return forms.CharField(label=_("Reason"), max_length=200, help_text=_("It stands in the audit log."))


class ReasonForm(forms.Form):
    """A verb on an account that takes only a reason."""

    reason = reason_field()


class DeactivateForm(forms.Form):
    """The end of an account."""

    left_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("The account closes after this day; empty closes it at once."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = reason_field()


class GrantForm(forms.Form):
    """The roles of a person."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "roles"})
    )
    sees_department = forms.BooleanField(
        label=_("Sees the tickets of the own department"),
        required=False,
        help_text=_("For the head nurse, for instance. Without it a clinical user sees only the own reports."),
    )
    reason = reason_field()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(code, f"{role.name}（{code}）") for code, role in ROLES.items()]


class PeopleFilter(forms.Form):
    """What the register of people is narrowed by."""

    q = forms.CharField(
        label=_("Search people"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, pinyin, work number, phone")}),
    )
    role = forms.ChoiceField(label=_("Role"), required=False)
    department = departments(empty_label=_("All departments"))
    vendor = vendors(empty_label=_("All companies"))
    active = forms.ChoiceField(
        label=_("Account state"),
        required=False,
        choices=[("", _("Open accounts")), ("no", _("Closed accounts")), ("all", _("All accounts"))],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("All roles")), *((code, role.name) for code, role in ROLES.items())]
