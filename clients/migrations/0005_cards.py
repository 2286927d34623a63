import django.core.serializers.json
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0004_tags"),
        ("crm", "0003_holidays"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CloseContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("spouse", "spouse"),
                            ("child", "son or daughter"),
                            ("parent", "parent"),
                            ("relative", "relative"),
                            ("assistant", "assistant"),
                            ("secretary", "secretary"),
                            ("introducer", "introducer"),
                            ("agent", "agent with powers"),
                            ("other", "other"),
                        ],
                        max_length=10,
                        verbose_name="relation",
                    ),
                ),
                ("phone_sealed", models.CharField(blank=True, max_length=200, verbose_name="phone")),
                ("can_tell", models.CharField(blank=True, max_length=200, verbose_name="what they can tell")),
                ("may_contact", models.BooleanField(default=False, verbose_name="may be contacted")),
                ("powers", models.CharField(blank=True, max_length=200, verbose_name="powers")),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
                    ),
                ),
            ],
            options={
                "verbose_name": "close contact",
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        choices=[("", "not asked"), ("given", "given"), ("refused", "refused")],
                        max_length=7,
                        verbose_name="consent",
                    ),
                ),
                ("phone_on", models.DateField(blank=True, null=True, verbose_name="day")),
                ("phone_source", models.CharField(blank=True, max_length=60, verbose_name="source")),
                (
                    "sms",
                    models.CharField(
                        blank=True,
                        choices=[("", "not asked"), ("given", "given"), ("refused", "refused")],
                        max_length=7,
                        verbose_name="consent",
                    ),
                ),
                ("sms_on", models.DateField(blank=True, null=True, verbose_name="day")),
                ("sms_source", models.CharField(blank=True, max_length=60, verbose_name="source")),
                (
                    "wecom",
                    models.CharField(
                        blank=True,
                        choices=[("", "not asked"), ("given", "given"), ("refused", "refused")],
                        max_length=7,
                        verbose_name="consent",
                    ),
                ),
                ("wecom_on", models.DateField(blank=True, null=True, verbose_name="day")),
                ("wecom_source", models.CharField(blank=True, max_length=60, verbose_name="source")),
                (
                    "email",
                    models.CharField(
                        blank=True,
                        choices=[("", "not asked"), ("given", "given"), ("refused", "refused")],
                        max_length=7,
                        verbose_name="consent",
                    ),
                ),
                ("email_on", models.DateField(blank=True, null=True, verbose_name="day")),
                ("email_source", models.CharField(blank=True, max_length=60, verbose_name="source")),
                (
                    "letter",
                    models.CharField(
                        blank=True,
                        choices=[("", "not asked"), ("given", "given"), ("refused", "refused")],
                        max_length=7,
                        verbose_name="consent",
                    ),
                ),
                ("letter_on", models.DateField(blank=True, null=True, verbose_name="day")),
                ("letter_source", models.CharField(blank=True, max_length=60, verbose_name="source")),
                ("quiet_from", models.TimeField(blank=True, null=True, verbose_name="quiet from")),
                ("quiet_until", models.TimeField(blank=True, null=True, verbose_name="quiet until")),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consent", to="clients.client"
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
            },
        ),
        migrations.CreateModel(
            name="PreferenceCard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("seat", models.CharField(blank=True, max_length=60, verbose_name="usual seat")),
                ("drink", models.CharField(blank=True, max_length=60, verbose_name="drink")),
                ("call_time", models.CharField(blank=True, max_length=60, verbose_name="best time to call")),
                ("hobbies", models.CharField(blank=True, max_length=120, verbose_name="hobbies")),
                ("taboos", models.CharField(blank=True, max_length=200, verbose_name="taboo topics")),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="preferences", to="clients.client"
                    ),
                ),
            ],
            options={
                "verbose_name": "preferences card",
            },
        ),
        migrations.CreateModel(
            name="Background",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "knowledge",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "unknown"),
                            ("expert", "can analyse and forecast"),
                            ("some", "a little"),
                            ("vague", "vague"),
                            ("none", "none"),
                        ],
                        max_length=6,
                        verbose_name="knowledge level",
                    ),
                ),
                (
                    "service_model",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "unknown"),
                            ("advised", "advised"),
                            ("self", "self-directed"),
                            ("mixed", "mixed"),
                        ],
                        max_length=8,
                        verbose_name="service model",
                    ),
                ),
                ("is_strategic", models.BooleanField(default=False, verbose_name="strategic client")),
                ("wecom_id", models.CharField(blank=True, max_length=64, verbose_name="WeCom id")),
                ("elsewhere_fen", models.BigIntegerField(blank=True, null=True, verbose_name="assets elsewhere")),
                ("wallet_share_e4", models.PositiveIntegerField(blank=True, null=True, verbose_name="share of wallet")),
                ("elsewhere_on", models.DateField(blank=True, null=True, verbose_name="as of")),
                ("elsewhere_source", models.CharField(blank=True, max_length=60, verbose_name="source")),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="background", to="clients.client"
                    ),
                ),
            ],
            options={
                "verbose_name": "background",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("elsewhere_fen", None), ("elsewhere_fen__gte", 0), _connector="OR"),
                        name="elsewhere_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wallet_share_e4", None), ("wallet_share_e4__lte", 10000), _connector="OR"),
                        name="wallet_share_at_most_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CardChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("card", models.CharField(max_length=12)),
                ("key", models.BigIntegerField()),
                ("version", models.PositiveIntegerField()),
                ("before", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ("after", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ("at", models.DateTimeField()),
                ("is_undo", models.BooleanField(default=False)),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "history of a card",
                "constraints": [
                    models.UniqueConstraint(fields=("card", "key", "version"), name="one_change_per_card_and_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="CommissionRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "product",
                    models.CharField(
                        choices=[
                            ("stock", "stocks"),
                            ("bse", "Beijing exchange"),
                            ("hk", "Stock Connect"),
                            ("etf", "exchange-traded funds"),
                            ("cb", "convertible bonds"),
                            ("bond", "bonds"),
                            ("repo", "reverse repo"),
                            ("margin", "margin trading"),
                        ],
                        max_length=8,
                        verbose_name="product class",
                    ),
                ),
                ("rate_e6", models.PositiveIntegerField(verbose_name="rate")),
                ("minimum_fen", models.PositiveIntegerField(default=0, verbose_name="minimum per trade")),
                (
                    "basis",
                    models.CharField(
                        choices=[("all_in", "all-in"), ("net", "net of levies")], max_length=6, verbose_name="basis"
                    ),
                ),
                ("from_day", models.DateField(verbose_name="in force from")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
                    ),
                ),
            ],
            options={
                "verbose_name": "commission rate",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("rate_e6__lte", 1000000)), name="rate_at_most_whole"),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("account", "product", "from_day"),
                        name="one_rate_per_product_and_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseholdLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("spouses", "spouses"),
                            ("parent", "parent and child"),
                            ("siblings", "siblings"),
                            ("relatives", "relatives"),
                            ("business", "company and owner"),
                            ("other", "other"),
                        ],
                        max_length=10,
                        verbose_name="relation",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=120, verbose_name="note")),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
                    ),
                ),
            ],
            options={
                "verbose_name": "household link",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("client__lt", models.F("other"))), name="household_in_order"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)), fields=("client", "other"), name="one_link_per_pair"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("return", "return above savings"),
                            ("space", "space and facilities"),
                            ("system", "trading and quote system"),
                            ("relations", "relations on the spot"),
                            ("asked", "consulting, asked for"),
                            ("received", "consulting, only received"),
                            ("learning", "learning to trade"),
                            ("valued", "being valued"),
                            ("part", "taking part"),
                        ],
                        max_length=10,
                        verbose_name="need",
                    ),
                ),
                (
                    "strength",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "none"), (1, "weak"), (2, "clear"), (3, "strong")], verbose_name="strength"
                    ),
                ),
                ("source", models.CharField(max_length=60, verbose_name="source")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("noted_on", models.DateField(verbose_name="noted on")),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
                    ),
                ),
            ],
            options={
                "verbose_name": "need",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("strength__range", (0, 3))), name="need_strength_range"),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("client", "kind", "noted_on"),
                        name="one_word_per_need_and_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TradingPermission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "board",
                    models.CharField(
                        choices=[
                            ("chinext", "ChiNext"),
                            ("star", "STAR Market"),
                            ("bse", "Beijing exchange"),
                            ("hk", "Stock Connect"),
                            ("margin", "margin trading"),
                            ("option", "options"),
                        ],
                        max_length=8,
                        verbose_name="permission",
                    ),
                ),
                ("granted_on", models.DateField(verbose_name="granted on")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                ("source", models.CharField(max_length=60, verbose_name="source")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
                    ),
                ),
            ],
            options={
                "verbose_name": "trading permission",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None), ("ended_on__gte", models.F("granted_on")), _connector="OR"
                        ),
                        name="permission_ends_after_it_began",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None), ("account", None)),
                        fields=("client", "board", "granted_on"),
                        name="one_permission_per_client_and_day",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None), ("account__isnull", False)),
                        fields=("client", "board", "account", "granted_on"),
                        name="one_permission_per_account_and_day",
                    ),
                ],
            },
        ),
    ]
