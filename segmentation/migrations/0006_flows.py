"""Who looked after a client in a night, what the branch page draws of flows and risks, and the numbers of its scenarios."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("reputation_factor", 100, "e-3", "rule C3: 10 % on top of the value of a lost client"),
    ("complaint_rate", 100, "e-3", "rule C4: 10 % of the dissatisfied complain"),
    ("replacing_low_from", 40, "e-1", "rule C5: replacing costs 4 to 6 times keeping"),
    ("replacing_low_to", 60, "e-1", "rule C5: replacing costs 4 to 6 times keeping"),
    ("replacing_usual_from", 50, "e-1", "rule C5: replacing costs 5 to 7 times keeping"),
    ("replacing_usual_to", 70, "e-1", "rule C5: replacing costs 5 to 7 times keeping"),
    ("replacing_high", 100, "e-1", "rule C5: replacing costs 10 times keeping"),
    ("halved_churn_from", 250, "e-3", "rule C9: churn halved raises profit by 25 to 85 %"),
    ("contact_window", 30, "days", "branch page: contacts of an advisor"),
    ("coverage_window", 90, "days", "branch page: whom an advisor has reached"),
    ("halved_churn_to", 850, "e-3", "rule C9: churn halved raises profit by 25 to 85 %"),
]


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("clients", "0001_initial"),
        ("segmentation", "0005_list_limits"),
    ]
    operations = [
        migrations.AddField(
            model_name="standing",
            name="advisor",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(model_name="nightfigures", name="advisor_flows", field=models.JSONField(null=True)),
        migrations.AddField(model_name="nightfigures", name="risks", field=models.JSONField(null=True)),
        migrations.AddField(model_name="nightfigures", name="scores", field=models.JSONField(null=True)),
        migrations.AddField(model_name="nightfigures", name="tenures", field=models.JSONField(null=True)),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
