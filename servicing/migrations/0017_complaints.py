"""Complaints with their stages, calls, corrective actions and escalations; the numbers of their timers."""

import datetime
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


LONG_AGO = datetime.date(1990, 12, 19)
# Working days from the receipt by which each stage is left: minor, serious, grave.
TIMERS = {
    "received": (1, 1, 1),
    "cause": (5, 3, 2),
    "answer": (10, 7, 5),
    "follow_up": (20, 15, 10),
    "improve": (40, 30, 20),
}
THRESHOLDS = [
    *(
        (f"complaint_{stage}_{severity}", value, "working days", "自定的初始时限（S9），自受理之日起按工作日计")
        for stage, values in TIMERS.items()
        for severity, value in zip(("minor", "serious", "grave"), values, strict=True)
    ),
    ("complaint_escalation", 3, "working days", "自定：逾期后先告知经理，三个工作日后仍未推进再告知合规"),
    ("complaint_answer_law", 15, "working days", "待合规确认：监管转办投诉的答复时限，确认前不生效"),
    ("complaint_link_days", 14, "days", "自定：客户投诉链接两周内有效"),
]


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0005_cards"),
        ("crm", "0006_staff_desk"),
        ("servicing", "0016_alert_numbers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ComplaintLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("caller_sealed", models.CharField(blank=True, max_length=400)),
                ("phone_sealed", models.CharField(blank=True, max_length=400)),
                ("received_at", models.DateTimeField()),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("link", "by link"),
                            ("phone", "phone"),
                            ("visit", "in person"),
                            ("letter", "letter"),
                            ("email", "e-mail"),
                            ("regulator", "forwarded by the regulator (12386)"),
                        ],
                        max_length=9,
                        verbose_name="how it came",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("conduct", "conduct of a person"),
                            ("process", "process"),
                            ("product", "product"),
                            ("price", "price and commission"),
                            ("system", "trading system"),
                            ("other", "something else"),
                        ],
                        max_length=8,
                        verbose_name="what it is about",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[("minor", "minor"), ("serious", "serious"), ("grave", "grave")],
                        max_length=8,
                        verbose_name="severity",
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="what happened")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("cause", "talk and cause"),
                            ("answer", "solution and answer"),
                            ("follow_up", "follow up until satisfied"),
                            ("improve", "analyse and improve"),
                            ("closed", "closed"),
                        ],
                        default="received",
                        max_length=9,
                    ),
                ),
                ("entered_at", models.DateTimeField()),
                ("clock_from", models.DateField()),
                ("due_on", models.DateField(null=True)),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not found yet"),
                            ("explanation", "badly explained"),
                            ("neglect", "too little attention"),
                            ("delay", "too slow"),
                            ("mistake", "a mistake of ours"),
                            ("rule", "a rule that the client did not expect"),
                            ("price", "price and commission"),
                            ("system", "trading system"),
                            ("others", "not in our hands"),
                        ],
                        max_length=11,
                        verbose_name="root cause",
                    ),
                ),
                ("satisfaction", models.PositiveSmallIntegerField(null=True)),
                ("not_asked", models.CharField(blank=True, max_length=200, verbose_name="why not asked")),
                ("closed_at", models.DateTimeField(null=True)),
                ("round", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "about",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                        related_name="complaints",
                        to="clients.client",
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
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "link",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaint",
                        to="servicing.complaintlink",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("stage", "closed"), _negated=True),
                        fields=["branch", "due_on"],
                        name="complaint_branch_due",
                    ),
                    models.Index(
                        condition=models.Q(("stage", "closed"), _negated=True),
                        fields=["owner", "due_on"],
                        name="complaint_owner_due",
                    ),
                    models.Index(fields=["client"], name="complaint_client"),
                    models.Index(fields=["branch", "-received_at"], name="complaint_branch_received"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("about", None), models.Q(("owner", models.F("about")), _negated=True), _connector="OR"
                        ),
                        name="complaint_owner_is_not_complained_about",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("about", None),
                            ("asked_by", None),
                            models.Q(("asked_by", models.F("about")), _negated=True),
                            _connector="OR",
                        ),
                        name="complaint_satisfaction_not_asked_by_whom_it_is_about",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("due_on", None), ("stage", "closed")),
                            models.Q(
                                models.Q(("stage", "closed"), _negated=True),
                                ("closed_at", None),
                                ("due_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="complaint_open_has_a_due_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("stage", "closed"), _negated=True),
                            models.Q(("asked_by__isnull", False), ("satisfaction__range", (1, 5))),
                            ("not_asked__gt", ""),
                            _connector="OR",
                        ),
                        name="complaint_closed_says_satisfaction",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ComplaintCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("round", models.PositiveSmallIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("satisfied", "satisfied"),
                            ("not_yet", "not yet satisfied"),
                            ("missed", "not reached"),
                        ],
                        max_length=9,
                        verbose_name="outcome",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="servicing.complaint"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ComplaintOfficer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_day", models.DateField(verbose_name="first day")),
                ("made_at", models.DateTimeField()),
                (
                    "branch",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.branch"),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("branch", "from_day"), name="one_complaint_officer_per_branch_and_day"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ComplaintStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("cause", "talk and cause"),
                            ("answer", "solution and answer"),
                            ("follow_up", "follow up until satisfied"),
                            ("improve", "analyse and improve"),
                            ("closed", "closed"),
                        ],
                        max_length=9,
                    ),
                ),
                ("entered_at", models.DateTimeField()),
                ("left_at", models.DateTimeField()),
                ("due_on", models.DateField(null=True)),
                ("said", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="servicing.complaint",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("complaint", "round", "stage"), name="one_step_per_complaint_round_and_stage"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("left_at__gte", models.F("entered_at"))),
                        name="complaint_stage_left_after_it_was_entered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ComplaintAction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=300, verbose_name="corrective action")),
                ("due_on", models.DateField(verbose_name="due")),
                ("made_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("is_effective", models.BooleanField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="servicing.complaint",
                    ),
                ),
                (
                    "done_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("complaint", "round"), name="one_action_per_complaint_and_round"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_at", None),
                            models.Q(("done_at__isnull", False), ("is_effective__isnull", False)),
                            _connector="OR",
                        ),
                        name="complaint_action_is_done_before_it_is_checked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ComplaintChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("before", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="servicing.complaint"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("complaint", "version"), name="one_change_per_complaint_and_version"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ComplaintEscalation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("cause", "talk and cause"),
                            ("answer", "solution and answer"),
                            ("follow_up", "follow up until satisfied"),
                            ("improve", "analyse and improve"),
                            ("closed", "closed"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("manager", "branch manager"), ("compliance", "compliance")], max_length=10
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "complaint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="servicing.complaint",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("complaint", "round", "stage", "level"),
                        name="one_escalation_per_complaint_stage_and_level",
                    ),
                ],
            },
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
