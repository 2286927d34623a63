"""Openings with their steps, and the numbers that they are told by."""

import datetime
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("opening_days_branch", 3, "自定：首次到访后三天内确定营业部"),
    ("opening_days_form", 3, "自定：三天内填好开户申请表"),
    ("opening_days_documents", 5, "自定：五天内收齐证件资料"),
    ("opening_days_verification", 2, "自定：两天内完成身份核验"),
    ("opening_days_agreement", 3, "自定：三天内签署协议"),
    ("opening_days_deposit", 14, "自定：签约后两周内首次入金"),
    ("opening_retention", 180, "自定：放弃开户满 180 天后隐藏个人信息，仅保留计数；待合规确认"),
]


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": "days", "source": source}
        )


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0005_cards"),
        ("crm", "0006_staff_desk"),
        ("servicing", "0008_banned_phrases"),
        ("segmentation", "0009_health_numbers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("phone_sealed", models.CharField(max_length=200)),
                ("phone_index", models.CharField(max_length=22)),
                ("phone_tail_index", models.CharField(max_length=22)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("walk_in", "walk-in"),
                            ("bank", "bank channel"),
                            ("introducer", "introducer"),
                            ("online", "online"),
                            ("referral", "referred by a client"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                ("expected_fen", models.BigIntegerField(null=True, verbose_name="expected assets")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "under way"), ("completed", "completed"), ("dropped", "dropped")],
                        default="open",
                        max_length=9,
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("branch", "Branch chosen"),
                            ("form", "Form"),
                            ("documents", "Documents"),
                            ("verification", "Verification"),
                            ("agreement", "Agreement"),
                            ("deposit", "First deposit"),
                        ],
                        default="branch",
                        max_length=12,
                    ),
                ),
                ("since", models.DateField()),
                ("started_on", models.DateField(verbose_name="first visit")),
                ("ended_on", models.DateField(null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("price", "price"),
                            ("product", "product"),
                            ("competitor", "went to a competitor"),
                            ("documents", "documents missing"),
                            ("no_answer", "no answer"),
                            ("other", "other"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("reason_text", models.CharField(blank=True, max_length=300, verbose_name="what was said")),
                ("is_restricted", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField()),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
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
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "referrer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referred_openings",
                        to="clients.client",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["owner", "since"], name="opening_owner"
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["branch", "since"], name="opening_branch"
                    ),
                    models.Index(fields=["branch", "started_on"], name="opening_begun"),
                    models.Index(
                        condition=models.Q(("state", "dropped")), fields=["branch", "ended_on"], name="opening_dropped"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("client",), name="one_opening_per_client"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dropped"), _negated=True), ("reason__gt", ""), _connector="OR"
                        ),
                        name="dropped_opening_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "open"), ("ended_on__isnull", False), _connector="OR"),
                        name="ended_opening_has_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("branch", "Branch chosen"),
                            ("form", "Form"),
                            ("documents", "Documents"),
                            ("verification", "Verification"),
                            ("agreement", "Agreement"),
                            ("deposit", "First deposit"),
                        ],
                        max_length=12,
                    ),
                ),
                ("taken_on", models.DateField()),
                ("days", models.PositiveIntegerField()),
                ("note", models.CharField(blank=True, max_length=200)),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="servicing.opening"
                    ),
                ),
                (
                    "withdrawn_by",
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
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("opening", "step"),
                        name="one_standing_step_per_opening",
                    ),
                ],
            },
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
