import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0006_suitability"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductRisk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("instrument_class", models.CharField(blank=True, max_length=12)),
                ("market", models.CharField(blank=True, max_length=2)),
                ("security_code", models.CharField(blank=True, max_length=12)),
                (
                    "level",
                    models.CharField(
                        choices=[("R1", "R1"), ("R2", "R2"), ("R3", "R3"), ("R4", "R4"), ("R5", "R5")], max_length=2
                    ),
                ),
                ("from_day", models.DateField()),
                ("source", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("confirmed_on", models.DateField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("instrument_class", "market", "security_code", "from_day"),
                        name="one_risk_per_product_and_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("instrument_class", ""), ("security_code__gt", "")),
                            models.Q(("instrument_class__gt", ""), ("security_code", "")),
                            _connector="OR",
                        ),
                        name="risk_of_a_class_or_of_a_code",
                    ),
                ],
            },
        ),
    ]
