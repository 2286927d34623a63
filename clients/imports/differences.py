"""What a dry run would change, field by field, as the screen may show it: from the plan's tables, before and after."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import duckdb
from cryptography.exceptions import InvalidTag
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.fact_tables import ACCOUNTS, ALL, CLIENTS
from clients.imports.batches import folder
from clients.imports.client_rows import FIELDS
from clients.imports.masking import masked
from clients.models import ImportBatch
from crm.access import MASK, mask_tail
from crm.lib import formats
from crm.lib.crypto import unseal
from crm.models import Staff

_SEALED = {"identity_index": "identity", "phone_index": "phone"}
_STAGED = {"identity_index": "identity_number", "phone_index": "phone"}
_ACCOUNT_FIELDS = {"parent_number": "parent_account", "card_index": "bank_card"}
_TABLES = {table.name: table for table in ALL}
LABELS: dict[str, Promise] = {
    "name": _("name"),
    "kind": _("kind"),
    "identity_index": _("identity number"),
    "identity_type": _("identity document"),
    "identity_expires_on": _("document valid until"),
    "phone_index": _("phone"),
    "email": _("e-mail"),
    "address": _("address"),
    "birthday": _("birthday"),
    "birthday_calendar": _("calendar of the birthday"),
    "form_of_address": _("form of address"),
    "occupation": _("occupation"),
    "education": _("education"),
    "source": _("source"),
    "risk_level": _("risk level"),
    "risk_expires_on": _("risk level valid until"),
    "is_professional": _("professional investor"),
    "state": _("state"),
    "opened_on": _("opened"),
    "closed_on": _("closed"),
    "advisor_id": _("advisor"),
    "parent_number": _("fund account"),
    "one_code": _("one-code account"),
    "currency": _("currency"),
    "is_main": _("main account"),
    "custodian_bank": _("custodian bank"),
    "card_index": _("bank card"),
    "traded_at": _("time"),
    "moved_at": _("time"),
    "order_number": _("order number"),
    "market": _("market"),
    "security_code": _("security code"),
    "security_name": _("security"),
    "instrument_class": _("class of instrument"),
    "side": _("side"),
    "quantity_e2": _("quantity"),
    "price_e4": _("price"),
    "amount_minor": _("amount"),
    "net_minor": _("net amount"),
    "commission_minor": _("net commission"),
    "stamp_duty_minor": _("stamp duty"),
    "transfer_fee_minor": _("transfer fee"),
    "levies_minor": _("levies"),
    "channel": pgettext_lazy("trade", "channel"),
    "is_provisional": _("provisional"),
    "bank": _("bank"),
    "note": _("note"),
    "cash_minor": _("cash"),
    "market_value_minor": _("market value"),
    "products_minor": _("products"),
    "debt_minor": _("debt"),
    "cost_minor": _("cost"),
    "value_minor": _("value"),
    "rate_e6": _("exchange rate"),
}


SHOWN = 50


@dataclass(frozen=True)
class Difference:
    """One field of one row: which row (masked), the field's name, the value known and the value in the file."""

    row: str
    field: str
    old: str
    new: str


def save(batch: ImportBatch, names: Iterable[str], con: duckdb.DuckDBPyConnection) -> None:
    """Keep the fields that the plan (open, with the tables of these names) would change in its first rows beside the
    upload, personal values masked already, so that a page need not open the plan while a worker writes from it."""
    found = [change for name in names for change in _changes(con, name)]
    (folder(batch) / "differences.json").write_text(json.dumps(found, default=str))


def load(batch: ImportBatch) -> list[Difference]:
    """What `save` kept, in the words of the reader; empty where there is nothing on this host."""
    try:
        found = json.loads((folder(batch) / "differences.json").read_text())
    except FileNotFoundError:
        return []
    return [
        Difference(row, str(LABELS[column]), _shown(name, column, old, currency), _shown(name, column, new, currency))
        for name, row, column, old, new, currency in found
    ]


def _changes(con: duckdb.DuckDBPyConnection, name: str) -> Iterator[list[Any]]:
    cursor = con.execute(f"SELECT * FROM changed_{name} ORDER BY line LIMIT {SHOWN}")
    columns = [c for c, *_ in cursor.description or []]
    found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    staff = dict(Staff.objects.values_list("pk", "name")) if name == CLIENTS.name and found else {}
    for after in found:
        before: dict[str, Any] = json.loads(after.pop("before"))
        for column in [c for c in columns if c in LABELS and not _same(before.get(c), after.get(c))]:
            pair: tuple[Any, Any] = before.get(column), after[column]
            if column in _SEALED:
                pair = _unsealed(before, column), _staged(con, name, after["line"], column)
            elif column == "advisor_id":
                pair = staff.get(pair[0], ""), staff.get(pair[1], pair[1])
            elif name in {CLIENTS.name, ACCOUNTS.name} and not _is_choice(name, column):
                pair = _masked(name, column, pair[0]), _masked(name, column, pair[1])
            elif column in {"order_number", "note", "bank"}:
                pair = masked("order_number", str(pair[0] or "")), masked("order_number", str(pair[1] or ""))
            yield [name, _row_label(name, before), column, *pair, str(before.get("currency") or "CNY")]


def _row_label(name: str, before: dict[str, Any]) -> str:
    if name == "rates":
        return f"{before['currency']} {before['day']}"
    number = before.get("client_number") or before.get("number") or before.get("deal_key") or before.get("transfer_key")
    if number:
        return mask_tail(str(number))
    return " ".join(str(before[c]) for c in ("day", "security_code") if before.get(c))


def _same(old: object, new: object) -> bool:
    return ("" if old is None else str(old)) == ("" if new is None else str(new))


def _shown(name: str, column: str, value: Any, currency: str) -> str:
    if value in (None, ""):
        return formats.NOTHING
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    for unit, write in (("_e2", formats.quantity), ("_e4", formats.price)):
        if column.endswith(unit):
            return write(int(value))
    if column.endswith("_minor"):
        return formats.minor(int(value), currency)
    if column.endswith("_e6"):
        return formats.fixed(int(value), 1_000_000, 6)
    return str(_choices(name, column).get(value, value))


def _choices(name: str, column: str) -> dict[Any, Any]:
    table = _TABLES.get(name)
    fields = table.model._meta.concrete_fields if table else ()
    return next((dict(f.flatchoices) for f in fields if f.column == column and f.choices), {})


def _is_choice(name: str, column: str) -> bool:
    return bool(_choices(name, column)) or column.startswith("is_") or column.endswith("_on")


def _masked(name: str, column: str, value: Any) -> str:
    staged = FIELDS.get(column, column) if name == CLIENTS.name else _ACCOUNT_FIELDS.get(column, column)
    return masked(staged, "" if value is None else str(value))


def _unsealed(before: dict[str, Any], column: str) -> str:
    """The known value of a sealed column, masked; dots where its key is not in the ring any more."""
    sealed = str(before.get(f"{_SEALED[column]}_sealed") or "")
    try:
        value = unseal(sealed, table=CLIENTS.db_table, column=_SEALED[column], owner=UUID(str(before["uid"])))
    except (KeyError, InvalidTag):
        return MASK
    return masked(_STAGED[column], value)


def _staged(con: duckdb.DuckDBPyConnection, name: str, line: int, column: str) -> str:
    row = con.execute(f"SELECT {_STAGED[column]} FROM rows_{name} WHERE line = ?", [line]).fetchone()
    return masked(_STAGED[column], str(row[0] or "")) if row else ""
