from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0005_cards"),
        ("crm", "0006_staff_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="background",
            name="is_lowest",
            field=models.BooleanField(default=False, verbose_name="lowest category of investor"),
        ),
        migrations.AddField(
            model_name="background",
            name="loss_line_e4",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="own loss line"),
        ),
        migrations.AddConstraint(
            model_name="background",
            constraint=models.CheckConstraint(
                condition=models.Q(("loss_line_e4", None), ("loss_line_e4__range", (1, 10000)), _connector="OR"),
                name="loss_line_within_whole",
            ),
        ),
    ]
