"""The audit app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "itsm.audit"
    verbose_name = _("Audit log")
