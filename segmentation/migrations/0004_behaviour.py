"""How clients behave, night by night; market regimes; and the numbers that both are judged by, each with its source."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LONG_AGO = datetime.date(1990, 12, 19)  # the Shanghai exchange's first day: before any fact
THRESHOLDS = [
    ("behaviour_floor", 1_000_000, "fen", "ours: with less than 10,000 yuan a share says nothing about a habit"),
    ("position_points", 6, "month-ends", "ours: fewer are no habit (B1)"),
    ("position_band_floor", 500, "e-4", "ours: a habit is at least 5 points wide on either side (B1)"),
    ("result_flat", 300, "e-4", "ours: within 3 % of mean assets is flat (B2)"),
    ("result_days", 90, "days", "ours: a shorter time is no result (B2)"),
    ("deep_loss", 3000, "e-4", "ours: a loss of 30 % of mean assets is deep (R1)"),
    ("horizon_high", 4000, "e-2 a year", "rule B4: above 40 high-frequency"),
    ("horizon_short", 1200, "e-2 a year", "rule B4: from 12 short-term"),
    ("horizon_medium", 300, "e-2 a year", "rule B4: from 3 medium-term"),
    ("overtrading_turnover", 1200, "e-2 a year", "ours: a turnover from 12 on is high (B7)"),
    ("programme_trades", 100, "trades a day", "ours: more than a hand can do (B4)"),
    ("programme_days", 5, "days", "ours: so many such days in six months (B4)"),
    ("preference_p", 100, "e-4", "rule B5: a preference is shown at a chance of 1 %"),
    ("preference_trades", 30, "trades", "rule B5: and with at least 30 trades"),
    ("regime_strong", 7500, "e-4", "rule B8: strong market, 75 % and above in positions"),
    ("regime_range", 5000, "e-4", "rule B8: range, 50 %"),
    ("regime_weak", 2500, "e-4", "rule B8: weak market, 25 % and below"),
    ("regime_tolerance", 1500, "e-4", "ours: 15 points beside the reference are no gap (B8)"),
    ("service_cost_vip", 600_000, "fen a year", "ours, until the branch states its own (C6)"),
    ("service_cost_key", 240_000, "fen a year", "ours, until the branch states its own (C6)"),
    ("service_cost_ordinary", 60_000, "fen a year", "ours, until the branch states its own (C6)"),
    ("service_cost_small", 6_000, "fen a year", "ours, until the branch states its own (C6)"),
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
        ("segmentation", "0003_figures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BehaviourFigures",
            fields=[
                (
                    "publication",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="behaviour_figures",
                        serialize=False,
                        to="crm.publication",
                    ),
                ),
                ("results", models.JSONField()),
                ("positions", models.JSONField()),
                ("bases", models.JSONField()),
                ("values", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Behaviour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("net_assets_fen", models.BigIntegerField(default=0)),
                ("position_e4", models.IntegerField(null=True)),
                ("position_mean_e4", models.IntegerField(null=True)),
                ("position_spread_e4", models.IntegerField(null=True)),
                (
                    "position_band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("low", "below the own habit"),
                            ("usual", "as usual"),
                            ("high", "above the own habit"),
                        ],
                        max_length=5,
                    ),
                ),
                ("result_from", models.DateField(null=True)),
                ("result_fen", models.BigIntegerField(null=True)),
                ("result_e4", models.IntegerField(null=True)),
                (
                    "result",
                    models.CharField(
                        blank=True, choices=[("profit", "profit"), ("flat", "flat"), ("loss", "loss")], max_length=6
                    ),
                ),
                ("is_deep_loss", models.BooleanField(default=False)),
                ("turnover_e2", models.IntegerField(null=True)),
                (
                    "horizon",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("high", "high-frequency"),
                            ("short", "short-term"),
                            ("medium", "medium-term"),
                            ("long", "long-term"),
                        ],
                        max_length=6,
                    ),
                ),
                ("is_programme", models.BooleanField(default=False)),
                ("is_overtrading", models.BooleanField(default=False)),
                ("trade_count", models.PositiveIntegerField(default=0)),
                ("kinds", models.JSONField(default=list)),
                ("channels", models.JSONField(default=list)),
                ("trading_days", models.PositiveIntegerField(default=0)),
                ("yearly_commission_fen", models.BigIntegerField(default=0)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="behaviours", to="clients.client"
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="behaviours",
                        to="crm.publication",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["publication", "-net_assets_fen", "client"], name="behaviour_assets")],
                "constraints": [
                    models.UniqueConstraint(fields=("publication", "client"), name="one_behaviour_per_client_and_night")
                ],
            },
        ),
        migrations.CreateModel(
            name="MarketRegime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                (
                    "level",
                    models.CharField(
                        choices=[("strong", "strong"), ("range", "range"), ("weak", "weak")],
                        max_length=6,
                        verbose_name="market",
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[("A", "A, bottoming"), ("B", "B, rising"), ("C", "C, topping"), ("D", "D, falling")],
                        max_length=1,
                        verbose_name="phase",
                    ),
                ),
                ("from_day", models.DateField(verbose_name="first day")),
                ("evidence", models.TextField(max_length=1000, verbose_name="evidence")),
                ("set_at", models.DateTimeField()),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-from_day", "-number"], name="regime_day")],
            },
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
