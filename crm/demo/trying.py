"""A file for an admin to try by hand: the last day's trades once more, two of them corrected, three of them broken."""

from dataclasses import replace
from typing import Any

import numpy as np

from crm.demo.dialects.layout import Table
from crm.demo.fact_rows import Fields
from crm.demo.kinds import Ints, texts

CORRECTED = 2
"""So many trades carry a commission lowered by a fen, and a net amount that fits it."""


def with_three_bad_rows(fields: Fields) -> Fields:
    """The rows followed by three that cannot be true: a day that does not exist, a price that is no number, and a
    client whom nobody knows. What was changed is told apart by the deal number, which stays the same."""
    tried = {name: value if isinstance(value, str) else value.copy() for name, value in fields.items()}
    deals = np.flatnonzero((fields["deal_number"] != "") & (np.asarray(fields["commission"]) > 1))
    _correct(tried, deals[:CORRECTED])
    bad = deals[-3:] if len(deals) >= 3 else np.resize(deals, 3)
    joined: Fields = {}
    for name, value in tried.items():
        joined[name] = value if isinstance(value, str) else np.concatenate([value, value[bad]])
    _break(joined)
    return joined


def with_prices_as_text(table: Table) -> Table:
    """The same table for rows whose prices are texts already, because one of them is no number."""
    return replace(table, columns=tuple(replace(c, form="text") if c.form == "price" else c for c in table.columns))


def _correct(fields: Fields, chosen: Ints) -> None:
    for name, change in (("commission", -1), ("net", 1), ("balance", 1)):
        _column(fields, name)[chosen] += change


def _break(fields: Fields) -> None:
    """Break the last three rows, one each; all three get deal numbers of their own."""
    first, second, third = -3, -2, -1
    for number, row in enumerate((first, second, third)):
        _column(fields, "deal_number")[row] = f"9999000{number}"
    day = _column(fields, "day")
    day[first] = f"{day[first][:4]}0231"
    prices = texts([f"{price / 10_000:.3f}" for price in _column(fields, "price")])
    prices[second] = "１２.８０元"
    fields["price"] = prices
    _column(fields, "client_number")[third] = "00999999"
    _column(fields, "fund_account")[third] = "110100000000"
    _column(fields, "securities_account")[third] = "A000000000"


def _column(fields: Fields, name: str) -> Any:
    """A field that differs from row to row."""
    values = fields[name]
    if isinstance(values, str):
        raise TypeError(name)
    return values
