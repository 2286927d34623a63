"""By when a client's idea is answered."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)


def decide(apps, schema_editor):
    apps.get_model("segmentation", "Threshold").objects.get_or_create(
        key="idea_answer_days",
        from_day=LONG_AGO,
        defaults={"value": 10, "unit": "working days", "source": "自定：客户提出建议后两周内给答复"},
    )


def forget(apps, schema_editor):
    apps.get_model("segmentation", "Threshold").objects.filter(key="idea_answer_days", from_day=LONG_AGO).delete()


class Migration(migrations.Migration):
    dependencies = [("segmentation", "0010_concession_numbers")]
    operations = [migrations.RunPython(decide, forget)]
