"""The numbering app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NumberingConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "itsm.numbering"
    verbose_name = _("Numbers")
