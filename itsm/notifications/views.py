"""The inbox, and how a person wants to hear."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import TemplateView

from itsm.errors import FieldsRefused
from itsm.notifications import outbox, preferences
from itsm.notifications.forms import ChooseForm, chosen
from itsm.notifications.models import Message, Preference
from itsm.pages import keyset


class Inbox(LoginRequiredMixin, TemplateView):
    """What the product has told this person, newest first."""

    template_name = "notifications/inbox.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """One page of notices."""
        page = keyset.page(self._notices(), self.request, keys=["-id"], size=30)
        return super().get_context_data(notices=page.rows, pager=page, **kwargs)

    def _notices(self) -> QuerySet[Message]:
        return Message.objects.visible_to(self.request.user)


@require_POST
@login_required
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice read and go where it points."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    outbox.read(message, at=timezone.now())
    return redirect(message.url or "notifications:inbox")


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every notice read."""
    outbox.read_all(request.user, at=timezone.now())
    return redirect("notifications:inbox")


@require_http_methods(["GET", "POST"])
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """通知设置: the person's own choice."""
    wish = Preference.objects.filter(person=request.user).first()
    form = ChooseForm(request.POST or None, initial=chosen(wish))
    if request.method == "POST" and form.is_valid():
        try:
            preferences.choose(request.user, by=request.user, at=timezone.now(), **form.values)
        except FieldsRefused as error:  # its sentences stand beside what was typed
            for name, sentences in error.errors.items():
                form.add_error(name, sentences)
        else:
            messages.success(request, _("Saved."))
            return redirect("notifications:choose")
    context = {"form": form, "house": settings.QUIET_HOURS, "mails": bool(settings.EMAIL_HOST)}
    return render(request, "notifications/choose.html", context, status=422 if form.is_bound else 200)
