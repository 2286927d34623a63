"""Who entered a number and when; and the first numbers of the health page."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("disk_free_low", 10, "%", "系统健康页：留出一次跑批与一次导入的空间"),
    ("facts_late", 2, "trading days", "系统健康页：文件最迟在下一交易日到达"),
]
# The sources of the first numbers are read on a page now, and its readers read Chinese first.
SOURCES = {
    "rule R2: net assets of 10,000 yuan": "规则 R2：净资产 1 万元",
    "rule R2": "规则 R2",
    "rule R2: fewer than three own gaps": "规则 R2：自身交易间隔不足三个",
    "glossary: churn score words": "术语表：流失风险分档",
    "scoring note, section 1": "评分说明第 1 节",
    "scoring note, section 1, E2": "评分说明第 1 节 E2",
    "reliability note: values in clear per person and day": "可靠性说明：每人每天查看明文的上限",
}


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )
    for before, after in SOURCES.items():
        threshold.objects.filter(from_day=LONG_AGO, source=before).update(source=after)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("segmentation", "0007_night_advisors"),
    ]
    operations = [
        migrations.AddField(
            model_name="threshold",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(model_name="threshold", name="made_at", field=models.DateTimeField(null=True)),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
