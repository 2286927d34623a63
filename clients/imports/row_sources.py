"""How the rows of a staged file become rows of the fact tables: an expression per column, over the staged columns."""

from dataclasses import dataclass

from clients.fact_tables import (
    ASSETS,
    CASH_TRANSFERS,
    HOLDINGS,
    MOVEMENTS,
    SECURITIES_TRANSFERS,
    TRADES,
    FactTable,
)


@dataclass(frozen=True)
class RowSource:
    """Which staged rows go to a table (`where`), what their columns are, and what the key of a row without a number of
    its own is hashed from: everything the row says except balances."""

    table: FactTable
    where: str
    columns: dict[str, str]
    number: str = ""
    hashed: tuple[str, ...] = ()

    def hash_sql(self) -> str:
        """The key of a row without a number: a hash of the row and its ordinal among equal rows of the account and day.
        Equal rows are interchangeable, so re-ordering a file changes nothing."""
        day = self.columns[self.table.day]
        said = " || '|' || ".join(f"coalesce(CAST({c} AS VARCHAR), '')" for c in self.hashed)
        digest = f"substr(md5({said}), 1, 20)"
        ordinal = f"row_number() OVER (PARTITION BY account_id, {day}, {said} ORDER BY line)"
        return f"'#' || {digest} || '.' || {ordinal}"


_CURRENCY = {"currency": "coalesce(nullif(currency, ''), 'CNY')"}
_SECURITY = {
    "market": "market",
    "security_code": "security_code",
    "security_name": "security_name",
}
_DEAL = (
    "traded_at",
    "order_number",
    "security_code",
    "security_name",
    "side",
    "quantity_e2",
    "price_e4",
    "amount_minor",
)

_TRADE_COLUMNS = {
    "traded_on": "traded_on",
    "traded_at": "traded_at",
    "order_number": "order_number",
    **_SECURITY,
    "instrument_class": "instrument_class",
    "side": "side",
    "quantity_e2": "quantity_e2",
    "price_e4": "price_e4",
    "amount_minor": "amount_minor",
    "channel": "channel",
    **_CURRENCY,
}
_FEES = ("net_minor", "commission_minor", "stamp_duty_minor", "transfer_fee_minor", "levies_minor")  # fills have none
_SETTLED = RowSource(
    TRADES,
    "row_kind = 'trade'",
    {**_TRADE_COLUMNS, **{c: c for c in _FEES}, "is_provisional": "false"},
    "deal_number",
    (*_DEAL, *_FEES),
)
_FILLS = RowSource(TRADES, "row_kind = 'trade'", {**_TRADE_COLUMNS, "is_provisional": "true"}, "deal_number", _DEAL)
_MOVEMENTS = RowSource(
    MOVEMENTS,
    "row_kind = 'movement'",
    {
        "moved_on": "traded_on",
        "kind": "movement_kind",
        **_SECURITY,
        "side": "side",
        "quantity_e2": "quantity_e2",
        "price_e4": "price_e4",
        "amount_minor": "amount_minor",
        "net_minor": "net_minor",
        "commission_minor": "commission_minor",
        "note": "substr(note, 1, 120)",
        **_CURRENCY,
    },
    "deal_number",
    (*_DEAL, "movement_kind", "net_minor", "commission_minor"),
)
_BANK_ROWS = RowSource(
    CASH_TRANSFERS,
    "row_kind = 'cash_transfer'",
    {
        "moved_on": "traded_on",
        "moved_at": "traded_at",
        "kind": "'bank'",
        "amount_minor": "coalesce(net_minor, amount_minor)",
        "note": "substr(note, 1, 120)",
        **_CURRENCY,
    },
    "deal_number",
    ("traded_at", "net_minor", "amount_minor", "currency"),
)
_CASH = RowSource(
    CASH_TRANSFERS,
    "true",
    {
        "moved_on": "moved_on",
        "moved_at": "moved_at",
        "kind": "transfer_kind",
        "amount_minor": "amount_minor",
        "bank": "bank",
        "note": "substr(note, 1, 120)",
        **_CURRENCY,
    },
    "serial_number",
    ("moved_at", "amount_minor", "currency", "transfer_kind"),
)
_SECURITIES = RowSource(
    SECURITIES_TRANSFERS,
    "true",
    {
        "moved_on": "moved_on",
        "kind": "transfer_kind",
        **_SECURITY,
        "quantity_e2": "quantity_e2",
        "value_minor": "value_minor",
        **_CURRENCY,
    },
    "serial_number",
    ("security_code", "quantity_e2", "value_minor", "transfer_kind"),
)
_MONEY = ("cash_minor", "market_value_minor", "products_minor", "debt_minor", "net_minor")
_NET = "coalesce(net_minor, cash_minor + market_value_minor + coalesce(products_minor, 0) - coalesce(debt_minor, 0))"
_ASSETS = RowSource(ASSETS, "true", {"day": "day", **_CURRENCY, **{c: c for c in _MONEY}, "net_minor": _NET})
_HOLDINGS = RowSource(
    HOLDINGS,
    "true",
    {
        "day": "day",
        **_SECURITY,
        "market": "coalesce(market, '')",
        "security_code": "coalesce(nullif(security_code, ''), security_name)",
        "instrument_class": "instrument_class",
        "quantity_e2": "quantity_e2",
        "cost_minor": "cost_minor",
        "value_minor": "value_minor",
        **_CURRENCY,
    },
)

SOURCES: dict[str, tuple[RowSource, ...]] = {
    "trades": (_SETTLED, _MOVEMENTS, _BANK_ROWS),
    "fills": (_FILLS,),
    "cash_transfers": (_CASH,),
    "securities_transfers": (_SECURITIES,),
    "assets": (_ASSETS,),
    "holdings": (_HOLDINGS,),
}
