"""来信: what came by mail, and what the desk decides about the letters that wait."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from itsm.accounts.access import permission_required
from itsm.pages import keyset
from tickets.mail import contents, deciding, reading, senders
from tickets.mail.forms import FileForm, OpenForm
from tickets.records import Letter, LetterContent

SIZE = 25
TABS: dict[str, Promise] = {"parked": gettext_lazy("To be decided"), "all": gettext_lazy("All mails")}


@require_GET
@login_required
@permission_required(deciding.PERMISSION)
def letter_list(request: HttpRequest) -> HttpResponse:
    """The letters that wait for the desk, or all of them; the newest first."""
    tab = request.GET.get("tab", "parked")
    tab = tab if tab in TABS else "parked"
    seen = Letter.objects.visible_to(request.user)
    parked = seen.parked()
    rows = (parked if tab == "parked" else seen).select_related("ticket")
    page = keyset.page(rows, request, keys=["-id"], size=SIZE)
    counts = {"parked": parked.count()}
    tabs = [
        {"url": f"?tab={key}", "label": label, "count": counts.get(key), "active": key == tab}
        for key, label in TABS.items()
    ]
    context = {"rows": page.rows, "pager": page, "tabs": tabs, "tab": tab, "mailbox": reading.name()}
    return render(request, "tickets/letters.html", context)


def _load(request: HttpRequest, letter: int) -> Letter:
    seen = Letter.objects.visible_to(request.user).select_related("ticket", "settled_by")
    return get_object_or_404(seen, pk=letter)


@require_GET
@login_required
@permission_required(deciding.PERMISSION)
def letter(request: HttpRequest, letter: int) -> HttpResponse:
    """One letter: what it says, as far as it is still kept here, and what may be done about it."""
    return _page(request, _load(request, letter))


def _page(request: HttpRequest, found: Letter, status: int = 200, **bound: Any) -> HttpResponse:
    is_kept = LetterContent.objects.filter(letter=found).exists()
    said = contents.read_anyhow(found) if is_kept else None
    context = {
        "letter": found,
        "said": said,
        "open_form": bound.get("open") or OpenForm.about(found, **_known(found)),
        "file_form": bound.get("file") or FileForm(reader=request.user),
    }
    return render(request, "tickets/letter.html", context, status=status)


def _known(found: Letter) -> dict[str, Any]:
    """What an account with this very address tells."""
    people = senders.people_with(found.sender_address, at=timezone.now()) if found.sender_address else []
    if len(people) != 1:
        return {}
    [person] = people
    return {"reporter_name": person.name, "reporter_phone": person.phone, "department": person.department_id}


@require_POST
@login_required
@permission_required(deciding.PERMISSION)
def letter_open(request: HttpRequest, letter: int) -> HttpResponse:
    """转为工单."""
    found, form = _load(request, letter), OpenForm(request.POST)
    if not form.is_valid():
        return _page(request, found, 422, open=form)
    ticket = deciding.open_by_hand(
        found,
        by=request.user,
        at=timezone.now(),
        columns=form.columns(),
        answered=form.cleaned_data["answered"],
    )
    messages.success(request, _("The mail has become ticket %(number)s.") % {"number": ticket.number})
    return redirect(ticket)


@require_POST
@login_required
@permission_required(deciding.PERMISSION)
def letter_file(request: HttpRequest, letter: int) -> HttpResponse:
    """归入工单."""
    found, form = _load(request, letter), FileForm(request.POST, reader=request.user)
    if not form.is_valid():
        return _page(request, found, 422, file=form)
    ticket = deciding.file_on(found, by=request.user, at=timezone.now(), ticket=form.cleaned_data["ticket"])
    messages.success(request, _("The mail stands on %(number)s as a note.") % {"number": ticket.number})
    return redirect(ticket)


@require_POST
@login_required
@permission_required(deciding.PERMISSION)
def letter_retry(request: HttpRequest, letter: int) -> HttpResponse:
    """重新读取."""
    deciding.retry(_load(request, letter), by=request.user, at=timezone.now())
    messages.success(request, _("The mail is being read again."))
    return redirect("tickets:letter", letter)


@require_POST
@login_required
@permission_required(deciding.PERMISSION)
def letter_dismiss(request: HttpRequest, letter: int) -> HttpResponse:
    """忽略."""
    deciding.dismiss(_load(request, letter), by=request.user, at=timezone.now())
    messages.success(request, _("Nothing comes of this mail."))
    return redirect("tickets:letter_list")
