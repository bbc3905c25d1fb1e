"""The limits app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LimitsConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "itsm.limits"
    verbose_name = _("Limits")
