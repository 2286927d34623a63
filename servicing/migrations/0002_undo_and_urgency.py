"""What an undo has to know, an index for the day of a whole branch, and the numbers that order a day's work."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LONG_AGO = datetime.date(1990, 12, 19)  # the Shanghai exchange's first day: before any fact
THRESHOLDS = [
    ("urgency_overdue", 200, "%", "ours: what is overdue weighs twice"),
    ("urgency_today", 150, "%", "ours: what is due today weighs one and a half times"),
    ("urgency_open", 100, "%", "ours: a client at stake for whom nothing is planned"),
    ("contact_rest", 14, "days", "ours: after a talk a client at stake is left in peace"),
    ("contact_stale", 30, "days", "ours: a longer silence on our side is itself a reason to call"),
]


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0002_restricted_clients"),
        ("crm", "0003_holidays"),
        ("segmentation", "0002_first_numbers"),
        ("servicing", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="task",
            name="due_before",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="settled_contact",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settled_tasks",
                to="servicing.contact",
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="settled_contact",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settled_promises",
                to="servicing.contact",
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["branch", "due_on"], name="promise_branch_due"
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["branch", "due_on"], name="task_branch_due"
            ),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
