"""The first numbers of education events."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("event_invite_days", 3, "working days", "自定：三个工作日内邀约"),
    ("event_follow_up_days", 5, "working days", "自定：一周内回访"),
    ("event_least_clients", 20, "clients", "自定：每组不足二十户不作结论"),
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
    dependencies = [("segmentation", "0011_idea_numbers")]
    operations = [migrations.RunPython(decide, forget)]
