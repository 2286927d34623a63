"""The first risk levels of products, by class. Apart from the table before them: PostgreSQL alters no table whose rows were
written in the same transaction."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)
MOMENT = datetime.datetime(1990, 12, 19, tzinfo=datetime.UTC)
SOURCE = "参照中国证券业协会《证券经营机构投资者适当性管理实施指引（试行）》的产品风险等级划分，待合规确认"
UNKNOWN = "自定：类别不明的按最高等级，待合规确认"
LEVELS = {
    "R1": ("reverse_repo",),
    "R2": ("bond", "note"),
    "R3": ("main", "etf", "lof", "fund", "b_share"),
    "R4": ("chinext", "star", "convertible", "hk"),
    "R5": ("bse", "other"),
}


def seed(apps, schema_editor):
    risk = apps.get_model("clients", "ProductRisk")
    for level, kinds in LEVELS.items():
        for kind in kinds:
            risk.objects.get_or_create(
                instrument_class=kind,
                market="",
                security_code="",
                from_day=LONG_AGO,
                defaults={"level": level, "source": UNKNOWN if kind == "other" else SOURCE, "made_at": MOMENT},
            )


class Migration(migrations.Migration):
    dependencies = [("clients", "0007_product_risks")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
