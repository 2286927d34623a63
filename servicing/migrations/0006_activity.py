"""What the activity of advisors is read by, and the numbers of activity and appraisal."""

import datetime

from django.db import migrations, models

LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("work_day", 480, "minutes", "自定：每个工作日八小时"),
    ("client_share", 8_000, "e-4", "规则 S10：用于客户的时间目标 80%"),
    ("appraisal_clients", 50, "clients", "规则 S11：客户不足 50 户不排名"),
]


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )


class Migration(migrations.Migration):
    dependencies = [("servicing", "0005_first_standards"), ("segmentation", "0009_health_numbers")]
    operations = [
        migrations.AddIndex("promise", models.Index(fields=["branch", "due_on"], name="promise_branch_day")),
        migrations.AddIndex("task", models.Index(fields=["branch", "due_on"], name="task_branch_day")),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
