"""The fields of fact files (trades, transfers, assets, holdings) as columns of text and minor units."""

import numpy as np

from crm.demo import ledger
from crm.demo.books import MARGIN
from crm.demo.dialects.layout import Words
from crm.demo.kinds import Ints, Texts, texts
from crm.demo.lookups import NO_SECURITY, WITH_SECURITY, Lookups

Rows = dict[str, Ints]
Fields = dict[str, Ints | Texts | str]
"""A field is a column, or one text for all rows."""

TRADES = (ledger.BUY, ledger.SELL, ledger.LEND)
NOTES = {ledger.REVERSAL: "单边账冲正", ledger.DIVIDEND_TAX: "持股期限不足一年"}


def time_texts() -> Texts:
    """HH:MM:SS for every second of a day."""
    return texts([f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86_400)])


TIMES = time_texts()


def number_in_day(rows: Rows, block: int) -> Texts:
    """A number per row that is unique in its day and branch, as counters give them."""
    day = rows["day"]
    running = np.arange(len(day)) - np.searchsorted(day, day)
    return texts([f"{n:08d}" for n in (block * 10**6 + running + 1).tolist()])


def _who(rows: Rows, branch: str, known: Lookups) -> Fields:
    book = rows["book"]
    return {
        "branch_code": branch,
        "client_number": known.client_number[book],
        "client_name": known.client_name[book],
        "fund_account": known.fund_account[book],
        "currency": known.currency[book],
        "day": known.days[rows["day"]],
    }


def _what(rows: Rows, security: Ints, known: Lookups) -> Fields:
    return {
        "security_code": known.code(security, rows["day"]),
        "security_name": known.security_name[security],
        "market": known.market_word[security],
        "securities_account": known.account(rows["book"], security),
    }


def trade_fields(rows: Rows, *, branch: str, block: int, known: Lookups, words: Words, book_kind: Ints) -> Fields:
    """Fields of settlement rows. Deal and order numbers belong to trades; other rows leave them empty."""
    kind, book = rows["kind"], rows["book"]
    security = np.where(np.isin(kind, WITH_SECURITY), rows["security"], NO_SECURITY)
    trade = np.isin(kind, TRADES)
    deal = number_in_day(rows, block)
    sides = texts([words.sides[k] for k in range(len(words.sides))])[kind]
    for traded, word in words.margin_sides.items():
        sides[(kind == traded) & (book_kind[book] == MARGIN)] = word
    sides[(kind == ledger.BANK) & (rows["net"] < 0)] = words.bank_out
    notes = texts([NOTES.get(k, "") for k in range(len(words.sides))])[kind]
    sold = np.isin(kind, (ledger.SELL, ledger.LEND))
    return {
        **_who(rows, branch, known),
        **_what(rows, security, known),
        "time": TIMES[rows["second"]],
        "side": sides,
        "quantity": rows["quantity"],
        "signed_quantity": np.where(sold, -rows["quantity"], rows["quantity"]),
        "price": rows["price_e4"],
        "amount": np.where(np.isin(kind, ledger.TRANSFERS), 0, rows["amount"]),
        "net": rows["net"],
        "commission": rows["commission"],
        "stamp_duty": rows["stamp"],
        "transfer_fee": rows["transfer"],
        "levies": rows["levies"],
        "lumped_fees": rows["transfer"] + rows["levies"],
        "balance": rows["balance"],
        "held": rows["held"],
        "deal_number": np.where(trade, deal, ""),
        "order_number": np.where(trade, deal + "7", ""),
        "channel": np.where(trade, texts(words.channels)[rows["channel"]], ""),
        "note": notes,
    }


def cash_transfer_fields(rows: Rows, *, branch: str, block: int, known: Lookups, words: Words) -> Fields:
    """Fields of bank transfers, reversals and transfers between own accounts; the amount is signed."""
    kind = rows["kind"]
    direction = texts([words.sides[k] for k in range(len(words.sides))])[kind]
    direction[(kind == ledger.BANK) & (rows["net"] < 0)] = words.bank_out
    return {
        **_who(rows, branch, known),
        "time": TIMES[rows["second"]],
        "direction": direction,
        "net": rows["net"],
        "bank": np.where(kind == ledger.INTERNAL, "", known.custodian[rows["book"]]),
        "serial_number": number_in_day(rows, block),
        "note": texts([NOTES.get(k, "") for k in range(len(words.sides))])[kind],
    }


def securities_transfer_fields(rows: Rows, *, branch: str, block: int, known: Lookups, words: Words) -> Fields:
    """Fields of securities that came from or went to another broker, or moved as collateral; quantity and value signed."""
    way = np.where(rows["quantity"] < 0, "out", "in")
    market = known.market[rows["security"]]
    where = np.where(rows["kind"] == ledger.COLLATERAL, "collateral", np.where(market == 0, "sh", "sz"))
    direction = [words.moves[w, m] for w, m in zip(way.tolist(), where.tolist(), strict=True)]
    return {
        **_who(rows, branch, known),
        **_what(rows, rows["security"], known),
        "quantity": rows["quantity"],
        "value": rows["value"],
        "direction": texts(direction),
        "serial_number": number_in_day(rows, block),
    }


def asset_fields(rows: Rows, *, branch: str, known: Lookups) -> Fields:
    """Fields of daily assets; net is the sum of the three less the debt."""
    net = rows["cash"] + rows["market_value"] + rows["products"] - rows["debt"]
    return {
        **_who(rows, branch, known),
        **{name: rows[name] for name in ("cash", "market_value", "products", "debt")},
        "net": net,
    }


def holding_fields(rows: Rows, *, branch: str, known: Lookups) -> Fields:
    """Fields of positions."""
    return {
        **_who(rows, branch, known),
        **_what(rows, rows["security"], known),
        **{name: rows[name] for name in ("quantity", "cost", "value")},
    }
