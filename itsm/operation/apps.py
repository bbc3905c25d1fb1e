"""The operation app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "itsm.operation"
    verbose_name = _("Operation")

    def ready(self) -> None:
        """Make the start-up checks known."""
        from itsm.operation import checks  # noqa: F401  importing registers them
