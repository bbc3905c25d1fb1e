"""Forms of what the desk decides about a letter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from itsm.catalog.enums import Impact, Urgency
from tickets.desk_forms import ReaderForm, TicketByNumber
from tickets.enums import Kind
from tickets.forms import departments, kind_field, systems
from tickets.records import Letter

KINDS = [Kind.INCIDENT, Kind.REQUEST, Kind.CONSULTATION]  # a letter says nothing of what other kinds ask for


class OpenForm(forms.Form):
    """转为工单: what the letter does not say about its sender."""

    kind = kind_field(KINDS)
    reporter_name = forms.CharField(label=_("Reporter"), max_length=40)
    reporter_phone = forms.CharField(label=_("Phone or extension"), max_length=40, required=False)
    department = departments()
    system = systems(empty_label=_("Not sure"))
    impact = forms.TypedChoiceField(
        label=_("Who is affected?"), choices=list(reversed(Impact.choices)), coerce=int, initial=Impact.PERSON
    )
    urgency = forms.TypedChoiceField(
        label=_("How badly?"), choices=Urgency.choices, coerce=int, initial=Urgency.HAMPERED
    )
    answered = forms.BooleanField(label=_("Send the sender number and tracking link"), required=False, initial=True)

    @classmethod
    def about(cls, letter: Letter, **initial: Any) -> "OpenForm":
        """The empty form, with what the letter does say."""
        name = letter.sender_name or letter.sender_address
        return cls(initial={"reporter_name": name[:40], **initial})

    def columns(self) -> dict[str, Any]:
        """The columns of the report."""
        cleaned = {name: value for name, value in self.cleaned_data.items() if name != "answered"}
        return {
            **cleaned,
            "kind": Kind(cleaned["kind"] or Kind.INCIDENT),
            "impact": Impact(cleaned["impact"]),
            "urgency": Urgency(cleaned["urgency"]),
        }


class FileForm(ReaderForm):
    """归入工单: on which ticket."""

    ticket = TicketByNumber(label=_("Number of the ticket"))
