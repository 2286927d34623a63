"""The numbers that someone decided, as dated rows with their source; later ones supersede them by page."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)  # the Shanghai exchange's first day: before any fact
THRESHOLDS = [
    ("dormancy_floor", 1_000_000, "fen", "rule R2: net assets of 10,000 yuan"),
    ("dormancy_silence", 180, "days", "rule R2"),
    ("cooling_default", 90, "days", "rule R2: fewer than three own gaps"),
    ("band_high", 3000, "e-4", "glossary: churn score words"),
    ("band_raised", 1500, "e-4", "glossary: churn score words"),
    ("band_watch", 500, "e-4", "glossary: churn score words"),
    ("churn_horizon", 90, "days", "scoring note, section 1"),
    ("churn_lead", 5, "trading days", "scoring note, section 1"),
    ("churn_asset_floor", 1_000_000, "fen", "scoring note, section 1, E2"),
    ("reveal_daily_limit", 50, "values", "reliability note: values in clear per person and day"),
]


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )
    apps.get_model("segmentation", "TierScheme").objects.get_or_create(
        branch=None,
        from_day=LONG_AGO,
        is_primary=True,
        defaults={"name": "净佣金（近12个月）", "measure": "commission", "source": "规则 T2：3 / 10 / 20 %"},
    )


class Migration(migrations.Migration):
    dependencies = [("segmentation", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
