"""The documents app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "documents"
    verbose_name = _("Documents")
