"""The catalog app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "itsm.catalog"
    verbose_name = _("Service catalogue")
