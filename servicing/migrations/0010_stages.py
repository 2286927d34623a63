"""The funnel A–D of clients, and its reference."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


LONG_AGO = datetime.date(1990, 12, 19)
REFERENCES = [("a", 10), ("b", 5), ("c", 2), ("d", 1)]


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for stage, value in REFERENCES:
        threshold.objects.get_or_create(
            key=f"funnel_reference_{stage}",
            from_day=LONG_AGO,
            defaults={
                "value": value,
                "unit": "clients",
                "source": "R5：观望 → 选择 → 买卖 → 成交，参考 10 → 5 → 2 → 1",
            },
        )


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0005_cards"),
        ("crm", "0006_staff_desk"),
        ("servicing", "0009_openings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceStage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("a", "A looking on"),
                            ("b", "B choosing"),
                            ("c", "C trading"),
                            ("d", "D deal made"),
                            ("out", "not in the funnel"),
                        ],
                        max_length=3,
                        verbose_name="stage",
                    ),
                ),
                ("since", models.DateField()),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="why")),
                ("at", models.DateTimeField()),
                ("is_latest", models.BooleanField(default=True)),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="service_stages", to="clients.client"
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="servicing.contact"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_latest", True)),
                        fields=["branch", "stage", "since"],
                        name="stage_branch",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_latest", True)), fields=("client",), name="one_latest_stage_per_client"
                    )
                ],
            },
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
