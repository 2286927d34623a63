"""Whom clients recommended, and what became of it (S19)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.querysets import ReferralQuerySet


class Referral(models.Model):
    """A person whom a client named. Whoever looks after the client works it, so it moves with the client. A phone is kept
    only of who agreed to be called, sealed like a client's. `client`: whom the person became. `is_restricted`: nobody became
    a client, and what is personal is hidden; the row still counts."""

    class State(models.TextChoices):
        NAMED = "named", pgettext_lazy("referral", "named")
        CONTACTED = "contacted", pgettext_lazy("referral", "contacted")
        OPENED = "opened", pgettext_lazy("referral", "opened an account")
        LOST = "lost", pgettext_lazy("referral", "lost")

    class Reason(models.TextChoices):
        PRICE = "price", pgettext_lazy("referral", "price")
        PRODUCT = "product", pgettext_lazy("referral", "product")
        COMPETITOR = "competitor", pgettext_lazy("referral", "went to a competitor")
        NO_ANSWER = "no_answer", pgettext_lazy("referral", "no answer")
        UNWILLING = "unwilling", pgettext_lazy("referral", "does not want to be called")
        REFERRER = "referrer", pgettext_lazy("referral", "who recommended us has left")
        OTHER = "other", pgettext_lazy("referral", "other")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    referrer = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="referrals")
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    phone_sealed = models.CharField(max_length=200, blank=True)
    phone_index = models.CharField(max_length=22, blank=True)
    phone_tail_index = models.CharField(max_length=22, blank=True)
    may_call = models.BooleanField(_("agreed to be called"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_on = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.NAMED)
    named_on = models.DateField()
    contacted_on = models.DateField(null=True)
    client = models.OneToOneField(Client, null=True, on_delete=models.PROTECT, related_name="referred_by")
    ended_on = models.DateField(null=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices, blank=True)
    reason_text = models.CharField(_("what was said"), max_length=300, blank=True)
    is_restricted = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(phone_sealed="") | Q(may_call=True), name="referral_phone_of_who_agreed"
            ),
            models.CheckConstraint(
                condition=Q(state="opened", client__isnull=False) | (~Q(state="opened") & Q(client=None)),
                name="opened_referral_has_a_client",
            ),
            models.CheckConstraint(
                condition=Q(client=None) | ~Q(client=F("referrer")), name="nobody_refers_themselves"
            ),
            models.CheckConstraint(
                condition=Q(state="lost", reason__gt="") | (~Q(state="lost") & Q(reason="")),
                name="lost_referral_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["opened", "lost"], ended_on__isnull=False)
                | Q(state__in=["named", "contacted"], ended_on=None),
                name="ended_referral_has_a_day",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "state", "named_on"], name="referral_branch"),
            models.Index(fields=["branch", "named_on"], name="referral_named"),
        ]

    def __str__(self) -> str:
        return f"referral {self.pk}"
