"""Tags that a branch gives its clients."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clients.models.people import Client
from clients.querysets import TagQuerySet
from crm.models import Branch


class Tag(models.Model):
    """A word that a branch marks clients with. A withdrawn one stays readable in the history (L3)."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="tags", db_index=False)
    name = models.CharField(_("tag"), max_length=20)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("branch", Lower("name"), name="one_tag_per_name_and_branch"),
        ]

    def __str__(self) -> str:
        return self.name


class ClientTag(models.Model):
    """A client who has a tag, and who said so."""

    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="tags")
    tagged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    tagged_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tag", "client"], name="one_row_per_tag_and_client"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} of client {self.client_id}"


class TagStep(models.Model):
    """Clients who got or lost a tag in one step, so that the step can be taken back: append-only but for `undone_at`."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+")
    is_added = models.BooleanField()
    clients = models.JSONField()  # ids
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{'+' if self.is_added else '-'} {self.tag_id}"
