"""The client list begins with what is at stake: read in that order from an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("segmentation", "0002_first_numbers")]
    operations = [
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(fields=["publication", "-at_risk_fen", "client"], name="standing_stake"),
        )
    ]
