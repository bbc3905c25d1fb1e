"""Marks particulars, remote logs and checklists that hold patient data; what is there is looked through once."""

from django.db import migrations, models

BATCH = 2000
TEXTS = {
    "Requirement": ("benefit", "evaluation"),
    "PolicyInterface": ("document_number", "issued_by", "evaluation"),
    "Bug": ("found_in", "steps", "fixed_in"),
    "DataCorrection": ("scope", "reason", "plan", "rollback"),
    "Complaint": ("conclusion",),
    "Finding": ("round_reference",),
    "Alert": ("source", "fingerprint"),
    "RemoteLog": ("actions",),
    "Check": ("reason",),
}


def mark(apps, schema_editor):
    from itsm.privacy import is_marked

    above = set()
    for name, texts in TEXTS.items():
        model = apps.get_model("tickets", name)
        rows = model.objects.values_list("pk", "ticket_id", *texts).iterator(BATCH)
        found = {(pk, ticket) for pk, ticket, *values in rows if is_marked(*values)}
        _write(model, {pk for pk, _ticket in found})
        above |= {ticket for _pk, ticket in found}
    _write(apps.get_model("tickets", "Ticket"), above)


def _write(model, keys):
    ordered = sorted(keys)
    for start in range(0, len(ordered), BATCH):
        model.objects.filter(pk__in=ordered[start : start + BATCH]).update(has_patient_data=True)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0008_desk")]

    operations = [
        *(
            migrations.AddField(
                name,
                "has_patient_data",
                models.BooleanField(db_default=False, default=False, editable=False),
            )
            for name in TEXTS
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
