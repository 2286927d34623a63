"""The state of the market, as a named person saw it (B8)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from segmentation.querysets import MarketRegimeQuerySet


class MarketRegime(models.Model):
    """A market regime of the firm from a day on, with the evidence and who set it. Never edited: a later number takes over
    from its day. `number` counts from 1 without a gap, so that two people cannot both follow the same row."""

    class Level(models.TextChoices):
        STRONG = "strong", pgettext_lazy("market", "Strong")
        RANGE = "range", pgettext_lazy("market", "Range")
        WEAK = "weak", pgettext_lazy("market", "Weak")

    class Phase(models.TextChoices):
        A = "A", _("A, bottoming")
        B = "B", _("B, rising")
        C = "C", _("C, topping")
        D = "D", _("D, falling")

    number = models.PositiveIntegerField(unique=True)
    level = models.CharField(_("market"), max_length=6, choices=Level.choices)
    phase = models.CharField(_("phase"), max_length=1, choices=Phase.choices)
    from_day = models.DateField(_("first day"))
    evidence = models.TextField(_("evidence"), max_length=1000)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    objects = MarketRegimeQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["-from_day", "-number"], name="regime_day")]

    def __str__(self) -> str:
        return f"{self.level} {self.phase} from {self.from_day}"
