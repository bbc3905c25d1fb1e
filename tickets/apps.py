"""The tickets app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "tickets"
    verbose_name = _("Tickets")
