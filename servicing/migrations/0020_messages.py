"""Sendings, the outbox, and the numbers by which messages are held back."""

import datetime
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("message_cap_sms", 2, "messages", "自定：七天内每位客户至多两条短信（S15）"),
    ("message_cap_wecom", 4, "messages", "自定：七天内每位客户至多四条企业微信（S15）"),
    ("message_cap_email", 3, "messages", "自定：七天内每位客户至多三封邮件（S15）"),
    ("message_cap_letter", 1, "messages", "自定：七天内每位客户至多一封信函（S15）"),
    ("message_cap_days", 7, "days", "自定：频次上限按七天计（S15）"),
    ("message_quiet_from", 1260, "minutes", "自定：21:00 起不打扰（S15）"),
    ("message_quiet_until", 510, "minutes", "自定：8:30 前不打扰（S15）"),
    ("message_second_person", 50, "clients", "自定：超过 50 位客户的群发须第二人批准"),
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
        ("crm", "0006_staff_desk"),
        ("segmentation", "0009_health_numbers"),
        ("servicing", "0019_contact_numbers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(choices=[("one", "to one client"), ("list", "to a list")], max_length=4)),
                (
                    "channel",
                    models.CharField(
                        choices=[("sms", "SMS"), ("wecom", "WeCom"), ("email", "e-mail"), ("letter", "letter")],
                        max_length=6,
                        verbose_name="channel",
                    ),
                ),
                ("keep_rest", models.BooleanField(default=False)),
                ("raises_trading", models.BooleanField(default=False)),
                ("size", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("waiting", "waits for a second person"),
                            ("going", "going out"),
                            ("stopped", "stopped"),
                            ("finished", "finished"),
                        ],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
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
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="servicing.textversion"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["branch", "-asked_at"], name="sending_branch"),
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "going"])), fields=["state"], name="sending_open"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="sending_second_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("key", models.CharField(max_length=100, unique=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[("sms", "SMS"), ("wecom", "WeCom"), ("email", "e-mail"), ("letter", "letter")],
                        max_length=6,
                    ),
                ),
                ("is_test", models.BooleanField(default=False)),
                ("recipient_sealed", models.CharField(blank=True, max_length=500)),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("body", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "queued"),
                            ("sending", "on its way"),
                            ("sent", "sent"),
                            ("failed", "failed"),
                            ("unknown", "outcome unknown"),
                            ("cancelled", "cancelled"),
                            ("left_out", "left out"),
                        ],
                        default="queued",
                        max_length=9,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("restricted", "the client is restricted"),
                            ("closed", "the account is closed"),
                            ("frozen", "the account is frozen"),
                            ("no_address", "no address for this channel"),
                            ("opted_out", "opted out of this channel"),
                            ("no_consent", "never agreed to this channel"),
                            ("quiet", "quiet hours leave no hour"),
                            ("cap", "has had enough messages lately"),
                            ("complaint", "a complaint is open"),
                            ("overtrading", "sign of over-trading: nothing that raises trading"),
                            ("unsuitable", "the product does not suit the client"),
                            ("recent", "was contacted lately"),
                            ("expired", "the text had expired"),
                            ("stopped", "the sending was stopped"),
                            ("withdrawn", "the text is not approved any more"),
                        ],
                        max_length=11,
                    ),
                ),
                ("trouble", models.CharField(blank=True, max_length=80)),
                ("not_before", models.DateTimeField(null=True)),
                ("attempt", models.PositiveSmallIntegerField(default=0)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("maybe_sent", models.BooleanField(default=False)),
                ("provider_id", models.CharField(blank=True, max_length=120)),
                ("settled_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "delivery",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "no report"),
                            ("delivered", "delivered"),
                            ("opened", "opened"),
                            ("bounced", "came back"),
                        ],
                        max_length=9,
                    ),
                ),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="clients.client",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sending",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="servicing.sending",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["sending", "state", "id"], name="message_sending"),
                    models.Index(fields=["client", "-claimed_at"], name="message_client"),
                    models.Index(
                        condition=models.Q(("state", "queued")), fields=["branch", "id"], name="message_queued"
                    ),
                    models.Index(
                        condition=models.Q(("state", "sending")), fields=["lease_until"], name="message_on_its_way"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("client__isnull", False), ("is_test", True), _connector="XOR"),
                        name="message_client_or_test",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["cancelled", "left_out"]), ("reason", ""), _connector="XOR"),
                        name="message_reason_where_kept_back",
                    ),
                ],
            },
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
