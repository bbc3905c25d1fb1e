"""体系六要素: the six registers of the maintenance system, each with its counts and the way to its rows."""

from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from itsm.accounts.access import permission_required
from itsm.accounts.models import Department, User
from itsm.catalog.models import Category, Code, Interface, Module, PriorityRule, System
from itsm.catalog.querysets import vendors_of
from slas.models import Policy, Target
from tickets.models import Ticket


class Count(NamedTuple):
    """A number, and the list that it counts; "" where this person has no such list."""

    label: Promise
    value: int
    url: str = ""


class Element(NamedTuple):
    """One of the six, in the contract's order."""

    title: Promise
    text: Promise
    icon: str
    counts: list[Count]


@require_GET
@login_required
@permission_required("catalog.read")
def elements(request: HttpRequest) -> HttpResponse:
    """Six cards; every count is what this person may see of it."""
    makers = (_served, _maintained, _organised, _controlled, _worked, _standardised)
    return render(request, "elements.html", {"elements": [make(request) for make in makers]})


def _served(request: HttpRequest) -> Element:
    departments = Department.objects.filter(is_active=True)
    url = "/catalog/departments/" if request.user.may("accounts.read_departments") else ""
    people = User.objects.filter(is_active=True, department__in=departments).exclude(department__kind="technical")
    counts = [
        Count(_("Departments"), departments.count(), url),
        Count(_("Their people with an account"), people.count()),
    ]
    return Element(_("Whom we serve"), _("Departments and users of the hospital."), "building-hospital", counts)


def _maintained(request: HttpRequest) -> Element:
    systems = System.objects.visible_to(request.user).maintained()
    modules = Module.objects.visible_to(request.user).filter(is_active=True)
    interfaces = Interface.objects.visible_to(request.user).filter(is_active=True)
    counts = [
        Count(_("Systems in scope"), systems.count(), "/catalog/systems/?in_scope=1"),
        Count(_("Modules"), modules.count(), "/catalog/modules/"),
        Count(_("Interfaces"), interfaces.count(), "/catalog/interfaces/"),
    ]
    return Element(_("What we maintain"), _("Systems, modules and interfaces with their owners."), "server", counts)


def _organised(request: HttpRequest) -> Element:
    vendors = vendors_of(request.user).filter(is_active=True)
    team = User.objects.filter(is_active=True, vendor__in=vendors)
    counts = [
        Count(_("Vendors"), vendors.count(), "/catalog/vendors/"),
        Count(_("People of the vendors"), team.count()),
    ]
    return Element(_("Who maintains"), _("The team on site, second line and vendors."), "users", counts)


def _controlled(_request: HttpRequest) -> Element:
    counts = [
        Count(
            _("Service-level targets"),
            Target.objects.filter(policy__in=Policy.objects.in_force(timezone.now())[:1]).count(),
        ),
        Count(_("Cells of the priority matrix"), PriorityRule.objects.count(), "/catalog/priorities/"),
    ]
    return Element(_("How it is controlled"), _("Service levels and priorities."), "shield-check", counts)


def _worked(request: HttpRequest) -> Element:
    tickets = Ticket.objects.visible_to(request.user)
    counts = [
        Count(_("Open tickets"), tickets.open().count(), "/tickets/"),
        Count(_("Tickets in all"), tickets.count(), "/tickets/?tab=all"),
    ]
    return Element(_("How work runs"), _("Reports, dispatching, resolution and follow-up."), "list-check", counts)


def _standardised(_request: HttpRequest) -> Element:
    counts = [
        Count(
            _("Fault categories"),
            Category.objects.filter(is_active=True).exclude(parent=None).count(),
            "/catalog/categories/",
        ),
        Count(_("Causes and solutions"), Code.objects.filter(is_active=True).count(), "/catalog/codes/"),
    ]
    return Element(_("Which standards hold"), _("Shared dictionaries of all vendors."), "books", counts)
