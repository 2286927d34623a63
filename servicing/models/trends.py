"""What is kept of a branch's quarters, so that a later one can be held against them."""

from typing import ClassVar

from django.db import models

from crm.models import Branch
from servicing.querysets import QuarterFiguresQuerySet


class QuarterFigures(models.Model):
    """What was measured of a branch in a quarter until a day (S20), over its unrestricted clients; the night keeps the present
    quarter up to date, a past one stays. `whole`: measure → kind of unit → [units, total, total of squares] of the branch;
    `advisors`: advisor ("0": nobody) → the same; `days`: measure → days it was counted over."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    first_day = models.DateField()
    until_day = models.DateField()
    whole = models.JSONField()
    advisors = models.JSONField()
    days = models.JSONField()
    counted_at = models.DateTimeField()

    objects = QuarterFiguresQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["branch", "first_day"], name="figures_once_per_branch_and_quarter"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["first_day"], name="quarter_figures_day")]

    def __str__(self) -> str:
        return f"figures of branch {self.branch_id} from {self.first_day}"
