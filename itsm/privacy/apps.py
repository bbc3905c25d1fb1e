"""The privacy app."""

import logging

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """See the package's first lines for what it owns."""

    name = "itsm.privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        """Refuse to start with a pattern that cannot be used; from here on no log record shows patient data."""
        from itsm.privacy.guard import patterns
        from itsm.privacy.logs import MaskedRecord
        from itsm.privacy.patterns import BadPattern

        try:
            patterns()
        except BadPattern as error:
            raise ImproperlyConfigured(f"PATIENT_NUMBER_PATTERNS: {error}") from error
        logging.setLogRecordFactory(MaskedRecord)
