"""What a trade costs: commission net of stamp duty, transfer fee and exchange levies (F1), exact to the minor unit."""

from dataclasses import dataclass

import numpy as np

from crm.demo.instruments import Listing
from crm.demo.kinds import Flags, Floats, Ints


@dataclass(frozen=True)
class FeeTable:
    """The fee rates of every security, in parts per million of the traded amount."""

    stamp_buy: Ints
    stamp_sell: Ints
    transfer: Ints
    levies: Ints
    commission: Floats
    least_minor: Ints


@dataclass(frozen=True)
class Fees:
    """Four fees of each trade in minor units; together they are what separates the net from the amount."""

    commission: Ints
    stamp: Ints
    transfer: Ints
    levies: Ints

    @property
    def total(self) -> Ints:
        """Everything the client pays on top of the amount."""
        return self.commission + self.stamp + self.transfer + self.levies


def fee_table(listing: Listing) -> FeeTable:
    """The fee rates per security, by its board."""
    return FeeTable(
        listing.column("stamp_buy"),
        listing.column("stamp_sell"),
        listing.column("transfer"),
        listing.column("levies"),
        listing.rates("commission"),
        listing.column("least_minor"),
    )


def part(amount: Ints, per_million: Ints) -> Ints:
    """A share of an amount, half a minor unit rounded up."""
    return (amount * per_million + 500_000) // 1_000_000


def charge(table: FeeTable, *, security: Ints, amount: Ints, buys: Flags, rate: Ints) -> Fees:
    """Fees of trades. `rate` is the client's all-in rate in parts per million; the levies are inside it, so the
    net commission is the all-in fee (never below the minimum) less the levies."""
    all_in = np.maximum(part(amount, (rate * table.commission[security]).astype(np.int64)), table.least_minor[security])
    levies = part(amount, table.levies[security])
    stamp = part(amount, np.where(buys, table.stamp_buy[security], table.stamp_sell[security]))
    return Fees(np.maximum(all_in - levies, 0), stamp, part(amount, table.transfer[security]), levies)
