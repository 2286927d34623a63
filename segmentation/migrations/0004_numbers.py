"""Who entered a number and when; and the first numbers of the health page."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("disk_free_low", 10, "%", "health page: room for a night's copy and an import"),
    ("facts_late", 2, "trading days", "health page: files come on the next trading day at the latest"),
]


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("segmentation", "0003_figures"),
    ]
    operations = [
        migrations.AddField(
            model_name="threshold",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(model_name="threshold", name="made_at", field=models.DateTimeField(null=True)),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
