"""The second pass for cash transfers, securities transfers, assets and holdings."""

from __future__ import annotations

from clients.export_files import sides
from clients.export_files.resolving import Check, Context, Resolved, translate_words, words_select
from clients.export_files.securities import LOST_ZEROS, NOTES, currency_sql, raw_keys, with_security

_WHO = ("branch_code", "client_number", "client_name", "fund_account")
_SECURITY = {"market": "place", "security_code": "code", "security_name": "security_name"}


def _who(*more: str) -> dict[str, str]:
    return {name: name for name in (*_WHO, *more)}


def no_account(*names: str) -> Check:
    """Rows belong to an account: a securities account, else a fund account, else the client's number."""
    return Check(" AND ".join(f"{name} IS NULL" for name in names), "no_account")


def _directions(context: Context, mapper: str) -> str:
    """Join the meaning (kind, sign) of the word that says which way money or shares went."""
    read = sides.cash_transfer if mapper == "cash" else sides.securities_transfer

    def meaning(word: str) -> dict[str, object] | None:
        found = read(word)
        return None if found is None else {"kind": found[0], "sign": found[1]}

    context.map_words("direction", "directions", meaning, {"kind": "VARCHAR", "sign": "INTEGER"})
    return f"LEFT JOIN directions AS d ON {context.column('direction')} = d.word"


def _signed(amount: str) -> str:
    return f"CASE WHEN d.m.sign = 0 THEN {amount} ELSE d.m.sign * abs({amount}) END"


def cash_transfers(context: Context) -> Resolved:
    """Money between bank and broker, + into the broker account. Without a word of direction the sign of the file counts."""
    found = translate_words(context, ("currency",))
    source = f"""SELECT p.line, {context.columns(*_WHO, "moved_on", "moved_at", "bank", "serial_number", "note", "direction")},
        {words_select(context, found)}, {context.column("amount")} AS raw_amount,
        {"d.m" if context.has("direction") else "{'kind': 'bank', 'sign': 0}"} AS means,
        {_signed(context.column("amount")) if context.has("direction") else context.column("amount")} AS amount
        FROM parsed AS p {_directions(context, "cash")} {found.joins} WHERE p.problem IS NULL"""
    columns = {
        **_who("moved_on", "moved_at"), "amount_minor": "amount", "currency": "coalesce(currency, 'CNY')", "bank": "bank",
        "transfer_kind": "means.kind", "serial_number": "serial_number", "note": "note",
    }  # fmt: skip
    checks = (
        Check("moved_on IS NULL", "missing", "moved_on"),
        no_account("fund_account", "client_number"),
        Check("raw_amount IS NULL", "missing", "amount"),
        Check("means IS NULL", "unknown_direction", "direction"),
        *found.checks,
    )
    return Resolved(source, columns, checks)


def securities_transfers(context: Context) -> Resolved:
    """Shares that came from or went to another broker or account, + in. Value has the sign of the shares."""
    found = translate_words(context, ("currency",))
    who = (*_WHO, "securities_account", "moved_on", "serial_number", "direction")
    inner = f"""SELECT p.line, {context.columns(*who)}, {raw_keys(context)}, {words_select(context, found)}, d.m AS means,
        {_signed(context.column("quantity"))} AS quantity, {context.column("value")} AS value
        FROM parsed AS p {_directions(context, "securities")} {found.joins} WHERE p.problem IS NULL"""
    columns = {
        **_who("securities_account", "moved_on"), **_SECURITY, "quantity_e2": "quantity",
        "value_minor": "CAST(CASE WHEN quantity < 0 THEN -abs(value) ELSE abs(value) END AS BIGINT)",
        "currency": currency_sql(context), "transfer_kind": "means.kind",
        "serial_number": "serial_number",
    }  # fmt: skip
    checks = (
        Check("moved_on IS NULL", "missing", "moved_on"),
        no_account("fund_account", "client_number", "securities_account"),
        Check("means IS NULL", "unknown_direction", "direction"),
        Check("quantity IS NULL OR quantity = 0", "no_quantity", "quantity"),
        Check("code = '' AND security_name IS NULL", "no_security", "security_code"),
        LOST_ZEROS,
        *found.checks,
    )
    return Resolved(with_security(context, inner), columns, checks, notes=NOTES)


def assets(context: Context) -> Resolved:
    """Assets of an account on a day; net = cash + market value + products − debt where the file does not say it."""
    found = translate_words(context, ("currency",))
    source = f"""SELECT p.line, {context.columns(*_WHO, "day", "cash", "market_value", "products", "debt", "net")},
        {words_select(context, found)} FROM parsed AS p {found.joins} WHERE p.problem IS NULL"""
    computed = "coalesce(cash, 0) + coalesce(market_value, 0) + coalesce(products, 0) - abs(coalesce(debt, 0))"
    columns = {
        **_who("day"), "cash_minor": "cash", "market_value_minor": "market_value", "products_minor": "products",
        "debt_minor": "abs(debt)", "net_minor": f"coalesce(net, {computed})", "currency": "coalesce(currency, 'CNY')",
    }  # fmt: skip
    checks = (
        Check("day IS NULL", "missing", "day"),
        no_account("fund_account", "client_number"),
        Check("net IS NULL AND cash IS NULL AND market_value IS NULL", "no_amount", "net"),
        *found.checks,
    )
    return Resolved(source, columns, checks)


def holdings(context: Context) -> Resolved:
    """What an account holds on a day."""
    found = translate_words(context, ("currency",))
    who = (*_WHO, "securities_account", "day", "quantity", "cost", "value")
    inner = f"""SELECT p.line, {context.columns(*who)}, {raw_keys(context)}, {words_select(context, found)}
        FROM parsed AS p {found.joins} WHERE p.problem IS NULL"""
    columns = {
        **_who("securities_account", "day"), **_SECURITY, "quantity_e2": "quantity", "cost_minor": "cost", "value_minor": "value",
        "currency": currency_sql(context),
    }  # fmt: skip
    checks = (
        Check("day IS NULL", "missing", "day"),
        no_account("fund_account", "client_number", "securities_account"),
        Check("quantity IS NULL", "missing", "quantity"),
        Check("code = '' AND security_name IS NULL", "no_security", "security_code"),
        LOST_ZEROS,
        *found.checks,
    )
    return Resolved(with_security(context, inner), columns, checks, notes=NOTES)
