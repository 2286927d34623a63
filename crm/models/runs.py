"""What ran and what is published: the ledger of jobs and the pointer that readers follow."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.models.people import Branch
from crm.querysets import JobRunQuerySet, PublicationQuerySet


class JobRun(models.Model):
    """One piece of background work. `key` is the business key (one row for one piece of work, however often it is rung);
    a worker holds it by a lease, and `attempt` is the fence: who writes with an old attempt number writes nothing."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Kind(models.TextChoices):
        NIGHT = "night", _("nightly run")
        MODEL = "model", _("model fit")
        CHECK = "check", _("dry run")
        IMPORT = "import", _("import")
        UNDO = "undo", _("undo of an import")
        REPORT = "report", _("monthly report")
        CHECKUP = "checkup", _("check of the data")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True)
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField(null=True)
    cutoff = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    arguments = models.JSONField(default=dict)
    inputs = models.JSONField(default=dict)
    versions = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    error = models.TextField(blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobRunQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "lease_until"], name="jobrun_open"),
            models.Index(fields=["kind", "as_of", "branch"], name="jobrun_night"),
        ]

    def __str__(self) -> str:
        return self.key


class Publication(models.Model):
    """One night of one branch as readers see it. Standings are inserted whole together with the flip to *published*;
    the current one of a branch is the published one of the latest day."""

    class State(models.TextChoices):
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="publications")
    as_of = models.DateField()
    cutoff = models.DateTimeField()
    run = models.ForeignKey(JobRun, on_delete=models.PROTECT, related_name="publications")
    state = models.CharField(max_length=10, choices=State.choices)
    published_at = models.DateTimeField()
    is_pinned = models.BooleanField(default=False)
    client_count = models.PositiveIntegerField(default=0)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["branch", "as_of"],
                condition=Q(state="published"),
                name="one_published_night_per_branch_and_day",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["branch", "-as_of"], name="publication_latest")]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.as_of} {self.state}"


class Heartbeat(models.Model):
    """When a process of the installation last said that it lives: the clock, and the workers by host."""

    name = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
