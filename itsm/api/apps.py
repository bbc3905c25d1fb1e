"""The API's app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "itsm.api"
    label = "api"
    verbose_name = _("API")
