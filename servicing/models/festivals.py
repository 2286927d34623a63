"""The festivals on which clients are greeted (S7): dated rows of the firm, ended and never deleted."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from crm.lib import lunar
from servicing.querysets import FestivalQuerySet


class Festival(models.Model):
    """A day of the year by either calendar, greeted from a day on until it is ended. Those that the calendar knows by name
    need none; whoever adds another one names it."""

    calendar = models.CharField(_("calendar"), max_length=5, choices=Client.Calendar.choices)
    month = models.PositiveSmallIntegerField(_("month"))
    day = models.PositiveSmallIntegerField(_("day"))
    name = models.CharField(_("name"), max_length=20, blank=True)
    name_en = models.CharField(_("English name"), max_length=40, blank=True)
    from_day = models.DateField(_("first day"))
    ended_on = models.DateField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = FestivalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["calendar", "month", "day"], condition=Q(ended_on=None), name="one_festival_in_force_per_day"
            ),
            models.CheckConstraint(
                condition=Q(month__range=(1, 12), day__range=(1, 31)), name="festival_on_a_day_of_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"festival {self.calendar} {self.month}-{self.day}"

    @property
    def words(self) -> str:
        """What it is called, in the reader's language."""
        known = lunar.LUNAR_FESTIVALS if self.calendar == Client.Calendar.LUNAR else lunar.SOLAR_FESTIVALS
        if not self.name and (self.month, self.day) in known:
            return str(known[self.month, self.day])
        is_chinese = (get_language() or "zh").startswith("zh")
        return self.name if is_chinese else self.name_en or self.name
