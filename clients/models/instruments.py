"""What is traded: an instrument and the codes it had (F5)."""

from typing import ClassVar

from django.db import models


class Instrument(models.Model):
    """An instrument; its history follows it when the code changes (北交所 moved to 920xxx on 2025-10-09)."""

    name = models.CharField(max_length=60, blank=True)
    instrument_class = models.CharField(max_length=12, blank=True)

    def __str__(self) -> str:
        return self.name


class InstrumentCode(models.Model):
    """A code of an instrument from a day on."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="codes")
    market = models.CharField(max_length=2)
    code = models.CharField(max_length=12)
    from_day = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["market", "code", "from_day"], name="one_instrument_per_code_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.market}{self.code}"
