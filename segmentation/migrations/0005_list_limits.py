"""How many rows of a list may be worked on or taken out at once."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("bulk_clients", 5000, "clients", "one step of bulk work: what one transaction writes without holding others up"),
    ("export_rows_assets", 25, "rows", "rule L5: above, a second person approves an export with amounts"),
    ("export_rows_others", 2500, "rows", "rule L5: above, a second person approves any export"),
    ("export_rows_most", 20000, "rows", "one file that a spreadsheet still opens"),
    ("export_days", 7, "days", "an approved export may be fetched for so long"),
]


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )


class Migration(migrations.Migration):
    dependencies = [("segmentation", "0004_behaviour")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
