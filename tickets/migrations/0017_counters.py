from django.db import migrations, models

OPEN = ("new", "accepted", "evaluating", "planned", "investigating", "to_sign", "countersigning", "signed")


class Migration(migrations.Migration):
    dependencies = [
        ("slas", "0007_clock_breaches"),
        ("tickets", "0016_resolved_then"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="ticket", name="ticket_open_due"),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("state__in", (*OPEN, "in_progress", "on_hold"))),
                fields=["due_at", "id"],
                include=("state", "assignee", "resolution_clock"),
                name="ticket_open_due",
            ),
        ),
    ]
