"""The first holidays: the State Council's arrangements as chinesecalendar carries them, 2004–2026; edited by page later."""

import datetime

from django.db import migrations


def seed(apps, schema_editor):
    from chinese_calendar import constants

    holiday = apps.get_model("crm", "Holiday")
    rows = [
        holiday(day=day, kind="holiday", name=str(name))
        for day, name in sorted(constants.holidays.items())
        if isinstance(day, datetime.date)
    ]
    rows += [holiday(day=day, kind="make_up", name=str(name)) for day, name in sorted(constants.workdays.items())]
    holiday.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_append_only_audit")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
