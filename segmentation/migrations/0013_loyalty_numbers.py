"""The first numbers of loyalty. The cap of points has none: points are off until compliance confirms one."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("loyalty_answer", 3, "points", "自定：结案评价 1–5，3 为满意"),
    ("loyalty_breadth", 3, "things", "自定：使用三种业务或服务"),
    ("loyalty_years", 3, "years", "自定：三年"),
    ("loyalty_referrals", 1, "clients", "自定：推荐开户一户"),
    ("loyalty_years_full", 10, "years", "自定：十年计满分"),
    ("loyalty_breadth_full", 6, "things", "自定：六种计满分"),
    ("loyalty_lasting_cut", 60, "points", "自定"),
    ("points_event", 10, "points", "自定"),
    ("points_referral", 100, "points", "自定"),
    ("points_survey", 5, "points", "自定"),
    ("points_year", 20, "points", "自定"),
    ("member_silver", 100, "points", "自定"),
    ("member_gold", 300, "points", "自定"),
    ("referral_days", 3, "days", "自定：三天内致电"),
    ("loyalty_depending_cut", 50, "points", "自定"),
]


def decide(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )


def forget(apps, schema_editor):
    keys = [key for key, *_rest in THRESHOLDS]
    apps.get_model("segmentation", "Threshold").objects.filter(key__in=keys, from_day=LONG_AGO).delete()


class Migration(migrations.Migration):
    dependencies = [("segmentation", "0012_event_numbers")]
    operations = [migrations.RunPython(decide, forget)]
