"""Restricted clients are found without reading the others."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0001_initial"),
        ("crm", "0003_holidays"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="client",
            index=models.Index(condition=models.Q(("is_restricted", True)), fields=["id"], name="client_restricted"),
        ),
    ]
