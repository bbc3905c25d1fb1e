"""The notifications app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "itsm.notifications"
    verbose_name = _("Notifications")
