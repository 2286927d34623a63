"""The fact tables as data: what identifies a row, on which day it lies, and what of it the columnar copy carries.
Import, undo, mirror and invariants are written once over these."""

import re
from dataclasses import dataclass
from functools import cached_property

from django.db import models

from clients.models import (
    Account,
    CashTransfer,
    Client,
    DailyAsset,
    Holding,
    Movement,
    SecuritiesTransfer,
    Trade,
)

DUCK_TYPES = {
    "BigAutoField": "BIGINT",
    "BigIntegerField": "BIGINT",
    "ForeignKey": "BIGINT",
    "CharField": "VARCHAR",
    "DateField": "DATE",
    "DateTimeField": "TIMESTAMP",
    "BooleanField": "BOOLEAN",
    "UUIDField": "VARCHAR",
}


@dataclass(frozen=True, eq=False)
class FactTable:
    """One table of facts: its name in the columnar copy, the column of its day ('' for clients and accounts), its
    natural key, and the columns that the copy renames or digests (copy name → expression over the stored columns)."""

    name: str
    model: type[models.Model]
    day: str
    key: tuple[str, ...]
    mirrored: dict[str, str]

    @property
    def db_table(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def types(self) -> dict[str, str]:
        """Stored column → DuckDB type, in the order of the model."""
        return {str(f.column): DUCK_TYPES[f.get_internal_type()] for f in self.model._meta.concrete_fields}

    @cached_property
    def copied(self) -> dict[str, str]:
        """Stored column → DuckDB type of what the columnar copy reads: the others do not travel."""
        read = {"id", "recorded_at", *re.findall(r"\w+", " ".join(self.mirrored.values()))}
        return {column: duck_type for column, duck_type in self.types.items() if column in read}

    @cached_property
    def required(self) -> dict[str, object]:
        """Columns that take no NULL → the default a file that lacks them gets (None where there is none)."""
        return {
            str(f.column): f.get_default() for f in self.model._meta.concrete_fields if not f.null and not f.primary_key
        }

    @cached_property
    def longest(self) -> dict[str, int]:
        """Text columns → how many characters they hold."""
        return {str(f.column): f.max_length for f in self.model._meta.concrete_fields if f.max_length is not None}

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Columns that a file decides: neither identity nor provenance."""
        kept = {"id", "uid", "batch_id", "recorded_at", "branch_id", "client_id", "account_id", *self.key}
        return tuple(c for c in self.types if c not in kept)

    def month_sql(self) -> str:
        """The month ('2026-11') that a row's generation is counted under, in SQLite, PostgreSQL and DuckDB alike."""
        return f"substr(CAST({self.day} AS VARCHAR), 1, 7)" if self.day else "''"


def _same(*columns: str) -> dict[str, str]:
    return {c: c for c in columns}


_OWNER = _same("branch_id", "client_id", "account_id", "currency")

CLIENTS = FactTable(
    "clients",
    Client,
    "",
    ("branch_id", "client_number"),
    {
        "branch_id": "branch_id",
        "client_id": "id",
        **_same("client_number", "kind", "opened_on", "closed_on", "state", "advisor_id"),
        "restricted": "is_restricted",
        "scoring_off": "is_unscored",
        "name_digest": "md5(name)",
    },
)
ACCOUNTS = FactTable(
    "accounts",
    Account,
    "",
    ("branch_id", "family", "number"),
    {
        "branch_id": "branch_id",
        "account_id": "id",
        **_same(
            "client_id", "family", "kind", "number", "parent_number", "state", "opened_on", "closed_on", "currency"
        ),
    },
)
TRADES = FactTable(
    "trades",
    Trade,
    "traded_on",
    ("account_id", "traded_on", "deal_key"),
    {
        **_OWNER,
        **_same("traded_on", "side", "market", "security_code", "instrument_class", "quantity_e2", "price_e4"),
        **_same("amount_minor", "commission_minor", "net_minor", "channel"),
    },
)
MOVEMENTS = FactTable(
    "movements",
    Movement,
    "moved_on",
    ("account_id", "moved_on", "deal_key"),
    {**_OWNER, **_same("moved_on", "kind", "security_code", "amount_minor", "commission_minor", "net_minor")},
)
CASH_TRANSFERS = FactTable(
    "cash_transfers",
    CashTransfer,
    "moved_on",
    ("account_id", "moved_on", "transfer_key"),
    {**_OWNER, **_same("moved_on", "amount_minor", "kind")},
)
SECURITIES_TRANSFERS = FactTable(
    "securities_transfers",
    SecuritiesTransfer,
    "moved_on",
    ("account_id", "moved_on", "transfer_key"),
    {**_OWNER, **_same("moved_on", "security_code", "quantity_e2", "value_minor", "kind")},
)
ASSETS = FactTable(
    "assets",
    DailyAsset,
    "day",
    ("account_id", "day", "currency"),
    {**_OWNER, **_same("day", "cash_minor", "market_value_minor", "products_minor", "debt_minor", "net_minor")},
)
HOLDINGS = FactTable(
    "holdings",
    Holding,
    "day",
    ("account_id", "day", "market", "security_code"),
    {**_OWNER, **_same("day", "security_code", "instrument_class", "quantity_e2", "cost_minor", "value_minor")},
)

DATED = (TRADES, MOVEMENTS, CASH_TRANSFERS, SECURITIES_TRANSFERS, ASSETS, HOLDINGS)
ALL = (CLIENTS, ACCOUNTS, *DATED)
BY_DB_TABLE = {t.db_table: t for t in ALL}
