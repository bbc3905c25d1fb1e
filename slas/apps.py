"""The slas app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlasConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "slas"
    verbose_name = _("Service levels")
