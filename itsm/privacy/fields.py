"""The column that says whether a row's free text holds patient data."""

from typing import Any

from django.db import models

from itsm.privacy.guard import is_marked


class PatientMark(models.BooleanField):
    """Set by looking at the row's texts whenever the row is saved, so that no verb can forget it.

    For a badge and a filter only: masking looks at the text itself. texts: names of the columns. below:
    relations whose rows carry the same mark; a verb that writes one marks the row above, and as long as one
    of them is marked the row stays marked.
    """

    def __init__(self, *args: Any, texts: tuple[str, ...] = (), below: tuple[str, ...] = (), **options: Any) -> None:
        self.texts, self.below = texts, below
        super().__init__(*args, **{"default": False, "db_default": False, "editable": False, **options})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """To a migration it is a plain column."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.BooleanField", args, options

    def pre_save(self, model_instance: models.Model, add: bool) -> bool:
        """Look again."""
        marked = is_marked(*(getattr(model_instance, name) for name in self.texts))
        if not marked and not add and self.below and getattr(model_instance, self.attname):
            marked = self._marked_below(model_instance)
        setattr(model_instance, self.attname, marked)
        return marked

    def _marked_below(self, above: models.Model) -> bool:
        rows = type(above)._base_manager.filter(pk=above.pk)
        return any(rows.filter(**{f"{name}__{self.attname}": True}).exists() for name in self.below)
