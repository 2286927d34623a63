"""How risky what is traded and offered is (L1)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from clients.querysets import ProductRiskQuerySet


class ProductRisk(models.Model):
    """The risk level of a class of instruments, or of a single one (by market and code), from a day on: superseded and never
    edited, confirmed by compliance."""

    LEVELS: ClassVar = [(level, level) for level in ("R1", "R2", "R3", "R4", "R5")]

    instrument_class = models.CharField(max_length=12, blank=True)
    market = models.CharField(max_length=2, blank=True)
    security_code = models.CharField(max_length=12, blank=True)
    level = models.CharField(max_length=2, choices=LEVELS)
    from_day = models.DateField()
    source = models.CharField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_on = models.DateField(null=True)

    objects = ProductRiskQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["instrument_class", "market", "security_code", "from_day"], name="one_risk_per_product_and_day"
            ),
            models.CheckConstraint(
                condition=Q(instrument_class="", security_code__gt="") | Q(instrument_class__gt="", security_code=""),
                name="risk_of_a_class_or_of_a_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_class or self.market + self.security_code}: {self.level} from {self.from_day}"

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it is about: a class, or market and code."""
        return self.instrument_class, self.market, self.security_code
