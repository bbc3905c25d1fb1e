"""Saying in sentences, at their columns, what the database would refuse."""

from collections.abc import Iterable

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from itsm.errors import FieldsRefused


def check_whole(record: models.Model, *, exclude: Iterable[str] = ()) -> None:
    """Raise FieldsRefused, by column, unless every column and constraint of the record is kept."""
    try:
        record.full_clean(exclude=set(exclude))
    except ValidationError as error:
        found = error.message_dict
        refused = {"" if name == NON_FIELD_ERRORS else name: texts for name, texts in found.items()}
        raise FieldsRefused(refused) from error
