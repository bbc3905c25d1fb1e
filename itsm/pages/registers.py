"""A register: one table of reference data with its list, page and form, declared once.

    SYSTEMS = Register(app="catalog", noun="system", …)
    urlpatterns = [*SYSTEMS.urls()]

gives `catalog:system_list`, `_detail`, `_new`, `_edit`, `_retire` and `_restore`, and the list as a file,
`_xlsx` and `_csv`; the addresses take the record's key under the name of the noun. What a register cannot
know, because it lies above this room, it is handed as callables: who sees which rows, the verbs that
write, the facts and the panels of a page.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple, Protocol

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itsm.errors import NotAllowed
from itsm.pages.columns import ExportColumn, Value, Words, read
from itsm.pages.register_forms import RegisterFilter, RegisterForm

MOST_WORDS = 6


class Mark(NamedTuple):
    """A word with the colour and icon of its badge."""

    label: Words
    colour: str = "secondary"
    icon: str = "point"


class Link(NamedTuple):
    """A word that leads somewhere."""

    label: Words
    url: str


IN_SCOPE = Mark(_("in scope"), "green", "circle-check")
OUT_OF_SCOPE = Mark(_("out of scope"), "yellow", "ban")
RETIRED = Mark(_("retired"), "secondary", "archive")


@dataclass(frozen=True)
class Column:
    """A column of the list.

    value: what the cell shows, a text, number, badge (a choice or a Mark), short badge or Link; the path
    of an attribute will do. sort: the record's own columns that the list is ordered by, or none; they are
    never empty. wide: takes the room that is left.
    """

    name: str
    header: Words
    value: Value | str = ""
    sort: tuple[str, ...] = ()
    short: bool = False
    wide: bool = False

    def of(self, record: Any) -> Any:
        """The cell's content."""
        return read(record, self.value or self.name)


class Fact(NamedTuple):
    """A line of the record's page."""

    label: Words
    value: Any


class Panel(NamedTuple):
    """A part of the record's page: its anchor, title, template with its context, and a number."""

    name: str
    title: Words
    icon: str
    template: str
    context: dict[str, Any]
    count: int | None = None
    action: Link | None = None


class Tab(NamedTuple):
    """A neighbour of the list: the name of its address, and the permission it takes."""

    address: str
    label: Words
    permission: str


class Verbs(Protocol):
    """Who writes: a module with these verbs. Each takes `by` and `at`, and returns the record."""

    create: Callable[..., Any]
    change: Callable[..., Any]
    retire: Callable[..., Any]
    restore: Callable[..., Any]


def nothing(_record: Any) -> Sequence[Any]:
    """No facts, no hints."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Register:
    """One table as people see it.

    path: its part of the address, "systems/". title, one: its words in plural and singular. rows: what of
    the table a person may see, with all that a row shows. read, edit: permission words. order: the columns
    that the list starts with. search: columns that are searched besides. filters: a django-filter set.
    facts, hints: what the page says of a record, and what is missing or odd about it. panels: the parts
    below; apps above add theirs in itsm/wiring.py under "<app>.<noun>". css: a style sheet that the panels need.
    """

    app: str
    noun: str
    path: str
    title: Words
    one: Words
    about: Words
    icon: str
    model: type[Model]
    rows: Callable[[Any], QuerySet]
    read: str
    edit: str
    verbs: Verbs
    columns: tuple[Column, ...]
    form: type[RegisterForm]
    export_columns: tuple[ExportColumn, ...]
    filters: type[RegisterFilter] | None = None
    search: tuple[str, ...] = ("code", "name", "initials")
    order: tuple[str, ...] = ("position",)
    facts: Callable[[Any], Iterable[Fact]] = nothing
    hints: Callable[[Any], Iterable[Words]] = nothing
    panels: tuple[Callable[[HttpRequest, Any], Panel | None], ...] = ()
    tabs: tuple[Tab, ...] = ()
    css: str = ""

    def visible(self, user: Any) -> QuerySet:
        """The rows that this person may see, retired ones too."""
        return self.rows(user) if user.may(self.read) else self.model._default_manager.none()

    def may_edit(self, user: Any) -> bool:
        """Whether this person may write."""
        return user.may(self.edit)

    def narrowing(self, request: HttpRequest) -> Any:
        """The filters of the list over the rows that this person may see, retired ones only on demand."""
        rows = self.visible(request.user)
        if not request.GET.get("retired"):
            rows = rows.filter(is_active=True)
        return (self.filters or RegisterFilter)(request.GET, queryset=rows, request=request)

    def selection(self, request: HttpRequest, narrowing: Any = None) -> QuerySet:
        """What the address asks for, searched and filtered: the list shows it page by page, a file all of it."""
        found = narrowing or self.narrowing(request)
        return self._matching(found.qs, query_of(request))

    def _matching(self, rows: QuerySet, query: str) -> QuerySet:
        for word in query.split()[:MOST_WORDS]:
            lookups = (Q(**{f"{name}__icontains": word}) for name in self.search)
            rows = rows.filter(_any(lookups))
        return rows

    def url(self, verb: str, record: Any = None) -> str:
        """The address of a verb: list, detail, new, edit, retire, restore, xlsx or csv."""
        kwargs = {self.noun: record.pk} if record is not None else {}
        return reverse(f"{self.app}:{self.noun}_{verb}", kwargs=kwargs)

    def urls(self) -> list[Any]:
        """The eight addresses."""
        from itsm.pages.register_views import Pages  # the views need the declaration

        return Pages(self).urls()

    def narrowings(self) -> list[str]:
        """What an address may narrow the list by."""
        return ["q", "retired", *(self.filters.base_filters if self.filters else ())]

    def parts(self, request: HttpRequest, record: Any) -> list[Panel]:
        """The panels of a record's page that have something to say to this person."""
        above = import_module("itsm.wiring").PANELS.get(f"{self.app}.{self.noun}", ())
        made = (panel(request, record) for panel in (*self.panels, *above))
        return [panel for panel in made if panel is not None]

    def neighbours(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The tabs over the list that this person may open."""
        return neighbours(self.tabs, request)

    def check_reads(self, user: Any) -> None:
        """Raise NotAllowed unless the person may see the list."""
        if not user.may(self.read):
            raise NotAllowed(str(_("Your role does not allow this.")))

    def check_edits(self, user: Any) -> None:
        """Raise NotAllowed unless the person may write."""
        if not self.may_edit(user):
            raise NotAllowed(str(_("Your role does not allow this.")))


def offers(name: str, request: HttpRequest) -> list[Link]:
    """What apps above offer this person on a list, by its "<app>.<noun>": the import of a workbook."""
    made = (offer(request) for offer in import_module("itsm.wiring").OFFERS.get(name, ()))
    return [link for link in made if link is not None]


def neighbours(tabs: Sequence[Tab], request: HttpRequest) -> list[dict[str, Any]]:
    """Tabs as a page shows them: those that this person may open, the current one marked."""
    urls = [(tab.label, reverse(tab.address)) for tab in tabs if request.user.may(tab.permission)]
    return [{"label": label, "url": url, "active": url == request.path} for label, url in urls]


def query_of(request: HttpRequest) -> str:
    """The words that are searched for."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:100]


def _any(lookups: Iterable[Q]) -> Q:
    found = Q()
    for lookup in lookups:
        found |= lookup
    return found
