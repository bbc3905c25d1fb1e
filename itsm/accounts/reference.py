"""What every row of reference data is: found by its initials, retired instead of deleted, saved by version."""

from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itsm.accounts.initials import initials
from itsm.errors import Conflict, FieldsRefused
from itsm.versions import versions

TAKEN = {"unique": _("This code is taken.")}


class Reference(models.Model):
    """Base of the registers' tables; a table names its own `name` and `initials`.

    version: goes up with every change by a verb, so that a stale form is noticed. BLAMED: for each
    constraint, the column at which its sentence is shown.
    """

    BLAMED: ClassVar[dict[str, str]] = {}

    is_active = models.BooleanField(_("in use"), default=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = versions(inherit=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the pinyin initials in step with the name."""
        self.initials = initials(self.name)
        if (names := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*names, "initials"}
        super().save(*args, **kwargs)

    def validate_constraints(self, exclude: set[str] | None = None) -> None:
        """Say what the database would refuse, at the column that it is about."""
        errors: dict[str, list[str]] = {}
        for constraint in self._meta.constraints:
            try:
                constraint.validate(type(self), self, exclude=exclude)
            except ValidationError as error:
                errors.setdefault(self.BLAMED.get(constraint.name, NON_FIELD_ERRORS), []).extend(error.messages)
        if errors:
            raise ValidationError(errors)


def keep(record: Reference) -> None:
    """Check everything that the database would refuse, in sentences, then write. Raises FieldsRefused, Conflict."""
    try:
        record.full_clean()
    except ValidationError as error:
        errors = error.message_dict
        refused = {"" if name == NON_FIELD_ERRORS else name: texts for name, texts in errors.items()}
        raise FieldsRefused(refused) from error
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:  # somebody saved the same between the check and the write
        raise Conflict(gettext("Somebody else has just saved the same. Please check and save again.")) from error
