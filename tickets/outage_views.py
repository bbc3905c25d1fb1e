"""停机: the list of outages, noting one, moving and cancelling a window, ending it, leaving it out of the figures."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.accounts.models import User
from itsm.catalog.models import System
from itsm.pages import keyset
from itsm.pages.fields import RecordChoice
from slas import outages as verbs
from slas.enums import Ground
from slas.models import Outage
from tickets import outages
from tickets.deadline_forms import MOMENT
from tickets.desk_forms import ReaderForm, TicketByNumber
from tickets.forms import text_area
from tickets.models import Ticket

SIZE = 25


def _moment(label: Any, **options: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        **options,
    )


class OutageForm(ReaderForm):
    """停机登记."""

    system = RecordChoice(System.objects.none(), label=gettext_lazy("System"))
    started_at = _moment(gettext_lazy("Out since"))
    until = _moment(
        gettext_lazy("Agreed window until"),
        required=False,
        help_text=gettext_lazy("Only for a planned one; what it takes longer counts as unplanned."),
    )
    reason = forms.CharField(label=gettext_lazy("What happened"), max_length=300, widget=text_area(2))
    ticket = TicketByNumber(label=gettext_lazy("Number of the ticket"), required=False)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, reader=reader, **kwargs)
        self.fields["system"].queryset = System.objects.visible_to(reader).filter(is_active=True)


class RescheduleForm(forms.Form):
    """改期."""

    started_at = _moment(gettext_lazy("New beginning of the window"))
    until = _moment(gettext_lazy("New end of the window"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=text_area(2))


class CancelForm(forms.Form):
    """取消."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=text_area(2))


class RestoreForm(forms.Form):
    """恢复."""

    restored_at = _moment(gettext_lazy("There again since"))


class ExcludeForm(forms.Form):
    """不计."""

    ground = forms.ChoiceField(label=gettext_lazy("Does not count because of"), choices=Ground.choices)
    note = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=text_area(2))


FORMS: dict[str, type[forms.Form]] = {
    "reschedule": RescheduleForm,
    "cancel": CancelForm,
    "restore": RestoreForm,
    "exclude": ExcludeForm,
}


@require_GET
@login_required
@permission_required("slas.read")
def outage_list(request: HttpRequest) -> HttpResponse:
    """GET /outages/: what is out now and the windows ahead, then the rest, the latest first."""
    seen = Outage.objects.visible_to(request.user).with_row()
    page = keyset.page(seen.over(), request, keys=["-started_at", "-id"], size=SIZE)
    context = {
        "open": list(seen.open().order_by("started_at")),
        "rows": page.rows,
        "pager": page,
        "may_note": request.user.may("slas.outages"),
    }
    return render(request, "outages/list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("slas.outages")
def outage_new(request: HttpRequest) -> HttpResponse:
    """GET, POST /outages/new/?ticket=GD…: note that a system is out."""
    sent = request.POST if request.method == "POST" else None
    form = OutageForm(sent, reader=request.user, initial=_known(request))
    if sent is None or not form.is_valid():
        return render(request, "outages/new.html", {"form": form}, status=422 if sent else 200)
    outage = outages.begin(by=request.user, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("%(system)s is noted as out.") % {"system": outage.system})
    return redirect("tickets:outage", outage.pk)


def _known(request: HttpRequest) -> dict[str, Any]:
    """What is known of the ticket in the address."""
    number = request.GET.get("ticket", "").replace("\x00", "")
    ticket = Ticket.objects.visible_to(request.user).filter(number=number).first()
    now = timezone.localtime().replace(second=0, microsecond=0)
    if ticket is None:
        return {"started_at": now}
    return {"ticket": number, "system": ticket.system_id, "started_at": timezone.localtime(ticket.reported_at)}


def _load(request: HttpRequest, outage: int) -> Outage:
    return get_object_or_404(Outage.objects.visible_to(request.user).with_row(), pk=outage)


@require_GET
@login_required
@permission_required("slas.read")
def outage(request: HttpRequest, outage: int) -> HttpResponse:
    """GET /outages/7/: one outage, and what may be done with it."""
    return _page(request, _load(request, outage))


def _page(request: HttpRequest, found: Outage, status: int = 200, **sent: forms.Form) -> HttpResponse:
    """sent: the form that was refused, by its verb."""
    seen = Ticket.objects.visible_to(request.user).filter(outages__outage=found).with_row()
    offered = {f"{verb}_form": sent.get(verb) or form for verb, form in _offered(request.user, found).items()}
    context = {"outage": found, "ticket": seen.first(), **offered}
    return render(request, "outages/detail.html", context, status=status)


def _offered(user: User, found: Outage) -> dict[str, forms.Form]:
    """The forms of what this person may do with it now."""
    now = timezone.now()
    may = {
        "reschedule": verbs.can_reschedule(user, found, at=now),
        "cancel": verbs.can_cancel(user, found, at=now),
        "restore": found.is_open and not found.is_ahead(now) and user.may("slas.outages"),
        "exclude": not found.is_cancelled and user.may("slas.exclude_outage"),
    }
    known = {
        "reschedule": {"started_at": found.started_at, "until": found.planned_until},
        "restore": {"restored_at": timezone.localtime(now)},
    }
    return {verb: form(auto_id=f"{verb}_%s", initial=known.get(verb)) for verb, form in FORMS.items() if may[verb]}


def _verb(name: str, act: Callable[..., Outage], permission: str) -> Callable[..., HttpResponse]:
    """The view of a verb on an outage: its form and the domain call."""

    @require_POST
    @login_required
    @permission_required(permission)
    def view(request: HttpRequest, outage: int) -> HttpResponse:
        found, form = _load(request, outage), FORMS[name](request.POST, auto_id=f"{name}_%s")
        if not form.is_valid():
            return _page(request, found, 422, **{name: form})
        act(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        return redirect("tickets:outage", found.pk)

    view.__name__ = f"outage_{name}"
    view.__doc__ = f"POST: {act.__doc__}"
    return view


outage_reschedule = _verb("reschedule", verbs.reschedule, "slas.outages")
outage_cancel = _verb("cancel", verbs.cancel, "slas.read")  # who may depends on whether it has begun: the verb says
outage_restore = _verb("restore", verbs.restore, "slas.outages")
outage_exclude = _verb("exclude", verbs.exclude, "slas.exclude_outage")
