"""Closed lists that everybody shares: fault categories, codes of cause and solution, departments."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Department
from itsm.catalog import registry
from itsm.catalog.filters import CategoryFilter, CodeFilter, DepartmentFilter
from itsm.catalog.forms import CategoryForm, CodeForm, DepartmentForm
from itsm.catalog.history import history
from itsm.catalog.models import Category, Code
from itsm.catalog.registers.columns import CODE, CODE_FILE, IN_USE_FILE, NAME, NAME_FILE, POSITION_FILE
from itsm.pages.columns import ExportColumn
from itsm.pages.register_views import parts_of
from itsm.pages.registers import Column, Fact, Link, Mark, Panel, Register, Tab

READ, EDIT = "catalog.read_dictionaries", "catalog.edit"
READ_DEPARTMENTS, EDIT_DEPARTMENTS = "accounts.read_departments", "accounts.edit_departments"
TABS = (
    Tab("catalog:category_list", _("Fault categories"), READ),
    Tab("catalog:code_list", _("Causes and solutions"), READ),
    Tab("catalog:priorities", _("Priority matrix"), READ),
    Tab("catalog:department_list", _("Departments"), READ_DEPARTMENTS),
)
NEEDS_TEXT = Mark(_("needs free text"), "azure", "pencil")
RAISES = Mark(_("raises priority"), "orange", "flame")


def _top(category: Category) -> Link | str:
    return Link(category.parent.name, CATEGORIES.url("detail", category.parent)) if category.parent else ""


def _needs_text(category: Category) -> Mark | str:
    return NEEDS_TEXT if category.needs_text else ""


def _category_facts(category: Category) -> list[Fact]:
    return [Fact(_("Upper category"), _top(category)), Fact(_("Free text"), _needs_text(category))]


def _category_hints(category: Category) -> Iterator[Promise]:
    if category.is_active and category.parent is None and not category.children.filter(is_active=True).exists():
        yield _("It has no subcategory in use, so nobody can choose it.")


def _subcategories(_request: HttpRequest, category: Category) -> Panel | None:
    if category.parent_id:
        return None
    rows = list(category.children.order_by("position", "id"))
    return parts_of(CATEGORIES, rows, "code", "name", "needs_text", icon="category")


def _categories(_user: Any) -> Any:
    return Category.objects.select_related("parent")


CATEGORIES = Register(
    app="catalog",
    noun="category",
    path="categories/",
    title=_("Fault categories"),
    one=_("fault category"),
    about=_("One closed list of two levels that every vendor uses. Tickets take a subcategory."),
    icon="category",
    model=Category,
    rows=_categories,
    read=READ,
    edit=EDIT,
    verbs=registry,
    columns=(
        CODE,
        NAME,
        Column("parent", _("Upper category"), _top),
        Column("needs_text", _("Free text"), _needs_text),
    ),
    form=CategoryForm,
    filters=CategoryFilter,
    facts=_category_facts,
    hints=_category_hints,
    panels=(_subcategories, history),
    tabs=TABS,
    export_columns=(
        CODE_FILE,
        NAME_FILE,
        ExportColumn(_("Upper category"), "parent.code"),
        ExportColumn(_("Needs free text"), "needs_text"),
        POSITION_FILE,
        IN_USE_FILE,
    ),
)


def _codes(_user: Any) -> Any:
    return Code.objects.all()


def _code_facts(code: Code) -> list[Fact]:
    return [Fact(_("Kind"), code.get_kind_display())]


CODES = Register(
    app="catalog",
    noun="code",
    path="codes/",
    title=_("Causes and solutions"),
    one=_("code of cause or solution"),
    about=_("Why faults happen and how they are solved, in the words that every ticket is closed with."),
    icon="tags",
    model=Code,
    rows=_codes,
    read=READ,
    edit=EDIT,
    verbs=registry,
    columns=(CODE, NAME, Column("kind", _("Kind"), "get_kind_display", sort=("kind", "position"))),
    form=CodeForm,
    filters=CodeFilter,
    order=("kind", "position"),
    facts=_code_facts,
    panels=(history,),
    tabs=TABS,
    export_columns=(
        ExportColumn(_("Kind"), lambda code: str(code.get_kind_display())),
        CODE_FILE,
        NAME_FILE,
        POSITION_FILE,
        IN_USE_FILE,
    ),
)


def _raises(department: Department) -> Mark | str:
    return RAISES if department.raises_priority else ""


def _above(department: Department) -> Link | str:
    above = department.parent
    return Link(above.name, DEPARTMENTS.url("detail", above)) if above else ""


def _department_facts(department: Department) -> list[Fact]:
    return [
        Fact(_("Department kind"), department.get_kind_display()),
        Fact(_("Belongs to"), _above(department)),
        Fact(_("Priority"), _raises(department)),
    ]


def _departments(_user: Any) -> Any:
    return Department.objects.select_related("parent")


DEPARTMENTS = Register(
    app="catalog",
    noun="department",
    path="departments/",
    title=_("Departments"),
    one=_("department"),
    about=_("Who is served. The kind decides the strata of the satisfaction surveys."),
    icon="building-hospital",
    model=Department,
    rows=_departments,
    read=READ_DEPARTMENTS,
    edit=EDIT_DEPARTMENTS,
    verbs=registry,
    columns=(
        CODE,
        NAME,
        Column("kind", _("Department kind"), "get_kind_display", sort=("kind", "position")),
        Column("parent", _("Belongs to"), _above),
        Column("raises_priority", _("Priority"), _raises),
    ),
    form=DepartmentForm,
    filters=DepartmentFilter,
    facts=_department_facts,
    panels=(history,),
    tabs=TABS,
    export_columns=(
        CODE_FILE,
        NAME_FILE,
        ExportColumn(_("Department kind"), lambda department: str(department.get_kind_display())),
        ExportColumn(_("Belongs to"), "parent.code"),
        ExportColumn(_("Raises priority"), "raises_priority"),
        POSITION_FILE,
        IN_USE_FILE,
    ),
)
