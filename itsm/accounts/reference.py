"""What every row of reference data is: found by its initials, retired instead of deleted, saved by version."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.accounts.initials import initials


class Reference(models.Model):
    """Base of the registers' tables; a table names its own `name` and `initials`.

    version: goes up with every change by a verb, so that a stale form is noticed.
    """

    is_active = models.BooleanField(_("in use"), default=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the pinyin initials in step with the name."""
        self.initials = initials(self.name)
        if (names := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*names, "initials"}
        super().save(*args, **kwargs)
