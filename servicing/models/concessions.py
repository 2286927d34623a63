"""Fee concessions and gifts (S12): asked for by one person, decided by another, always with an end."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Account, Client, CommissionRate
from crm.models import Branch
from servicing.querysets import ConcessionQuerySet


class Concession(models.Model):
    """What was asked for a client: a commission rate of one account and product class (1/1,000,000, with a minimum per trade
    in fen), or a gift worth so many fen. An approval records that a rate may be set; the broker's system sets it.

    Approved and begun is *running*. `uid` is made by the form. The windows of the effect and the like clients are fixed with
    the approval: `measured_from` is the first whole month, the `baseline_months` before the start are what it is compared
    with."""

    class Kind(models.TextChoices):
        FEE = "fee", pgettext_lazy("concession", "fee")
        GIFT = "gift", pgettext_lazy("concession", "gift")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("concession", "waits for a decision")
        APPROVED = "approved", pgettext_lazy("concession", "approved")
        REFUSED = "refused", pgettext_lazy("concession", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("concession", "withdrawn")
        ENDED = "ended", pgettext_lazy("concession", "ended")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="concessions")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    account = models.ForeignKey(
        Account, verbose_name=_("account"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    product = models.CharField(_("product class"), max_length=8, choices=CommissionRate.Product.choices, blank=True)
    rate_e6 = models.PositiveIntegerField(_("rate"), null=True)
    minimum_fen = models.PositiveIntegerField(_("minimum per trade"), null=True)
    gift = models.CharField(_("gift"), max_length=80, blank=True)
    value_fen = models.PositiveBigIntegerField(_("value"), null=True)
    reason = models.CharField(_("reason"), max_length=200)
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=200, blank=True)
    measured_from = models.DateField(null=True)
    baseline_from = models.DateField(null=True)
    baseline_months = models.PositiveSmallIntegerField(null=True)
    likes = models.ManyToManyField(Client, related_name="+")
    ended_on = models.DateField(null=True)  # the last day on which it held, or the day on which it was withdrawn
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.CharField(max_length=200, blank=True)

    objects = ConcessionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="concession_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="asker_does_not_decide_on_concession"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused", "ended"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decided_concession_names_who_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "ended"]) | Q(ended_on__isnull=False),
                name="ended_concession_says_when",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="fee", account__isnull=False, product__gt="", rate_e6__isnull=False, minimum_fen__isnull=False
                )
                | Q(kind="gift", account=None, product="", gift__gt="", value_fen__gt=0),
                name="concession_is_a_rate_or_a_gift",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "state", "until_on"], name="concession_branch"),
            models.Index(fields=["state", "asked_at"], condition=Q(state="asked"), name="concession_waiting"),
        ]

    def __str__(self) -> str:
        return f"concession {self.pk}"
