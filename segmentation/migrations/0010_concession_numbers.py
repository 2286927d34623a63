"""The first numbers of fee concessions. Floors and the cap of gifts have none: compliance confirms them."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("concession_days", 366, "days", "自定：优惠至多一年，到期再议"),
    ("concession_notice", 14, "days", "自定：到期前两周与客户谈"),
    ("concession_likes", 20, "clients", "自定：同层级、佣金最接近的客户"),
    ("concession_least_likes", 10, "clients", "自定：更少则区间没有意义"),
    ("concession_least_months", 3, "months", "自定：更短只见偶然"),
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
    dependencies = [("segmentation", "0009_health_numbers")]
    operations = [migrations.RunPython(decide, forget)]
