"""The submissions app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubmissionsConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "itsm.submissions"
    verbose_name = _("Submissions")
