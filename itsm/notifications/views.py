"""The inbox."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from itsm.notifications import outbox
from itsm.notifications.models import Message
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
