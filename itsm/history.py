"""变更历史: what the columns of a record held, for those who may see the record and work on its side."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from itsm.accounts.models import User
from itsm.audit.words import act
from itsm.catalog.models import Contract, ServiceItem
from itsm.catalog.registers import REGISTERS
from itsm.notifications.register import DESTINATIONS
from itsm.pages import keyset, versions
from itsm.pages.registers import Register
from itsm.reports.boards.goal_register import GOALS
from tickets import particulars
from tickets.models import Ticket

SIZE = 20
app_name = "history"


class Source(NamedTuple):
    """A table with a history: who reads it, which rows, and where a row's own page is.

    seen: the rows whose page this person may open. may: the permission of our side besides. part: the record whose
    history is shown, where it is not the row itself. hidden: the columns that this person does not read.
    """

    title: str | Promise
    seen: Callable[[User], QuerySet]
    may: str
    url: Callable[[Any], str]
    part: Callable[[Any], Model | None] = lambda record: record
    hidden: Callable[[User], Sequence[str]] = lambda _user: ()
    tabs: Callable[[Any], Sequence[tuple[Any, str]]] = lambda _record: ()


def _contracts(user: User) -> QuerySet:
    return Contract.objects.all() if user.may("catalog.contracts") else Contract.objects.none()


def _services(user: User) -> QuerySet:
    return ServiceItem.objects.all() if user.may("catalog.services") else ServiceItem.objects.none()


def _people(user: User) -> QuerySet:
    return User.objects.visible_to(user)


def _tickets(user: User) -> QuerySet:
    return Ticket.objects.visible_to(user).with_page()


def _amounts(user: User) -> Sequence[str]:
    return () if user.may("catalog.amounts") else ("amount",)


def _sheets(ticket: Ticket) -> Sequence[tuple[Any, str]]:
    sheet = particulars.of(ticket)
    if sheet is None:
        return ()
    whole = (_("Ticket"), reverse("history:ticket", args=[ticket.pk]))
    return (whole, (sheet._meta.verbose_name, reverse("history:sheet", args=[ticket.pk])))


def _of(register: Register) -> Source:
    return Source(register.title, register.visible, register.edit, lambda record: register.url("detail", record))


SOURCES: dict[str, Source] = {
    "ticket": Source(_("Ticket"), _tickets, "tickets.queue", Ticket.get_absolute_url, tabs=_sheets),
    "sheet": Source(_("Ticket"), _tickets, "tickets.queue", Ticket.get_absolute_url, particulars.of, tabs=_sheets),
    "contract": Source(_("Contract"), _contracts, "catalog.draft_contract", Contract.get_absolute_url, hidden=_amounts),
    "service": Source(_("Service catalogue"), _services, "catalog.edit_services", ServiceItem.get_absolute_url),
    "person": Source(
        _("People"), _people, "accounts.people", lambda person: reverse("accounts:person", args=[person.pk])
    ),
    **{register.noun: _of(register) for register in (*REGISTERS, DESTINATIONS, GOALS)},
}


def _page(name: str) -> Callable[..., HttpResponse]:
    source = SOURCES[name]

    @require_GET
    @login_required
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        record = source.seen(request.user).filter(pk=pk).first() if request.user.may(source.may) else None
        part = source.part(record) if record is not None else None
        if part is None:
            raise Http404
        key = part._meta.pk.attname
        every = type(part).history.filter(**{key: part.pk})
        page = keyset.page(every, request, keys=["-history_id"], size=SIZE)
        earlier = every.filter(history_id__lt=page.rows[-1].history_id).first() if page.rows else None
        context = {
            "record": record,
            "noun": source.title,
            "back": source.url(record),
            "tabs": source.tabs(record),
            "versions": versions.told(page.rows, earlier, hidden=source.hidden(request.user), words=act),
            "pager": page,
        }
        return render(request, "history/page.html", context)

    view.__name__, view.__doc__ = name, "The versions of one record, newest first."
    return view


urlpatterns = [path(f"{name}/<int:pk>/", _page(name), name=name) for name in SOURCES]
