"""Reports that a worker made and that stay: the month of a branch as a PDF."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from crm.models.people import Branch
from crm.models.runs import JobRun, Publication
from crm.querysets import MonthlyReportQuerySet


class MonthlyReport(models.Model):
    """The month of a branch as a PDF. It lies in the database, so that every web host can hand out what any worker made.
    `sees_all`: made for compliance, whose figures count restricted clients too (L3). The night may be pruned later; the
    report says its day itself."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.CharField(max_length=7)
    as_of = models.DateField()
    publication = models.ForeignKey(Publication, null=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(max_length=7)
    sees_all = models.BooleanField()
    run = models.OneToOneField(JobRun, on_delete=models.PROTECT, related_name="report")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    page_count = models.PositiveSmallIntegerField()
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    objects = MonthlyReportQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "month", "-made_at"], name="report_month"),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.month}"
