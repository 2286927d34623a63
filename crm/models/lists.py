"""How people keep their lists: saved views, what they chose for themselves, and what they took out of the house."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.people import Branch
from crm.querysets import ListExportQuerySet, SavedViewQuerySet


class SavedView(models.Model):
    """A question to the client list that somebody keeps: conditions as they stand in the address, columns and sort.
    A deleted one can be restored."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="views")
    name = models.CharField(_("name"), max_length=20)
    query = models.CharField(max_length=4000, blank=True)
    columns = models.CharField(max_length=400, blank=True)  # empty: the reader's own
    sort = models.CharField(max_length=30, blank=True)
    is_shared = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=models.Q(deleted_at=None), name="one_view_per_name_and_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListChoice(models.Model):
    """What one person chose for the client list: columns, and the view that opens first (a token of a built-in one, or
    the uid of a saved one)."""

    staff = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="list_choice")
    columns = models.CharField(max_length=400, blank=True)
    first_view = models.CharField(max_length=36, blank=True)

    def __str__(self) -> str:
        return f"list of {self.staff_id}"


class ListExport(models.Model):
    """Rows of the client list that somebody takes out (L5): what was asked for and why, who approved it, how often it was
    fetched. The file is made when it is fetched, from the same night, under the same masks, with no more rows."""

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for approval")
        READY = "ready", pgettext_lazy("export", "ready")
        REFUSED = "refused", pgettext_lazy("export", "refused")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")  # None: of several
    query = models.CharField(max_length=4000, blank=True)
    clients = models.JSONField(null=True)  # ids of chosen rows; None: all that match
    columns = models.CharField(max_length=400)
    format = models.CharField(max_length=4, choices=Format.choices)
    reason = models.CharField(_("reason"), max_length=200)
    row_count = models.PositiveIntegerField()
    has_money = models.BooleanField()
    state = models.CharField(max_length=7, choices=State.choices)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    fetched_count = models.PositiveIntegerField(default=0)

    objects = ListExportQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["-asked_at"], name="list_export_asked")]

    def __str__(self) -> str:
        return f"export {self.uid}"
