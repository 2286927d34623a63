"""Who we serve: clients, their accounts, and contradictions about who they are."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.batches import ImportBatch
from clients.querysets import AccountQuerySet, ClientQuerySet, IdentityConflictQuerySet
from crm.models import Branch


class State(models.TextChoices):
    NORMAL = "normal", _("normal")
    DORMANT = "dormant", _("dormant")
    FROZEN = "frozen", _("frozen")
    CLOSED = "closed", _("closed")
    TRANSFERRED_OUT = "transferred_out", _("transferred out")


class Client(models.Model):
    """A client (P3). The identity number, phone and bank card are sealed, each with a keyed blind index for look-up;
    the name is readable because advisors search by it, and is masked on the way out for everyone else."""

    class Kind(models.TextChoices):
        INDIVIDUAL = "individual", _("individual")
        INSTITUTION = "institution", _("institution")

    class Calendar(models.TextChoices):
        SOLAR = "solar", _("solar")
        LUNAR = "lunar", _("lunar")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="clients", db_index=False)
    client_number = models.CharField(_("client number"), max_length=30)
    kind = models.CharField(max_length=11, choices=Kind.choices, default=Kind.INDIVIDUAL)
    name = models.CharField(_("name"), max_length=120, blank=True)
    pinyin = models.CharField(max_length=400, blank=True)
    initials = models.CharField(max_length=120, blank=True)
    form_of_address = models.CharField(_("form of address"), max_length=60, blank=True)
    identity_type = models.CharField(max_length=20, blank=True)
    identity_sealed = models.CharField(max_length=200, blank=True)
    identity_index = models.CharField(max_length=22, blank=True)
    identity_expires_on = models.DateField(null=True, blank=True)
    phone_sealed = models.CharField(max_length=200, blank=True)
    phone_index = models.CharField(max_length=22, blank=True)
    phone_tail_index = models.CharField(max_length=22, blank=True)
    email = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    birthday = models.DateField(null=True, blank=True)
    birthday_calendar = models.CharField(max_length=5, choices=Calendar.choices, default=Calendar.SOLAR)
    occupation = models.CharField(max_length=60, blank=True)
    education = models.CharField(max_length=30, blank=True)
    source = models.CharField(max_length=30, blank=True)
    risk_level = models.CharField(max_length=2, blank=True)
    risk_expires_on = models.DateField(null=True, blank=True)
    is_professional = models.BooleanField(default=False)
    state = models.CharField(max_length=15, choices=State.choices, default=State.NORMAL)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    advisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="clients", db_index=False
    )
    is_restricted = models.BooleanField(default=False)  # L3: hidden from advisors, scoring and messages
    is_unscored = models.BooleanField(default=False)  # L4: automated tiers and scores switched off
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    objects = ClientQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["branch", "client_number"], name="one_client_per_number_and_branch"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["advisor", "branch"], name="client_advisor"),
            models.Index(fields=["branch", "name"], name="client_name"),
            models.Index(fields=["branch", "initials"], name="client_initials"),
            models.Index(fields=["identity_index"], name="client_identity"),
            models.Index(fields=["phone_tail_index"], name="client_phone_tail"),
            # The few whom most readers do not see: what they add up to is taken off the sums of a night.
            models.Index(fields=["id"], condition=models.Q(is_restricted=True), name="client_restricted"),
        ]

    def __str__(self) -> str:
        return f"client {self.pk}"


class Account(models.Model):
    """An account of a client (P4): fund accounts, and securities accounts under them. The kind *client* stands for the
    client number itself, for files that name nothing finer; every client has exactly one of it."""

    class Kind(models.TextChoices):
        CLIENT = "client", _("client number")
        FUND = "fund", _("fund account")
        MARGIN = "margin", _("margin account")
        OPTION = "option", _("option account")
        SH_A = "sh_a", _("Shanghai A")
        SZ_A = "sz_a", _("Shenzhen A")
        SH_B = "sh_b", _("Shanghai B")
        SZ_B = "sz_b", _("Shenzhen B")
        BJ_A = "bj_a", _("Beijing")
        HK = "hk", _("Stock Connect")
        SH_MARGIN = "sh_margin", _("Shanghai margin")
        SZ_MARGIN = "sz_margin", _("Shenzhen margin")
        FUND_UNITS = "fund_units", _("fund units")
        OTHER = "other", _("other")

    class Family(models.TextChoices):
        CLIENT = "client", _("client number")
        FUND = "fund", _("fund account")
        SECURITIES = "securities", _("securities account")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="accounts")
    family = models.CharField(max_length=10, choices=Family.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.CharField(_("account number"), max_length=40)
    number_tail = models.CharField(max_length=4, blank=True)
    parent_number = models.CharField(max_length=40, blank=True)
    one_code = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    is_main = models.BooleanField(default=False)
    custodian_bank = models.CharField(max_length=60, blank=True)
    card_sealed = models.CharField(max_length=200, blank=True)
    card_index = models.CharField(max_length=22, blank=True)
    state = models.CharField(max_length=15, choices=State.choices, default=State.NORMAL)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["branch", "family", "number"], name="one_account_per_family_and_number"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["branch", "number_tail"], name="account_tail")]

    def __str__(self) -> str:
        return f"account {self.pk}"


class IdentityConflict(models.Model):
    """A name or document in a file that contradicts what is known (P5): it waits for a person, the old value stays."""

    class Decision(models.TextChoices):
        OPEN = "open", _("to review")
        ACCEPTED = "accepted", _("new value taken")
        REFUSED = "refused", _("old value kept")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="identity_conflicts")
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="identity_conflicts")
    field = models.CharField(max_length=20)
    value_sealed = models.CharField(max_length=400)
    value_index = models.CharField(max_length=22)
    line = models.PositiveIntegerField()
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = IdentityConflictQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["client", "field", "value_index"], name="one_conflict_per_value"),
        ]

    def __str__(self) -> str:
        return f"{self.field} of client {self.client_id}"
