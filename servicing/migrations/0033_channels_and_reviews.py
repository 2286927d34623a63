"""Standards say by which channels clients are contacted and how often a plan is reviewed (S2). Those of before get the channels
of their tier, and the number that was in force for every tier."""

from django.db import migrations, models
from django.utils import timezone

# One to one where somebody is responsible; small clients hear what goes to the group.
CHANNELS = {
    "vip": ["phone", "wecom", "visit"],
    "key": ["phone", "wecom", "visit"],
    "ordinary": ["phone", "wecom"],
    "small": ["wecom", "sms", "email"],
}


def fill(apps, schema_editor):
    thresholds = apps.get_model("segmentation", "Threshold").objects.filter(key="plan_review")
    in_force = thresholds.filter(from_day__lte=timezone.localdate()).order_by("-from_day").first()
    standards = apps.get_model("servicing", "ServiceStandard").objects
    for tier, channels in CHANNELS.items():
        standards.filter(tier=tier).update(channels=channels)
    if in_force is not None:
        standards.update(review_days=in_force.value)


class Migration(migrations.Migration):
    dependencies = [("servicing", "0032_standards_by_market")]

    operations = [
        migrations.AddField(
            model_name="servicestandard",
            name="channels",
            field=models.JSONField(blank=True, default=list, verbose_name="channels"),
        ),
        migrations.AddField(
            model_name="servicestandard",
            name="review_days",
            field=models.PositiveSmallIntegerField(default=90, verbose_name="days between two reviews of the plan"),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
