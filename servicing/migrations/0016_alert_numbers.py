"""The first numbers of risk alerts (B9). Apart from the table before them: PostgreSQL alters no table whose rows were written
in the same transaction."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("alert_floor", 10_000_000, "fen", "自定：净资产 10 万元起提示集中度与回撤"),
    ("alert_concentration", 5_000, "e-4", "自定：单一证券占净资产一半起提示"),
    ("alert_drawdown", 2_000, "e-4", "自定：剔除出入金后自高点回落两成起提示"),
    ("alert_drawdown_days", 90, "days", "自定：高点取近 90 天"),
    ("alert_level_floor", 1_000_000, "fen", "自定：高于客户风险等级的持仓合计 1 万元起提示"),
    ("alert_maintenance", 15_000, "e-4", "参照两融业务惯例的警戒线：维持担保比例 150%"),
    ("alert_step", 1_000, "e-4", "自定：每再差 10 个百分点另行提示"),
]


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )


class Migration(migrations.Migration):
    dependencies = [("servicing", "0015_alerts"), ("segmentation", "0009_health_numbers")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
