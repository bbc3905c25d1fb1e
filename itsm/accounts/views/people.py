"""The register of people: the system administrator keeps it, the security administrator grants."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.accounts import passwords, people, permissions, second_factor, sessions
from itsm.accounts.access import permission_required
from itsm.accounts.forms import DeactivateForm, GrantForm, NewPersonForm, PeopleFilter, PersonForm, ReasonForm
from itsm.accounts.held import held
from itsm.accounts.listing import columns
from itsm.accounts.models import User
from itsm.accounts.roles import ROLES
from itsm.pages import exports, keyset
from itsm.pages.answers import UNPROCESSABLE
from itsm.pages.registers import offers

ROWS = 50
VERBS = ("edit", "grant", "reset_password", "reset_second_factor", "deactivate", "restore")


@require_GET
@login_required
@permission_required("accounts.people")
def register(request: HttpRequest) -> HttpResponse:
    """Everybody, by work number."""
    form = PeopleFilter(request.GET)
    page = keyset.page(_asked_for(request, form), request, keys=["work_number"], size=ROWS)
    today = timezone.localdate()
    for person in page.rows:
        person.badge = person.standing(today)
    context = {
        "form": form,
        "people": page.rows,
        "pager": page,
        "narrowed": any(form.data.get(n) for n in form.fields),
        "files": exports.links(request, "accounts:people"),
        "offers": offers("accounts.person", request),
    }
    return render(request, "accounts/people.html", context)


@require_GET
@login_required
@permission_required("accounts.people")
def file(request: HttpRequest, kind: str) -> FileResponse:
    """The people of the list, all pages together, as a file."""
    form, now = PeopleFilter(request.GET), timezone.now()
    rows = _asked_for(request, form).order_by("work_number")
    listing = exports.Listing("accounts.person", _("People"), columns(timezone.localdate(now)), rows)
    return exports.answer(request, listing, kind, names=form.fields, at=now)


def _asked_for(request: HttpRequest, form: PeopleFilter) -> QuerySet[User]:
    return _narrowed(User.objects.visible_to(request.user), form).with_row()


def _narrowed(rows: QuerySet[User], form: PeopleFilter) -> QuerySet[User]:
    form.is_valid()
    asked, today = form.cleaned_data, timezone.localdate()
    if asked.get("q"):
        rows = rows.matching(asked["q"])
    if asked.get("role"):
        rows = rows.filter(roles__contains=[asked["role"]])
    for name in ("department", "vendor"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    return {"all": rows, "no": rows.shut(today)}.get(asked.get("active", ""), rows.open(today))


@require_GET
@login_required
@permission_required("accounts.people")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person; that the page was read is written into the audit log."""
    shown = _find(request, pk)
    now = timezone.now()
    people.read(shown, by=request.user, at=now)
    context = {
        "person": shown,
        "standing": shown.standing(timezone.localdate(now)),
        "roles": [ROLES[code] for code in shown.roles],
        "held": held(shown),
        "has_device": second_factor.has(shown),
        "open_sessions": len(sessions.current(shown, at=now)),
        "must_change": passwords.must_change(shown, at=now),
        "can": {verb: _offered(request.user, verb, shown) for verb in VERBS},
    }
    return render(request, "accounts/person.html", context)


def _offered(user: User, verb: str, shown: User) -> bool:
    is_open = shown.may_sign_in(timezone.localdate())
    wrong_state = {
        "restore": is_open and not shown.left_on,
        "deactivate": not shown.is_active,
        "reset_password": shown.is_administrator,
    }
    return permissions.can(user, verb, shown) and not wrong_state.get(verb, False)


def _find(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user).with_row(), pk=pk)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@permission_required("accounts.create")
def new(request: HttpRequest) -> HttpResponse:
    """Open an account; its temporary password is shown this once."""
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, password = people.create(by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return render(
                request, "accounts/password_shown.html", {"person": made, "password": password, "is_new": True}
            )
    return _form(request, None, form, gettext_lazy("New account"), gettext_lazy("Open the account"))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("accounts.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the register's columns."""
    shown = _find(request, pk)
    initial = {name: getattr(shown, name) for name in (*people.EDITABLE, "version")}
    form = PersonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            people.edit(shown, by=request.user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:person", pk)
    return _form(request, shown, form, gettext_lazy("Edit the person"), gettext_lazy("Save"))


def _form(request: HttpRequest, shown: User | None, form: Form, title: Promise, label: Promise) -> HttpResponse:
    context = {"person": shown, "form": form, "title": title, "label": label}
    return render(request, "accounts/person_form.html", context, status=UNPROCESSABLE if form.errors else 200)


def _verb(
    permission: str, form_class: type[Form], act: Callable[..., User], title: Promise, label: Promise, done: Promise
) -> Callable[[HttpRequest, int], HttpResponse]:
    """A verb on somebody's account: a page with a form, then one domain call."""

    @require_http_methods(["GET", "POST"])
    @login_required
    @permission_required(permission)
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        shown = _find(request, pk)
        form = form_class(request.POST or None, initial=_initial(shown))
        if request.method == "POST" and form.is_valid():
            act(shown, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, done)
            return redirect("accounts:person", pk)
        return _form(request, shown, form, title, label)

    return view


def _initial(shown: User) -> dict[str, Any]:
    return {"roles": shown.roles, "sees_department": shown.sees_department, "left_on": shown.left_on}


grant = _verb(
    "accounts.grant",
    GrantForm,
    people.grant,
    gettext_lazy("Grant roles"),
    gettext_lazy("Grant"),
    gettext_lazy("The roles hold from now on."),
)
deactivate = _verb(
    "accounts.deactivate",
    DeactivateForm,
    people.deactivate,
    gettext_lazy("Close the account"),
    gettext_lazy("Close the account"),
    gettext_lazy("The end of the account is noted."),
)
restore = _verb(
    "accounts.restore",
    ReasonForm,
    people.restore,
    gettext_lazy("Open the account again"),
    gettext_lazy("Open again"),
    gettext_lazy("The account is open again; the password must be changed at the next sign-in."),
)
reset_second_factor = _verb(
    "accounts.reset_second_factor",
    ReasonForm,
    second_factor.reset,
    gettext_lazy("Reset the second factor"),
    gettext_lazy("Reset"),
    gettext_lazy("The device is forgotten and the sessions have ended."),
)


@require_POST
@never_cache
@login_required
@permission_required("accounts.reset_password")
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A temporary password, shown this once."""
    shown = _find(request, pk)
    password = passwords.reset(shown, by=request.user, at=timezone.now())
    return render(request, "accounts/password_shown.html", {"person": shown, "password": password})
