"""The exports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "itsm.exports"
    verbose_name = _("Exports")
