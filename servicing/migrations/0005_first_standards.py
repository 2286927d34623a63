"""The first standards of the firm and the numbers of the night's rounds. Apart from the tables before them: PostgreSQL alters
no table whose rows were written in the same transaction."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)
MOMENT = datetime.datetime(1990, 12, 19, tzinfo=datetime.UTC)
# tier, relationship, cadence, welcome calls, greeted, alerted, minutes (S1, S2: key and VIP one to one, small in groups)
STANDARDS = [
    ("vip", "partner", 30, [3, 14, 45], True, True, 30),
    ("key", "proactive", 60, [3, 14, 45], True, True, 20),
    ("ordinary", "accountable", 180, [7, 45], False, False, 12),
    ("small", "passive", None, [7], False, False, 8),
]
THRESHOLDS = [
    ("round_horizon", 10, "days", "自定：夜间为未来十天生成任务，跨过长假"),
    ("expiry_notice", 30, "days", "自定：风险测评或证件到期前一个月提醒"),
    ("contact_week", 900, "minutes", "自定：每周 15 小时用于计划内联系，其余留给来访与临时事项"),
    ("contact_hour_cost", 9_000, "fen", "自定，待营业部给出自己的数：投资顾问每小时 90 元"),
]


def seed(apps, schema_editor):
    standard = apps.get_model("servicing", "ServiceStandard")
    for tier, level, cadence, welcome, greets, alerts, minutes in STANDARDS:
        standard.objects.get_or_create(
            branch=None,
            tier=tier,
            from_day=LONG_AGO,
            defaults={
                "level": level,
                "cadence_days": cadence,
                "welcome_days": welcome,
                "greets": greets,
                "alerts": alerts,
                "minutes": minutes,
                "source": "自定的初始标准（S1、S2）：VIP 与主要客户一对一，小客户以群发与投教为主",
                "made_at": MOMENT,
            },
        )
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )


class Migration(migrations.Migration):
    dependencies = [("servicing", "0004_standards"), ("segmentation", "0009_health_numbers")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
