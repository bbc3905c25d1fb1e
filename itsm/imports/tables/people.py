"""Departments and people as importable tables."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from itsm.accounts import people
from itsm.accounts.enums import DepartmentKind
from itsm.accounts.models import Department, User, Vendor
from itsm.imports.tables import records
from itsm.workbooks.importing import Collected, Field, Importable, Plan, names_of

_YES = gettext_lazy("yes or no")


class Departments(Importable):
    """部门: known by its code."""

    code = "departments"
    title = gettext_lazy("Departments")
    permission = "imports.departments"
    icon = "building-hospital"
    listing = ("catalog:department_xlsx", "retired=1")
    key = ("code",)
    fields: ClassVar = (
        Field("code", gettext_lazy("Code"), True, gettext_lazy("never changes"), "XHNK"),
        Field("name", gettext_lazy("Name"), True, "", "消化内科", 24),
        Field(
            "kind", gettext_lazy("Department kind"), False, "、".join(map(str, DepartmentKind.values)), "临床科室", 20
        ),
        Field("parent", gettext_lazy("Belongs to"), False, gettext_lazy("code or name"), "", 20),
        Field("raises_priority", gettext_lazy("Raises priority"), False, _YES, "否"),
        Field("is_active", gettext_lazy("In use"), False, _YES, "是"),
    )

    def __init__(self) -> None:
        super().__init__()
        rows = list(Department.objects.select_related("parent"))
        self.by_code = {row.code.casefold(): row for row in rows}
        self.by_name = names_of(rows)

    def plan_row(self, row: Mapping[str, str]) -> Plan:
        """A department by its code; a parent may stand further up in the same sheet."""
        record = self.by_code.get(row["code"].casefold()) or Department(code=row["code"])
        cells = Collected(row, self.fields)
        kind = cells.choice("kind", DepartmentKind, record.kind or DepartmentKind.CLINICAL)
        values = {
            "code": record.code,
            "name": row["name"],
            "kind": kind,
            "parent": cells.look_up("parent", self.by_name, kept=record.parent),
            "raises_priority": cells.yes("raises_priority", default=record.raises_priority),
            "is_active": cells.yes("is_active", default=record.is_active),
        }
        if values["parent"] is not None and values["parent"] is record:
            cells.refuse("parent", _("A department is not its own parent."))
        cells.check()
        return records.plan(
            record,
            values,
            label=f"{row['code']} {row['name']}",
            fields=self.fields,
            write=records.reference,
            keep=lambda: self._keep(record),
        )

    def _keep(self, record: Department) -> None:
        self.by_name[record.code.casefold()] = self.by_name[record.name.casefold()] = record


class People(Importable):
    """人员: known by the work number. Roles are granted by the security administrator, never imported."""

    code = "people"
    title = gettext_lazy("People")
    permission = "imports.people"
    icon = "users"
    listing = ("accounts:people_xlsx", "active=all")
    key = ("work_number",)
    fields: ClassVar = (
        Field("work_number", gettext_lazy("Work number"), True, gettext_lazy("what they sign in with"), "20260101"),
        Field("name", pgettext_lazy("person", "name"), True, "", "", 14),
        Field("department", gettext_lazy("Department"), False, gettext_lazy("code or name"), "消化内科", 24),
        Field("job_title", gettext_lazy("Post"), False, "", "护士长", 20),
        Field("phone", gettext_lazy("Phone"), False, "", "2316"),
        Field("email", gettext_lazy("E-mail"), False, "", "", 26),
        Field("vendor", gettext_lazy("Company"), False, gettext_lazy("code or name; only for vendors' people"), "", 24),
    )

    def __init__(self) -> None:
        super().__init__()
        self.people = {person.work_number.casefold(): person for person in User.objects.with_row()}
        self.departments = names_of(list(Department.objects.filter(is_active=True)))
        self.vendors = names_of(list(Vendor.objects.filter(is_active=True)))

    def plan_row(self, row: Mapping[str, str]) -> Plan:
        """A person by the work number; a new one is a clinical user who cannot sign in before a password is set."""
        person = self.people.get(row["work_number"].casefold()) or User(work_number=row["work_number"])
        cells = Collected(row, self.fields)
        department = cells.look_up("department", self.departments, kept=person.department)
        vendor = cells.look_up("vendor", self.vendors, kept=person.vendor)
        if department is None and vendor is None and not cells.faults:
            cells.refuse("department", _("A person needs a department or a vendor."))
        cells.check()
        values = {
            "name": row["name"],
            **{name: row[name] or getattr(person, name) for name in ("job_title", "phone", "email")},
            "department": department,
            "vendor": vendor,
        }
        label = f"{row['work_number']} {row['name']}"
        return records.plan(person, values, label=label, fields=self.fields, write=_write)


def _write(person: User, values: records.Values, by: User, at: datetime) -> User:
    if person.pk is None:
        return people.enrol(by=by, at=at, work_number=person.work_number, **values)
    return people.edit(person, by=by, at=at, version=person.version, **values)
