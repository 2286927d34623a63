"""The first numbers of call-backs and anniversaries, and the festivals on which clients are greeted. Apart from the tables
before them: PostgreSQL alters no table whose rows were written in the same transaction."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)
MOMENT = datetime.datetime(1990, 12, 19, tzinfo=datetime.UTC)
THRESHOLDS = [
    ("callback_share", 1_000, "e-4", "规则 L2：每年回访不少于上年末客户总数的 10%，不含休眠与中止交易账户"),
    ("callback_new_days", 30, "days", "规则 L2：新开户一个月内回访"),
    ("callback_tries", 3, "tries", "自定：三次未接通即登记为无法联系"),
    ("callback_ahead", 31, "days", "自定：提前一个月分派回访人，休假与离职由此避开"),
    ("anniversary_first", 1, "years", "自定：开户满一年问候"),
    ("anniversary_second", 3, "years", "自定：开户满三年问候"),
    ("anniversary_every", 5, "years", "自定：此后每满五年问候"),
]
# New Year, Spring Festival, Lantern, Dragon Boat, Mid-Autumn, Double Ninth, National Day; Qingming is no day of a month
FESTIVALS = [
    ("solar", 1, 1),
    ("lunar", 1, 1),
    ("lunar", 1, 15),
    ("lunar", 5, 5),
    ("lunar", 8, 15),
    ("lunar", 9, 9),
    ("solar", 10, 1),
]


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )
    festival = apps.get_model("servicing", "Festival")
    for calendar, month, day in FESTIVALS:
        festival.objects.get_or_create(
            calendar=calendar, month=month, day=day, defaults={"from_day": LONG_AGO, "made_at": MOMENT}
        )


class Migration(migrations.Migration):
    dependencies = [("servicing", "0011_callbacks"), ("segmentation", "0009_health_numbers")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
