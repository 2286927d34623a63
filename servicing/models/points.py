"""The ledger of points (S19): append-only; what was booked wrongly is countered, never changed."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.querysets import PointEntryQuerySet


class PointEntry(models.Model):
    """Points that a client earned, spent, or that a counter entry takes back. Nothing is earned by trading (B7). `occasion`
    names what was earned for, so that it is earned once; `counters` is the entry that this one takes back."""

    class Kind(models.TextChoices):
        EVENT = "event", pgettext_lazy("points", "attended an event")
        REFERRAL = "referral", pgettext_lazy("points", "a referral opened")
        SURVEY = "survey", pgettext_lazy("points", "answered a survey")
        YEAR = "year", pgettext_lazy("points", "a year with us")
        SPENT = "spent", pgettext_lazy("points", "spent")
        COUNTER = "counter", pgettext_lazy("points", "counter entry")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="points")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    points = models.IntegerField()
    occasion = models.CharField(max_length=80)
    note = models.CharField(_("what for"), max_length=200)
    counters = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="countered_by")
    booked_on = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = PointEntryQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["client", "occasion"], name="points_once_per_occasion"),
            models.CheckConstraint(
                condition=(Q(kind="spent") & Q(points__lt=0))
                | Q(kind="counter")
                | (Q(points__gt=0) & ~Q(kind="spent")),
                name="points_earned_above_spent_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(kind="counter", counters__isnull=False) | (~Q(kind="counter") & Q(counters=None)),
                name="counter_entry_names_what_it_counters",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points} points, entry {self.pk}"
