"""Forms of every verb. A form checks its input; the verb checks the rules."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.fields import FilesMixin
from itsm.privacy.forms import MaskedTexts
from tickets.closed import CORRECTABLE
from tickets.enums import Answer, HoldReason, Kind, Mode, SafetyItem, State, Tool
from tickets.forms import RATINGS, guarded, handlers, text_area
from tickets.kinds import facts
from tickets.models import Ticket
from tickets.particular_forms import said, sheet_of
from tickets.work import Done, Remote, Reply


class NoForm(forms.Form):
    """A verb that needs no words."""


class AssignForm(forms.Form):
    """派单."""

    assignee = handlers()


class TransferForm(forms.Form):
    """转单."""

    assignee = handlers()
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_area(2))


class HoldForm(forms.Form):
    """挂起."""

    hold_reason = forms.ChoiceField(label=_("Waiting for"), choices=HoldReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Details"), max_length=500, required=False, widget=text_area(2))


class VerbForm(forms.Form):
    """A verb's form that depends on the ticket."""

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        self.ticket = ticket
        super().__init__(*args, **kwargs)


def _moment(label: Any, **attributes: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", **attributes}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget)


class ResolveForm(VerbForm):
    """解决: what was done and, where hands were put on something, how. One page, with what is known filled in."""

    solution = forms.CharField(
        label=_("What was done"),
        max_length=5000,
        widget=text_area(4),
        help_text=_("The reporter reads this too."),
    )
    fixed_in = forms.CharField(label=_("Fixed in version"), max_length=40, widget=guarded())
    mode = forms.ChoiceField(
        label=_("How was it done?"), choices=Mode.choices, required=False, widget=forms.RadioSelect
    )
    arrived_at = _moment(_("Arrived at"))
    is_clean = forms.BooleanField(label=_("Place cleaned up, equipment put back"), required=False)
    tool = forms.ChoiceField(label=_("Tool"), choices=Tool.choices, required=False, initial=Tool.DESKTOP)
    started_at = _moment(_("Remote work begun"))
    ended_at = _moment(_("Remote work ended"))
    actions = forms.CharField(
        label=_("Remote log"),
        max_length=5000,
        required=False,
        widget=text_area(2),
        help_text=_("Leave it empty if the description above says it all."),
    )

    WORK = ("mode", "arrived_at", "is_clean", "tool", "started_at", "ended_at", "actions")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticket, now = self.ticket, timezone.now()
        if ticket.kind != Kind.BUG:
            del self.fields["fixed_in"]
        if not facts(ticket.kind).has_work:
            for name in self.WORK:
                del self.fields[name]
            return
        self.initial.setdefault("mode", Mode.ON_SITE if ticket.arrived_at else ticket.mode or Mode.PHONE)
        self.initial.setdefault("started_at", min(ticket.responded_at or ticket.reported_at, now))
        self.initial.setdefault("ended_at", now)
        if ticket.arrived_at:
            self.fields["mode"].choices = [(Mode.ON_SITE.value, Mode.ON_SITE.label)]
            del self.fields["arrived_at"]

    def clean(self) -> dict[str, Any]:
        """The words of the verb: solution, the version without the bug, and how it was done."""
        cleaned = super().clean()
        mode = cleaned.get("mode") or self.initial.get("mode", "")
        if not self.errors:
            self._check_work(mode, cleaned)
        done = Done(mode, cleaned.get("arrived_at"), cleaned.get("is_clean", False), self._remote(mode, cleaned))
        return {"solution": cleaned.get("solution", ""), "fixed_in": cleaned.get("fixed_in", ""), "done": done}

    def _check_work(self, mode: str, cleaned: dict[str, Any]) -> None:
        if mode == Mode.ON_SITE:
            if "arrived_at" in self.fields and not cleaned.get("arrived_at"):
                self.add_error("arrived_at", _("When did you arrive?"))
            if not cleaned.get("is_clean"):
                self.add_error("is_clean", _("Please clean up the place and confirm it."))

    def _remote(self, mode: str, cleaned: dict[str, Any]) -> Remote | None:
        if mode != Mode.REMOTE or not (cleaned.get("started_at") and cleaned.get("ended_at")):
            return None
        tool = Tool(cleaned.get("tool") or Tool.DESKTOP)
        return Remote(tool, cleaned["started_at"], cleaned["ended_at"], cleaned.get("actions", ""))


class SecureForm(forms.Form):
    """安全确认: three items, each yes, no or not applicable with a reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in SafetyItem:
            self.fields[item.value] = forms.ChoiceField(
                label=item.label, choices=Answer.choices, widget=forms.RadioSelect(attrs={"class": "three"})
            )
            self.fields[f"{item.value}_reason"] = forms.CharField(
                label=_("Reason, if not applicable"), max_length=200, required=False, widget=guarded()
            )

    def clean(self) -> dict[str, Any]:
        """The replies by item."""
        cleaned = super().clean()
        for item in SafetyItem:
            if cleaned.get(item.value) == Answer.NOT_APPLICABLE and not cleaned[f"{item.value}_reason"].strip():
                self.add_error(f"{item.value}_reason", _("Please say why."))
        found = {item.value: cleaned[item.value] for item in SafetyItem if cleaned.get(item.value)}
        return {"replies": {item: Reply(Answer(said), cleaned[f"{item}_reason"]) for item, said in found.items()}}


class ConcludeForm(forms.Form):
    """调查结论."""

    verified = forms.TypedChoiceField(
        label=_("Is the complaint true?"),
        choices=[("yes", _("It is true")), ("no", _("It is not true"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    conclusion = forms.CharField(label=_("Conclusion"), max_length=5000, widget=text_area(4))


class PlanForm(VerbForm):
    """排期."""

    evaluation = forms.CharField(label=_("Evaluation"), max_length=2000, widget=text_area(3))
    promised_on = forms.DateField(
        label=_("Promised for"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_promised_on(self) -> date:
        """Today or later."""
        day = self.cleaned_data["promised_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("The promised day lies in the past."))
        return day


class SubmitForm(MaskedTexts, VerbForm):
    """提请会签: filled in with what was sent back."""

    plan = forms.CharField(
        label=_("Statement or plan"), max_length=5000, widget=text_area(5, **{"class": "code", "spellcheck": "false"})
    )
    rollback = forms.CharField(label=_("Rollback plan"), max_length=2000, widget=text_area(3))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.ticket.kind == Kind.DATA_CORRECTION and self.ticket.state == State.IN_PROGRESS:
            self.initial.setdefault("plan", self.ticket.datacorrection.plan)
            self.initial.setdefault("rollback", self.ticket.datacorrection.rollback)
        self.offer_masked(("plan", "rollback"))


class SignForm(forms.Form):
    """会签: the password once more."""

    password = forms.CharField(
        label=_("Your password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("It stands for your signature, together with a hash over the plan; it is no CA certificate."),
    )


class ConvertForm(VerbForm):
    """改类型: the new kind; what only it has to say is asked for once it is chosen."""

    kind = forms.ChoiceField(label=_("New kind"), choices=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in Kind if kind != self.ticket.kind]
        self.sheet = sheet_of(self.data) if self.is_bound else None

    def clean(self) -> dict[str, Any]:
        """The words of the verb: kind and its particulars."""
        cleaned = super().clean()
        if self.sheet and not self.sheet.is_valid():
            raise forms.ValidationError(_("Please fill in what this kind needs."))
        return {"kind": cleaned.get("kind", ""), "values": said(self.sheet) if self.sheet else {}}


class ReasonForm(forms.Form):
    """A verb that needs a reason."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_area(3))


def _columns() -> list[tuple[str, Any]]:
    return [(name, Ticket._meta.get_field(name).verbose_name) for name in CORRECTABLE]


class CorrectForm(forms.Form):
    """更正."""

    field = forms.ChoiceField(label=_("Item to correct"), choices=_columns)
    should_be = forms.CharField(
        label=_("What should it say?"),
        max_length=5000,
        widget=text_area(2),
        help_text=_("A time as 2026-09-24 18:30; a system, department or priority by its name."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_area(2))


class ReplyForm(FilesMixin):
    """A public reply or an internal note; words, or files, or both."""

    body = forms.CharField(label=_("Message"), max_length=5000, required=False, widget=text_area(3))
    field_order = ("body", "files", "patient_data")

    def clean(self) -> dict[str, Any]:
        """Something must be said."""
        cleaned = super().clean()
        if not (cleaned.get("body") or cleaned["uploads"].checked or self.errors):
            for sentence in cleaned["uploads"].refused:
                self.add_error("files", sentence)
            if not self.errors:
                self.add_error("body", _("Please write something or attach a file."))
        return cleaned


class AttachForm(FilesMixin):
    """Files without words."""

    is_public = forms.BooleanField(label=_("The reporter may see them"), required=False)

    def clean(self) -> dict[str, Any]:
        """At least one file must be good."""
        cleaned = super().clean()
        if not cleaned["uploads"].checked:
            for sentence in cleaned["uploads"].refused or [_("Please choose a file.")]:
                self.add_error("files", sentence)
        return cleaned


class RevealForm(forms.Form):
    """查看原文: which text, and why."""

    what = forms.ChoiceField(label=_("Text"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=text_area(2),
        help_text=_("Your name, the time and the reason go into the audit log."),
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = places


class RateForm(forms.Form):
    """1 to 5 and a comment."""

    rating = forms.TypedChoiceField(
        label=_("How satisfied are you?"), choices=RATINGS, coerce=int, widget=forms.RadioSelect
    )
    comment = forms.CharField(label=_("Anything to add?"), max_length=500, required=False, widget=text_area(2))
