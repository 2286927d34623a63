"""What was done, by whom: written by the acting code in its own transaction, never changed afterwards."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from crm.models.people import Branch
from crm.querysets import AuditEventQuerySet


class AuditEvent(models.Model):
    """One write, log-in, reveal or export; bulk work is one row with counts and a checksum. Append-only: see the
    migration that takes UPDATE, DELETE and TRUNCATE away from the application."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    table = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=64, blank=True)
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    detail = models.JSONField(default=dict)
    reason = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        # The search reads backwards by id within a person, an action, a branch, a table or a key.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["table", "key"], name="audit_subject"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["action", "-id"], name="audit_action"),
            models.Index(fields=["branch", "-id"], name="audit_branch"),
            models.Index(fields=["table", "-id"], name="audit_table"),
            models.Index(fields=["key"], opclasses=["varchar_pattern_ops"], name="audit_key"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.table} {self.key}"
