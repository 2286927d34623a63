"""The numbers of relationship levels (S1), answers and arrivals (S10, S16)."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("relation_window", 180, "days", "自定：按最近半年的服务记录判断实际关系水平"),
    ("relation_cadence", 180, "days", "自定：服务标准没有规定联系周期的客户，按半年计"),
    ("relation_share", 80, "%", "自定：主动联系达到标准周期次数的八成，视为保持节奏"),
    ("relation_theirs", 1, "contacts", "自定：半年内客户至少主动联系一次，视为双向往来"),
    ("relation_answer", 3, "days", "自定：客户来询三天仍未联系，视为没有回应"),
    ("response_minutes", 240, "minutes", "自定：客户来询后四个工作小时内首次回应"),
    ("response_window", 14, "days", "自定：首次回应的计时向前看两周"),
    ("arrival_minutes", 5, "minutes", "自定：客户到店或来电五分钟内有人接待"),
    ("workday_begins", 540, "minutes", "自定：工作时间从上午九点起"),
    ("workday_ends", 1_020, "minutes", "自定：工作时间到下午五点止"),
]


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )


class Migration(migrations.Migration):
    dependencies = [("servicing", "0018_arrivals"), ("segmentation", "0009_health_numbers")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
