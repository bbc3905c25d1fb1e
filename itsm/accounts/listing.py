"""The columns of the register of people as a file; what signs somebody in is in none of them."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.accounts.models import User
from itsm.pages.columns import ExportColumn


def columns(on: date) -> tuple[ExportColumn, ...]:
    """The columns; on: the day whose account state is told."""

    def standing(person: User) -> str:
        return str(person.standing(on).label)

    return (
        ExportColumn(_("Work number"), "work_number", contact=True),
        ExportColumn(pgettext_lazy("person", "name"), "name", 14),
        ExportColumn(_("Department"), "department.name", 24),
        ExportColumn(_("Post"), "job_title", 20),
        ExportColumn(_("Company"), "vendor.name", 28),
        ExportColumn(_("Phone"), "phone", contact=True),
        ExportColumn(_("E-mail"), "email", 26, contact=True),
        ExportColumn(_("Roles"), "role_names", 30),
        ExportColumn(_("Sees the tickets of the own department"), "sees_department"),
        ExportColumn(_("Account state"), standing),
        ExportColumn(_("Last day"), "left_on"),
        ExportColumn(_("Last sign-in"), "last_login", 20),
    )
