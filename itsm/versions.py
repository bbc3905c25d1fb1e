"""What the columns held: every save of a business record leaves a row that nobody changes any more.

    history = versions()

in a model, and `insert_only("tickets_historicalticket")` in its migration. A verb says whose act it is with
`because`; without that the signed-in person of the request counts, and nobody in a job.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.apps.registry import Apps
from django.db import connection, migrations, models
from simple_history.models import HistoricalRecords
from simple_history.utils import bulk_create_with_history

REFUSE = """
CREATE OR REPLACE FUNCTION history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was written stays: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""
_INSTALL = """
CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION history_refuse();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION history_refuse();
"""
_REMOVE = "DROP TRIGGER {table}_no_truncate ON {table}; DROP TRIGGER {table}_insert_only ON {table};"
# What follows from other columns, or changes without anybody's act.
DERIVED = ("initials", "search", "has_patient_data")
BEGUN = "history.begin"

Record = TypeVar("Record", bound=models.Model)


class Versions(HistoricalRecords):
    """django-simple-history as this house keeps it: few indexes, no foreign keys, no row for what is left out."""

    def copy_fields(self, model: type[models.Model]) -> dict[str, models.Field]:
        """The columns without their indexes: a history is read by its record, and written at every save."""
        fields = super().copy_fields(model)
        for field in fields.values():
            field.db_index = False
        return fields

    def get_extra_fields(self, model: type[models.Model], fields: dict[str, models.Field]) -> dict[str, Any]:
        """Nobody asks for all that one person changed."""
        extra = super().get_extra_fields(model, fields)
        extra["history_user"].db_index = False
        return extra

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        """One index, which the list of a record's versions is read by."""
        return {
            **super().get_meta_options(model),
            "ordering": ("-history_id",),
            "indexes": [models.Index(fields=[model._meta.pk.attname, "-history_id"])],
        }

    def fields_included(self, model: type[models.Model]) -> list[models.Field]:
        """Every column but those that are left out; a model that inherits its history names them in UNVERSIONED."""
        without = {*DERIVED, *getattr(model, "UNVERSIONED", ())}
        return [field for field in super().fields_included(model) if field.name not in without]

    def post_save(self, instance: models.Model, created: bool, using: str | None = None, **kwargs: Any) -> None:
        """A save of left-out columns only, such as the last sign-in, is no version."""
        written = kwargs.get("update_fields")
        if written is None or {field.name for field in self.fields_included(instance)} & set(written):
            super().post_save(instance, created, using=using, **kwargs)


def versions(*excluded: str, inherit: bool = False) -> Versions:
    """The history of a model. excluded: columns that are secret or not the record's own."""
    return Versions(
        excluded_fields=list(excluded),
        inherit=inherit,
        history_id_field=models.BigAutoField(),
        user_db_constraint=False,
    )


def because(record: Record, verb: str, *, by: object | None, at: datetime) -> Record:
    """Say whose act the next saves of this record are; somebody without an account leaves no name."""
    record._change_reason, record._history_date = verb, at
    record._history_user = by if hasattr(by, "work_number") else None
    return record


def follow(part: Record, whole: models.Model) -> Record:
    """The saves of a part belong to the same act as those of the whole."""
    for name in ("_change_reason", "_history_date", "_history_user"):
        if name in whole.__dict__:
            setattr(part, name, whole.__dict__[name])
    return part


def create_all(model: type[Record], records: Iterable[Record]) -> list[Record]:
    """Insert many rows and their first versions, in two statements."""
    return bulk_create_with_history(list(records), model)


def insert_only(*tables: str) -> migrations.RunSQL:
    """The migration that lets nobody change, delete or empty these tables."""
    install, remove = ("".join(text.format(table=table) for table in tables) for text in (_INSTALL, _REMOVE))
    return migrations.RunSQL(install, remove)


def begin(app: str, names: Sequence[str]) -> migrations.RunPython:
    """The migration that takes what is there as the first version of every row of these models."""

    def copy(apps: Apps, schema_editor: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            for name in names:
                cursor.execute(_copied(apps.get_model(app, name), apps.get_model(app, f"Historical{name}")))

    return migrations.RunPython(copy, migrations.RunPython.noop)


def _copied(model: type[models.Model], history: type[models.Model]) -> str:
    """The statement that copies a table into its history. Nothing in it comes from outside."""
    held = [field.column for field in history._meta.concrete_fields if not field.name.startswith("history_")]
    columns = ", ".join(f'"{column}"' for column in held)
    return (
        f'INSERT INTO "{history._meta.db_table}" ({columns}, history_date, history_type, history_change_reason) '  # noqa: S608
        f"SELECT {columns}, now(), '+', '{BEGUN}' FROM \"{model._meta.db_table}\""
    )
