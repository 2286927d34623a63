"""The floor of every product class and the cap of gifts: dated numbers that count once compliance has confirmed them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum
from django.utils.translation import gettext as _

from clients.models import Client, CommissionRate
from clients.profile import wording
from crm.lib import formats
from crm.lib.refusals import Refused
from segmentation.models import Threshold
from segmentation.thresholds import confirmed_threshold
from servicing.models import Concession


@dataclass(frozen=True)
class Floor:
    """No rate of a product class below so many 1/1,000,000, from a first day on."""

    product: str
    rate_e6: int
    from_day: date

    @property
    def word(self) -> str:
        """The product class in words."""
        return str(CommissionRate.Product(self.product).label)

    @property
    def rate(self) -> str:
        """The rate as it is spoken of."""
        return wording.rate(self.rate_e6)


def floors(from_on: date, until_on: date) -> Sequence[Floor]:
    """The floors that hold on some day of a span, by product class and first day: the one in force when it begins, and those
    that begin within it."""
    keys = {f"fee_floor_{product}": product for product in CommissionRate.Product.values}
    rows = Threshold.objects.filter(key__in=keys, from_day__lte=until_on, confirmed_by__isnull=False)
    found: list[Floor] = []
    for row in rows.order_by("key", "from_day"):
        if found and found[-1].product == keys[row.key] and row.from_day <= from_on:
            found.pop()  # superseded before the span begins
        found.append(Floor(keys[row.key], row.value, row.from_day))
    order = CommissionRate.Product.values
    return sorted(found, key=lambda floor: (order.index(floor.product), floor.from_day))


def check_rate(product: str, rate_e6: int, from_on: date, until_on: date) -> None:
    """Raises Refused, naming the floor and its first day, for a rate below a floor that holds in the span; and where none
    has been confirmed for the product class by its first day."""
    own = [floor for floor in floors(from_on, until_on) if floor.product == product]
    if not own or own[0].from_day > from_on:
        word = CommissionRate.Product(product).label
        raise Refused(
            _("Compliance has confirmed no floor for {product}, so nothing can be asked for.").format(product=word),
            "product",
        )
    for floor in own:
        if rate_e6 < floor.rate_e6:
            told = _("Below the floor: {product} not under {rate} since {day}.")
            day = formats.day(floor.from_day)
            raise Refused(told.format(product=floor.word, rate=floor.rate, day=day), "rate_e6")


def gift_cap(day: date) -> int | None:
    """What the gifts of a client may be worth in a calendar year, in fen; None while gifts are off."""
    return confirmed_threshold("gift_cap", day)


def check_gift(client: Client, value_fen: int, from_on: date, *, but: int = 0) -> None:
    """Raises Refused where gifts are off, or where this one and those of the year (apart from the concession `but`) are worth
    more than the cap."""
    cap = gift_cap(from_on)
    if cap is None:
        raise Refused(_("Gifts are off: compliance has not switched them on."), "value_fen")
    others = Concession.objects.gifts_of_year(client, from_on.year).exclude(pk=but)
    given = others.aggregate(fen=Sum("value_fen"))["fen"] or 0
    if given + value_fen > cap:
        told = _("At most {cap} yuan of gifts per client and year; {given} yuan are given or asked for already.")
        raise Refused(told.format(cap=formats.yuan(cap), given=formats.yuan(given)), "value_fen")
