"""What the broker's systems say happened (section 2 of the rules). Money is in minor units of the row's currency.

Foreign keys carry no index of their own where the natural key already begins with them: an index more on twenty million
rows costs a third of the import rate."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models.batches import ImportBatch
from clients.models.people import Account, Client
from clients.querysets import FactQuerySet
from crm.models import Branch


def _owner(model: type[models.Model], *, checked: bool = False) -> Any:
    return models.ForeignKey(model, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=checked)


class Fact(models.Model):
    """What every fact has: whose it is, which batch said so last, and when that was recorded. The database checks the
    account of every row; client and branch repeat the account's (an invariant says so where they do not). Checking all
    four took half of an import."""

    branch = _owner(Branch)
    client = _owner(Client)
    account = _owner(Account, checked=True)
    currency = models.CharField(max_length=3, default="CNY")
    batch = _owner(ImportBatch)
    recorded_at = models.DateTimeField()

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"


class Trade(Fact):
    """A settled trade (F1): commission is net of stamp duty, transfer fee and levies, each kept apart. The natural key is
    account, day and deal number, or a hash of the row and its ordinal where the layout has no deal number."""

    class Side(models.TextChoices):
        BUY = "buy", _("buy")
        SELL = "sell", _("sell")

    class Channel(models.TextChoices):
        UNKNOWN = "", _("unknown")
        MOBILE = "mobile", _("mobile")
        WEB = "web", _("web")
        PHONE = "phone", _("phone")
        KIOSK = "kiosk", _("kiosk")
        COUNTER = "counter", _("counter")
        OTHER = "other", _("other")

    traded_on = models.DateField()
    deal_key = models.CharField(max_length=40)
    traded_at = models.CharField(max_length=8, blank=True)
    order_number = models.CharField(max_length=40, blank=True)
    market = models.CharField(max_length=2, blank=True)
    security_code = models.CharField(max_length=12, blank=True)
    security_name = models.CharField(max_length=60, blank=True)
    instrument_class = models.CharField(max_length=12, blank=True)
    side = models.CharField(max_length=4, choices=Side.choices)
    quantity_e2 = models.BigIntegerField()
    price_e4 = models.BigIntegerField(null=True)
    amount_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField(null=True)
    commission_minor = models.BigIntegerField(default=0)
    stamp_duty_minor = models.BigIntegerField(default=0)
    transfer_fee_minor = models.BigIntegerField(default=0)
    levies_minor = models.BigIntegerField(default=0)
    channel = models.CharField(max_length=7, choices=Channel.choices, blank=True)
    is_provisional = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "traded_on", "deal_key"], name="one_trade_per_deal"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0) & Q(quantity_e2__gte=0), name="trade_amounts_positive"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["branch", "traded_on"], name="trade_day")]


class Movement(Fact):
    """A row of a settlement file that is no trade (F2): dividend, lottery number, designation, repo … A reverse repo by
    the client counts as activity and its commission counts in T2."""

    class Kind(models.TextChoices):
        REVERSE_REPO = "reverse_repo", _("reverse repo")
        PLEDGED_REPO = "pledged_repo", _("pledged repo")
        DIVIDEND = "dividend", _("dividend")
        DIVIDEND_TAX = "dividend_tax", _("dividend tax")
        LOTTERY = "lottery", _("lottery number")
        NEW_SHARE = "new_share", _("new share")
        DESIGNATION = "designation", _("designation")
        COLLATERAL = "collateral", _("collateral")
        MARGIN_LOAN = "margin_loan", _("margin loan")
        INTEREST = "interest", _("interest")
        PRODUCT = "product", _("product")
        OTHER = "other", _("other")

    moved_on = models.DateField()
    deal_key = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    market = models.CharField(max_length=2, blank=True)
    security_code = models.CharField(max_length=12, blank=True)
    security_name = models.CharField(max_length=60, blank=True)
    side = models.CharField(max_length=4, blank=True)
    quantity_e2 = models.BigIntegerField(default=0)
    price_e4 = models.BigIntegerField(null=True)
    amount_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField(null=True)
    commission_minor = models.BigIntegerField(default=0)
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "moved_on", "deal_key"], name="one_movement_per_key"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["branch", "moved_on"], name="movement_day")]


class CashTransfer(Fact):
    """Money in (+) or out (−) of the account. Internal transfers and reversals are marked, so that F4 can net them."""

    class Kind(models.TextChoices):
        BANK = "bank", _("bank transfer")
        INTERNAL = "internal", _("internal transfer")
        REVERSAL = "reversal", _("reversal")

    moved_on = models.DateField()
    transfer_key = models.CharField(max_length=40)
    moved_at = models.CharField(max_length=8, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.BANK)
    amount_minor = models.BigIntegerField()
    bank = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "moved_on", "transfer_key"], name="one_cash_transfer_per_key"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["branch", "moved_on"], name="cash_transfer_day")]


class SecuritiesTransfer(Fact):
    """Securities in (+) or out (−): change of custodian, cancelled designation, collateral."""

    class Kind(models.TextChoices):
        CUSTODY = "custody", _("custody transfer")
        DESIGNATION = "designation", _("designation")
        COLLATERAL = "collateral", _("collateral")
        OTHER = "other", _("other")

    moved_on = models.DateField()
    transfer_key = models.CharField(max_length=40)
    kind = models.CharField(max_length=11, choices=Kind.choices, default=Kind.CUSTODY)
    market = models.CharField(max_length=2, blank=True)
    security_code = models.CharField(max_length=12, blank=True)
    security_name = models.CharField(max_length=60, blank=True)
    quantity_e2 = models.BigIntegerField()
    value_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["account", "moved_on", "transfer_key"], name="one_securities_transfer_per_key"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "moved_on"], name="securities_transfer_day")
        ]


class DailyAsset(Fact):
    """What an account holds at the close of a day: net = cash + market value + products − debt."""

    day = models.DateField()
    cash_minor = models.BigIntegerField(default=0)
    market_value_minor = models.BigIntegerField(default=0)
    products_minor = models.BigIntegerField(default=0)
    debt_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["account", "day", "currency"], name="one_asset_row_per_account_day_currency"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["branch", "day"], name="asset_day")]


class Holding(Fact):
    """A position of an account at the close of a day."""

    day = models.DateField()
    market = models.CharField(max_length=2, blank=True)
    security_code = models.CharField(max_length=12)
    security_name = models.CharField(max_length=60, blank=True)
    instrument_class = models.CharField(max_length=12, blank=True)
    quantity_e2 = models.BigIntegerField()
    cost_minor = models.BigIntegerField(null=True)
    value_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["account", "day", "market", "security_code"], name="one_holding_per_security"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["branch", "day"], name="holding_day")]


class ExchangeRate(models.Model):
    """CNY per 1 unit of a currency on a day, in millionths (T2)."""

    currency = models.CharField(max_length=3)
    day = models.DateField()
    rate_e6 = models.BigIntegerField()
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["currency", "day"], name="one_rate_per_currency_and_day"),
            models.CheckConstraint(condition=Q(rate_e6__gt=0), name="rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}"
