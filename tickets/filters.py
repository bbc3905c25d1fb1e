"""What the queue can be narrowed to; one definition for page and, later, API and export."""

import django_filters
from django.db.models import QuerySet
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.accounts.models import Department, User
from itsm.catalog.enums import Priority
from itsm.catalog.models import System
from tickets.enums import Kind, Source, State
from tickets.models import Ticket

DAY = DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

FLAGS = [
    ("disputed", _("Passed round")),
    ("urged", pgettext_lazy("flag", "Urged")),
    ("out_of_scope", _("Out of scope")),
    ("merged", pgettext_lazy("flag", "Duplicate")),
]
_FLAGGED = {
    "disputed": {"disputed": True},
    "urged": {"urge_count__gt": 0},
    "out_of_scope": {"out_of_scope": True},
    "merged": {"merged_into__isnull": False},
}


class TicketFilter(django_filters.FilterSet):
    """Kind, state, priority, system, department, assignee, source, patient data and the day of the report."""

    kind = django_filters.ChoiceFilter(choices=Kind.choices, label=_("Kind"))
    state = django_filters.ChoiceFilter(choices=State.choices, label=_("State"))
    priority = django_filters.ChoiceFilter(choices=Priority.choices, label=_("Priority"))
    source = django_filters.ChoiceFilter(choices=Source.choices, label=_("Source"))
    system = django_filters.ModelChoiceFilter(queryset=System.objects.all(), label=_("System"))
    department = django_filters.ModelChoiceFilter(queryset=Department.objects.all(), label=_("Department"))
    assignee = django_filters.ModelChoiceFilter(queryset=User.objects.holding("tickets.claim"), label=_("Assignee"))
    flag = django_filters.ChoiceFilter(choices=FLAGS, label=_("Flag"), method="flagged")
    patient_data = django_filters.ChoiceFilter(
        field_name="has_patient_data",
        choices=[("True", _("Contains patient data")), ("False", _("No patient data"))],
        label=_("Patient data"),
    )
    reported_after = django_filters.DateFilter("reported_at", "date__gte", label=_("Reported from"), widget=DAY)
    reported_before = django_filters.DateFilter("reported_at", "date__lte", label=_("Reported until"), widget=DAY)

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = ()

    def flagged(self, tickets: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:
        """Only the tickets that carry this flag."""
        return tickets.filter(**_FLAGGED[value])
