"""The pages app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "itsm.pages"
    verbose_name = _("Pages")
