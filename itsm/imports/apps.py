"""The imports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "itsm.imports"
    verbose_name = _("Imports")
