import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0008_first_product_risks"),
        ("crm", "0006_staff_desk"),
        ("servicing", "0014_first_items"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RiskAlert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("concentration", "Concentration"),
                            ("drawdown", "Drawdown"),
                            ("loss", "Own loss line"),
                            ("level", "Risk level"),
                            ("maintenance", "Maintenance ratio"),
                        ],
                        max_length=13,
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=30)),
                ("band", models.PositiveSmallIntegerField()),
                ("seen_from", models.DateField()),
                ("seen_until", models.DateField(null=True)),
                ("slots", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("acknowledged", "acknowledged"), ("over", "over")],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=1000, verbose_name="what was said")),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="risk_alerts", to="clients.client"
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risk_alerts",
                        to="servicing.contact",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["branch", "state", "seen_from"], name="alert_branch_day"),
                    models.Index(fields=["state", "seen_from"], name="alert_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "over"), _negated=True),
                        fields=("client", "kind", "subject"),
                        name="one_standing_alert_per_occasion",
                    )
                ],
            },
        ),
    ]
