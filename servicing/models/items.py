"""What is offered to clients beyond the contact itself."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicing.models.decided import DecidedRow
from servicing.querysets import DecidedQuerySet


class ServiceItem(DecidedRow):
    """A row of the catalogue of service items (S3): dated, of the firm or of one branch, superseded and never edited; a row
    that `is_ended` takes the item off from its day on. `cost_fen` and `minutes` are of one delivery to one client (minutes
    0: it goes to the group); `shelf_hours`: how long it is worth anything (None: it does not expire); `rule`: the conditions
    of entitlement (servicing.items.entitlements), of which all must hold. Items that came with the house have no `name` but
    words by code."""

    SUBJECT = "code"
    SAYS = (
        "name", "layer", "quality", "cost_fen", "minutes", "times_a_year", "channels", "shelf_hours", "rule", "is_ended",
    )  # fmt: skip

    class Layer(models.TextChoices):
        BASIC = "basic", pgettext_lazy("layer", "basic")
        VALUE_ADDED = "value_added", pgettext_lazy("layer", "value-added")
        OUTSTANDING = "outstanding", pgettext_lazy("layer", "outstanding")

    class Quality(models.TextChoices):
        MUST = "must", pgettext_lazy("Kano", "must")
        EXPECTED = "expected", pgettext_lazy("Kano", "expected")
        EXCITING = "exciting", pgettext_lazy("Kano", "exciting")

    code = models.CharField(max_length=32)
    name = models.CharField(pgettext_lazy("item", "name"), max_length=60, blank=True)
    layer = models.CharField(_("layer"), max_length=11, choices=Layer.choices)
    quality = models.CharField(_("quality"), max_length=8, choices=Quality.choices)
    cost_fen = models.PositiveIntegerField(_("cost of a delivery"), default=0)
    minutes = models.PositiveSmallIntegerField(_("minutes of a delivery"), default=0)
    times_a_year = models.PositiveSmallIntegerField(_("deliveries a year"))
    channels = models.JSONField(_("channels"), default=list, blank=True)
    shelf_hours = models.PositiveSmallIntegerField(_("shelf life, hours"), null=True, blank=True)
    rule = models.JSONField(_("who is entitled"), default=dict, blank=True)
    is_ended = models.BooleanField(_("ends"), default=False)

    objects = DecidedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["branch", "code", "from_day"], name="one_item_per_branch_code_and_day"),
            models.UniqueConstraint(
                fields=["code", "from_day"],
                condition=models.Q(branch=None),
                name="one_item_of_the_firm_per_code_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} from {self.from_day}"
