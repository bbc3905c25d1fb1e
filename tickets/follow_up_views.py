"""回访: the list of calls to make, one call with its tries, and the rules."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.pages import keyset
from tickets import follow_up_rules, follow_ups
from tickets.desk_forms import AttemptForm, RuleForm
from tickets.records import FollowUp, FollowUpRule

SIZE = 25
TABS: dict[str, Promise] = {
    "due": gettext_lazy("To call"),
    "later": gettext_lazy("Later"),
    "finished": gettext_lazy("Finished"),
}


@require_GET
@login_required
@permission_required("tickets.follow_up")
def follow_up_list(request: HttpRequest) -> HttpResponse:
    """The calls to make, the longest overdue first; what was put off, and what is finished."""
    now = timezone.now()
    tab = request.GET.get("tab", "due")
    tab = tab if tab in TABS else "due"
    seen = FollowUp.objects.visible_to(request.user)
    rows, keys = {
        "due": (seen.callable(now), ["due_at", "id"]),
        "later": (seen.open().filter(next_at__gt=now), ["next_at", "id"]),
        "finished": (seen.finished(), ["-finished_at", "-id"]),
    }[tab]
    page = keyset.page(rows.with_row(), request, keys=keys, size=SIZE)
    counts = seen.counts(now)
    tabs = [
        {"url": f"?tab={key}", "label": label, "count": counts.get(key), "active": key == tab}
        for key, label in TABS.items()
    ]
    for row in page.rows:
        row.late = row.is_overdue(now)
    context = {"rows": page.rows, "pager": page, "tabs": tabs, "tab": tab, "overdue": counts["overdue"]}
    return render(request, "tickets/follow_ups.html", context)


def _load(request: HttpRequest, number: str) -> FollowUp:
    """The last call about the ticket of that number; 404 where this person sees none."""
    seen = FollowUp.objects.visible_to(request.user).with_row().select_related("rule", "ticket__reporter")
    found = seen.filter(ticket__number=number).order_by("-cycle")[:1]
    return get_object_or_404(seen.filter(pk__in=[row.pk for row in found]))


@require_GET
@login_required
@permission_required("tickets.follow_up")
def follow_up(request: HttpRequest, follow_up: str) -> HttpResponse:
    """One call: whom to ask about what, the tries so far, and the form of the next."""
    return _page(request, _load(request, follow_up), AttemptForm())


def _page(request: HttpRequest, found: FollowUp, form: AttemptForm, status: int = 200) -> HttpResponse:
    context = {
        "follow_up": found,
        "ticket": found.ticket,
        "attempts": list(found.attempts.select_related("by")),
        "late": found.is_overdue(timezone.now()),
        "can_give_up": found.is_open and found.tries >= follow_ups.LEAST_TRIES,
        "least": follow_ups.LEAST_TRIES,
        "form": form,
    }
    return render(request, "tickets/follow_up.html", context, status=status)


@require_POST
@login_required
@permission_required("tickets.follow_up")
def follow_up_attempt(request: HttpRequest, follow_up: str) -> HttpResponse:
    """One try to ask the reporter, with what it told."""
    found = _load(request, follow_up)
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 422)
    done = follow_ups.attempt(found, by=request.user, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _said(done))
    return redirect("tickets:follow_up_list")


def _said(done: FollowUp) -> str:
    if done.is_open:
        at = f"{timezone.localtime(done.next_at):%m-%d %H:%M}"
        return _("Noted. Please call again from %(time)s.") % {"time": at}
    return _("Not solved: the ticket is reopened.") if done.outcome == "unsolved" else _("The follow-up is done.")


@require_POST
@login_required
@permission_required("tickets.follow_up")
def follow_up_give_up(request: HttpRequest, follow_up: str) -> HttpResponse:
    """End a call as not reached."""
    follow_ups.give_up(_load(request, follow_up), by=request.user, at=timezone.now())
    messages.success(request, _("Ended as not reached."))
    return redirect("tickets:follow_up_list")


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("tickets.follow_up_rules")
def follow_up_rules_page(request: HttpRequest) -> HttpResponse:
    """The rules in force, and a new one."""
    form = RuleForm(request.POST or None, initial={"position": 60, "percent": 30, "by_rating": True})
    if request.method == "POST" and form.is_valid():
        follow_up_rules.add(by=request.user, at=timezone.now(), columns=_columns(form))
        messages.success(request, _("The rule is in force."))
        return redirect("tickets:follow_up_rules")
    rules = FollowUpRule.objects.current().select_related("system", "made_by")
    return render(request, "tickets/follow_up_rules.html", {"rules": rules, "form": form}, status=_status(request))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("tickets.follow_up_rules")
def follow_up_rule(request: HttpRequest, rule: int) -> HttpResponse:
    """A new version of a rule."""
    found = get_object_or_404(FollowUpRule.objects.current(), pk=rule)
    form = RuleForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        follow_up_rules.replace(found, by=request.user, at=timezone.now(), columns=_columns(form))
        messages.success(request, _("The new version is in force; calls already asked for stay."))
        return redirect("tickets:follow_up_rules")
    return render(request, "tickets/follow_up_rule.html", {"rule": found, "form": form}, status=_status(request))


@require_POST
@login_required
@permission_required("tickets.follow_up_rules")
def follow_up_rule_retire(request: HttpRequest, rule: int) -> HttpResponse:
    """The rule no longer applies."""
    found = get_object_or_404(FollowUpRule.objects.current(), pk=rule)
    follow_up_rules.retire(found, by=request.user, at=timezone.now())
    messages.success(request, _("The rule no longer applies."))
    return redirect("tickets:follow_up_rules")


def _columns(form: RuleForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in follow_up_rules.COLUMNS}


def _status(request: HttpRequest) -> int:
    """A form that comes back from sending was refused."""
    return 422 if request.method == "POST" else 200
