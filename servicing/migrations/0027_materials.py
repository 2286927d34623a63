"""Materials for the education of investors (S13), and their numbers."""

import datetime

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("material_link_days", 30, "days", "自定：投教材料链接三十天内有效"),
    ("material_file_mb", 20, "MB", "自定：投教材料附件不超过 20 MB"),
]


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0010_cards_by_clients"),
        ("crm", "0007_calendar_feeds"),
        ("segmentation", "0009_health_numbers"),
        ("servicing", "0026_events"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Material",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "language",
                    models.CharField(
                        choices=[("zh", "Chinese"), ("en", "English")],
                        default="zh",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("basics", "basics"),
                            ("products", "products"),
                            ("rules", "trading rules"),
                            ("risk", "risks"),
                            ("fraud", "fraud"),
                            ("rights", "investors' rights"),
                            ("planning", "planning"),
                        ],
                        max_length=8,
                        verbose_name="topic",
                    ),
                ),
                (
                    "knowledge",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "every level"),
                            ("none", "none"),
                            ("vague", "vague"),
                            ("some", "a little"),
                            ("expert", "can analyse and forecast"),
                        ],
                        max_length=6,
                        verbose_name="knowledge level",
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("vip", "VIP clients"),
                            ("key", "Key clients"),
                            ("ordinary", "Ordinary clients"),
                            ("small", "Small clients"),
                        ],
                        max_length=8,
                        verbose_name="tier",
                    ),
                ),
                (
                    "product_risk",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "no product"),
                            ("R1", "R1"),
                            ("R2", "R2"),
                            ("R3", "R3"),
                            ("R4", "R4"),
                            ("R5", "R5"),
                        ],
                        max_length=2,
                        verbose_name="product risk",
                    ),
                ),
                ("is_required", models.BooleanField(default=False)),
                (
                    "branch",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MaterialVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("waiting", "waits for approval"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("ended", "ended"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_why", models.CharField(blank=True, max_length=200)),
                ("body", models.TextField(blank=True, max_length=20000, verbose_name="text")),
                ("risk_notice", models.CharField(max_length=1000, verbose_name="risk notice")),
                ("valid_until", models.DateField(verbose_name="last valid day")),
                ("file_name", models.CharField(blank=True, max_length=120)),
                ("file_size", models.PositiveBigIntegerField(default=0)),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                ("shared_count", models.PositiveIntegerField(default=0)),
                ("opened_count", models.PositiveIntegerField(default=0)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "material",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="servicing.material",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["asked_at"], name="material_waiting"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("material", "number"), name="one_version_per_material_and_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "approved")),
                        fields=("material",),
                        name="one_approved_version_per_material",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("author")), _negated=True),
                            _connector="OR",
                        ),
                        name="author_does_not_decide_on_a_material",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["approved", "refused"]), _negated=True),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="decided_material_names_who_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("risk_notice", ""), _negated=True), name="material_carries_a_risk_notice"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("body", ""), _negated=True),
                            models.Q(("file_sha256", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="material_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MaterialShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(editable=False, unique=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[("person", "in person"), ("wecom", "WeCom"), ("sms", "SMS"), ("email", "e-mail")],
                        max_length=6,
                        verbose_name="channel",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "material",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="servicing.material",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="given_by",
                        to="servicing.materialversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["material", "made_at"], name="share_of_material"),
                    models.Index(fields=["client", "made_at"], name="share_of_client"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MaterialReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("confirmed_at", models.DateTimeField()),
                (
                    "staff",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "share",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="servicing.materialshare",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="servicing.materialversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["version", "confirmed_at"], name="read_version"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("share__isnull", False), ("staff", None)),
                            models.Q(("share", None), ("staff__isnull", False)),
                            _connector="OR",
                        ),
                        name="material_is_read_by_a_client_or_by_staff",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("staff__isnull", False)),
                        fields=("version", "staff"),
                        name="staff_confirm_a_version_once",
                    ),
                ],
            },
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
