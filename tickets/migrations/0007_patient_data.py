"""Marks the rows whose texts hold patient data; those that are there are looked through once."""

from django.db import migrations, models

BATCH = 2000


def mark(apps, schema_editor):
    from itsm.privacy import is_marked
    from tickets.texts import FREE_TEXT

    ticket, comment = apps.get_model("tickets", "Ticket"), apps.get_model("tickets", "Comment")
    said = _marked(comment, "ticket_id", FREE_TEXT["comment"], is_marked)
    told = _marked(ticket, "pk", FREE_TEXT["ticket"], is_marked)
    _write(comment, {pk for pk, _ticket in said})
    _write(ticket, {above for _pk, above in said} | {pk for pk, _pk in told})
    _mask_cut_titles(ticket, {pk for pk, _pk in told})


def _mask_cut_titles(ticket, keys):
    """A title that was cut out of the description may have cut a number in two, which is not found any more."""
    from itsm.privacy import masked

    rows = ticket.objects.filter(pk__in=sorted(keys)).values_list("pk", "title", "description").iterator(BATCH)
    for pk, title, description in rows:
        cut = title.removesuffix("…")
        said = description.strip()
        if said.startswith(cut) and cut != said:
            hidden = masked(said)[: len(cut)] + title[len(cut) :]
            if hidden != title:
                ticket.objects.filter(pk=pk).update(title=hidden)


def _marked(model, above, names, is_marked):
    """Key and ticket of every row with patient data; a text that a later migration adds is not there yet."""
    columns = {field.attname for field in model._meta.concrete_fields}
    texts = [name for name in names if name in columns]
    rows = model.objects.values_list("pk", above, *texts).iterator(BATCH)
    return {(pk, ticket) for pk, ticket, *values in rows if is_marked(*values)}


def _write(model, keys):
    ordered = sorted(keys)
    for start in range(0, len(ordered), BATCH):
        model.objects.filter(pk__in=ordered[start : start + BATCH]).update(has_patient_data=True)


class Migration(migrations.Migration):

    dependencies = [("tickets", "0006_attachments")]

    operations = [
        migrations.AddField(
            "ticket",
            "has_patient_data",
            models.BooleanField(db_default=False, default=False, editable=False, verbose_name="patient data"),
        ),
        migrations.AddField(
            "comment",
            "has_patient_data",
            models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddIndex(
            "ticket",
            models.Index(
                condition=models.Q(("has_patient_data", True)),
                fields=["reported_at", "id"],
                name="ticket_patient_data",
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
