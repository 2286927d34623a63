"""The first numbers of the health page. Apart from the columns before it: PostgreSQL alters no table whose rows were
written in the same transaction."""

import datetime

from django.db import migrations

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
    dependencies = [("segmentation", "0008_numbers")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
