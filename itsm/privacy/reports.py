"""Django's error reports without patient data: values of variables, what was sent, the error's own words."""

from typing import Any

from django.views.debug import ExceptionReporter

from itsm.privacy.guard import masked


class MaskedReporter(ExceptionReporter):
    """The report that DEBUG shows and that administrators are mailed."""

    def get_traceback_data(self) -> dict[str, Any]:
        """What the report is made of, masked."""
        return masked(super().get_traceback_data())
