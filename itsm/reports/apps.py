"""The reports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "itsm.reports"
    label = "reports"
    verbose_name = _("Reports")
