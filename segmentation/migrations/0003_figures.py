"""What totals and dashboards read of a night, and an index for each figure that the client list begins with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0001_initial"),
        ("crm", "0003_holidays"),
        ("segmentation", "0002_first_numbers"),
    ]

    operations = [
        migrations.CreateModel(
            name="NightFigures",
            fields=[
                (
                    "publication",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="figures",
                        serialize=False,
                        to="crm.publication",
                    ),
                ),
                ("hundredths", models.JSONField()),
                ("advisors", models.JSONField()),
                ("clients_generation", models.BigIntegerField()),
                ("flows", models.JSONField()),
                ("giant_fen", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="StandingSum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "publication",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sums",
                        to="crm.publication",
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("vip", "VIP clients"),
                            ("key", "Key clients"),
                            ("ordinary", "Ordinary clients"),
                            ("small", "Small clients"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "churn_band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("high", "high"),
                            ("raised", "raised"),
                            ("watch", "watch"),
                            ("low", "low"),
                            ("", "not scored"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "dormancy",
                    models.CharField(
                        choices=[
                            ("active", "active"),
                            ("cooling", "cooling"),
                            ("dormant", "dormant"),
                            ("regulatory_dormant", "regulatory dormant"),
                            ("empty", "empty"),
                            ("never", "never traded"),
                            ("closed", "closed"),
                        ],
                        max_length=18,
                    ),
                ),
                ("is_near", models.BooleanField()),
                ("tier_news", models.BooleanField()),
                ("risk_news", models.BooleanField()),
                ("state_news", models.BooleanField()),
                ("client_count", models.PositiveIntegerField()),
                ("at_risk_count", models.PositiveIntegerField()),
                ("measure_fen", models.BigIntegerField()),
                ("net_assets_fen", models.BigIntegerField()),
                ("at_risk_fen", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "publication",
                            "tier",
                            "churn_band",
                            "dormancy",
                            "is_near",
                            "tier_news",
                            "risk_news",
                            "state_news",
                        ),
                        name="one_sum_per_night_and_kind",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(fields=["publication", "-at_risk_fen", "client"], name="standing_stake"),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(fields=["publication", "-measure_fen", "client"], name="standing_measure"),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(fields=["publication", "-net_assets_fen", "client"], name="standing_assets"),
        ),
    ]
