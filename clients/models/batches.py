"""Where facts come from: import batches, their rejected rows, and what they changed."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.querysets import FactChangeQuerySet, ImportBatchQuerySet, RememberedMappingQuerySet
from crm.models import Branch, JobRun


class ImportBatch(models.Model):
    """One export file on its way in: uploaded, inspected, checked (dry run), committed, perhaps undone."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        INSPECTED = "inspected", _("recognised")
        CHECKING = "checking", _("dry run under way")
        CHECKED = "checked", _("ready to commit")
        HELD = "held", _("held")
        COMMITTING = "committing", _("committing")
        COMMITTED = "committed", _("committed")
        UNDOING = "undoing", _("undo under way")
        UNDONE = "undone", _("undone")
        DISCARDED = "discarded", _("discarded")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=255)
    path = models.CharField(max_length=300, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    content_digest = models.CharField(max_length=64, blank=True, db_index=True)
    kind = models.CharField(max_length=24, blank=True)
    preset = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    inspection = models.JSONField(default=dict)
    overrides = models.JSONField(default=dict)
    day = models.DateField(null=True)
    account = models.CharField(max_length=40, blank=True)
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    create_unknown = models.BooleanField(default=False)
    replace_days = models.BooleanField(default=False)
    field_policy = models.JSONField(default=dict)
    unknown = models.JSONField(default=dict)
    total_count = models.BigIntegerField(default=0)
    new_count = models.BigIntegerField(default=0)
    changed_count = models.BigIntegerField(default=0)
    unchanged_count = models.BigIntegerField(default=0)
    removed_count = models.BigIntegerField(default=0)
    rejected_count = models.BigIntegerField(default=0)
    skipped_count = models.BigIntegerField(default=0)
    waiting_count = models.BigIntegerField(default=0)  # rows held for a person (P5), applied except the contradiction
    notes = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    scope = models.JSONField(default=dict)
    error = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    committed_at = models.DateTimeField(null=True, db_index=True)
    undone_at = models.DateTimeField(null=True)
    run = models.ForeignKey(JobRun, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def wrote_count(self) -> int:
        """Rows that a commit writes, and an undo takes back."""
        return self.new_count + self.changed_count + self.removed_count


class RowError(models.Model):
    """A row that was not taken: line, column and reason. The value is shown masked; the file of rejected rows, kept
    beside the upload, holds it in full and is downloaded with a reason."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="row_errors")
    line = models.BigIntegerField()
    column = models.CharField(max_length=120, blank=True)
    value_masked = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["line"]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line} {self.code}"


class FactChange(models.Model):
    """What was before and after: one append-only row per changed or removed fact. It serves undo, the history of a
    corrected row (F3), hand-typed values and "who changed this". An inserted fact is its own record until it changes."""

    table = models.CharField(max_length=40)
    key = models.BigIntegerField()
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.CharField(max_length=7, blank=True)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="changes")
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    before_batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    at = models.DateTimeField()
    is_undo = models.BooleanField(default=False)

    objects = FactChangeQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["table", "key"], name="change_subject"),
            models.Index(fields=["table", "branch", "month"], name="change_mirror"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"


class FactGeneration(models.Model):
    """How often the facts of one table, branch and month changed. Raised in the transaction that changes them, so it
    tells a stale columnar copy and a dry run that has been overtaken. `month` is '' for tables without a day."""

    table = models.CharField(max_length=40)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7, blank=True)
    generation = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["table", "branch", "month"], name="one_generation_per_table_branch_month"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.branch_id} {self.month} {self.generation}"


class FactCommit(models.Model):
    """Which batch's commit made a generation. From the file of an earlier generation the columnar copy follows by that
    batch's rows; undo and edits by hand leave none, and the file is made anew."""

    table = models.CharField(max_length=40)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.CharField(max_length=7, blank=True)
    generation = models.PositiveBigIntegerField()
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["table", "branch", "month", "generation"], name="one_commit_per_generation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.branch_id} {self.month} {self.generation}"


class RememberedMapping(models.Model):
    """A mapping that a person confirmed for a header: the next file with the same header is read the same way."""

    signature = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=24)
    preset = models.CharField(max_length=60, blank=True)
    columns = models.JSONField(default=dict)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    objects = RememberedMappingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.signature[:8]}"
