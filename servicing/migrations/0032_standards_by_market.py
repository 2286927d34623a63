"""Standards may be for one market only (S2); those of before are for any."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0007_calendar_feeds"),
        ("servicing", "0031_loyalty_without_scores"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="servicestandard",
            name="one_standard_per_branch_tier_and_day",
        ),
        migrations.RemoveConstraint(
            model_name="servicestandard",
            name="one_standard_of_the_firm_per_tier_and_day",
        ),
        migrations.AddField(
            model_name="servicestandard",
            name="regime",
            field=models.CharField(
                blank=True,
                choices=[("strong", "Strong"), ("range", "Range"), ("weak", "Weak")],
                max_length=6,
                verbose_name="market",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicestandard",
            constraint=models.UniqueConstraint(
                fields=("branch", "tier", "regime", "from_day"), name="one_standard_per_branch_tier_market_and_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="servicestandard",
            constraint=models.UniqueConstraint(
                condition=models.Q(("branch", None)),
                fields=("tier", "regime", "from_day"),
                name="one_standard_of_the_firm_per_tier_market_and_day",
            ),
        ),
    ]
