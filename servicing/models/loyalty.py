"""Where a client stands on the ladder of loyalty and on the map lasting × depending (S19), and what a branch adds up to."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch, Publication
from segmentation.models import Band
from servicing.querysets import LoyaltyQuerySet


class LoyaltyStep(models.IntegerChoices):
    """The ladder; each step rests on the ones below it."""

    NONE = 0, pgettext_lazy("loyalty", "below the ladder")
    SATISFIED = 1, pgettext_lazy("loyalty", "satisfied")
    TRUSTING = 2, pgettext_lazy("loyalty", "trusting")
    LOYAL = 3, pgettext_lazy("loyalty", "loyal")
    CORE = 4, pgettext_lazy("loyalty", "core")


class Quadrant(models.TextChoices):
    """A place on the map."""

    BOTH = "both", pgettext_lazy("loyalty", "lasting and depending")
    LASTING = "lasting", pgettext_lazy("loyalty", "lasting, little depending")
    DEPENDING = "depending", pgettext_lazy("loyalty", "depending, not lasting")
    NEITHER = "neither", pgettext_lazy("loyalty", "neither")


class Loyalty(models.Model):
    """One client by the latest night, with what it rests on; written only where something changed. `depending` and `wallet`
    are whole per cent, `wallet` is None where nothing tells. How lasting a client is follows from the years and the score of
    the night, and the quadrant was decided by it. `uses`: what the client uses of us, codes with commas between. `told_step`
    is the step as the client's advisor may know it: without complaints about somebody and without what the client said to
    others (S9, L2)."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, primary_key=True, related_name="loyalty")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    has_complaint = models.BooleanField()
    has_told_complaint = models.BooleanField()
    is_pleased = models.BooleanField(null=True)
    uses = models.CharField(max_length=200, blank=True)
    years = models.PositiveSmallIntegerField(null=True)
    is_awake = models.BooleanField()
    band = models.CharField(max_length=6, choices=Band.choices, blank=True)
    wallet = models.PositiveSmallIntegerField(null=True)
    referrals = models.PositiveSmallIntegerField()
    is_strategic = models.BooleanField()
    step = models.PositiveSmallIntegerField(choices=LoyaltyStep.choices)
    told_step = models.PositiveSmallIntegerField(choices=LoyaltyStep.choices)
    depending = models.PositiveSmallIntegerField()
    quadrant = models.CharField(max_length=9, choices=Quadrant.choices)

    objects = LoyaltyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(depending__lte=100, step__lte=4, told_step__lte=4),
                name="loyalty_within_bounds",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["branch", "client"], name="loyalty_branch")]

    def __str__(self) -> str:
        return f"loyalty of client {self.client_id}"


class LoyaltyFigures(models.Model):
    """What the map and the ladder of a branch add up to by a night. `cells`: quadrant, step, clients, fen of assets and of the
    scheme's measure, for every pair that somebody stands in. `cuts`: where the map was cut, lasting and depending."""

    publication = models.OneToOneField(
        Publication, on_delete=models.CASCADE, primary_key=True, related_name="loyalty_figures"
    )
    cells = models.JSONField()
    cuts = models.JSONField()

    def __str__(self) -> str:
        return f"loyalty of the branch in {self.publication_id}"
