"""The second pass for clients, accounts and exchange rates."""

from __future__ import annotations

from clients.export_files.parsing import Layout
from clients.export_files.resolving import Check, Context, Resolved, translate_words, words_select


def _plain(
    context: Context, result: tuple[str, ...], required: tuple[str, ...], extra: dict[str, str] | None = None
) -> Resolved:
    layout: Layout = context.layout
    types = {each.name: each.type for each in layout.kind.fields}
    names = [name for name in result if types.get(name) == "word"]
    found = translate_words(context, names)
    others = [name for name in result if name in types and types[name] != "word"]
    parts = [part for part in (context.columns(*others) if others else "", words_select(context, found)) if part]
    source = f"SELECT p.line, {', '.join(parts)} FROM parsed AS p{found.joins} WHERE p.problem IS NULL"
    missing = tuple(Check(f"{name} IS NULL", "missing", name) for name in required)
    notes = {"words_unknown": " OR ".join(f"({test})" for test in found.unknown.values())} if found.unknown else {}
    columns = {name: name for name in result} | (extra or {})
    for name in found.unknown:
        columns[name] = f"CASE WHEN raw_{name} IS NOT NULL AND {name} IS NULL THEN 'other' ELSE {name} END"
    return Resolved(source, columns, (*missing, *found.checks), notes=notes)


def clients(context: Context) -> Resolved:
    """Clients as the counter knows them."""
    result = (
        "client_number", "branch_code", "branch_name", "advisor_code", "advisor_name", "name", "client_kind", "identity_type",
        "identity_number", "identity_expires_on", "phone", "email", "address", "birthday", "birthday_calendar", "opened_on",
        "closed_on", "state", "source", "occupation", "education", "form_of_address", "risk_level", "risk_expires_on",
        "professional", "bank_card",
    )  # fmt: skip
    return _plain(context, result, ("client_number", "name"), {"professional": "CAST(professional AS BOOLEAN)"})


def accounts(context: Context) -> Resolved:
    """Fund, margin, option and securities accounts."""
    result = (
        "client_number", "branch_code", "client_name", "account_number", "account_kind", "parent_account", "one_code", "currency",
        "is_main", "custodian_bank", "bank_card", "state", "opened_on", "closed_on",
    )  # fmt: skip
    return _plain(
        context, result, ("client_number", "account_number", "account_kind"), {"is_main": "CAST(is_main AS BOOLEAN)"}
    )


def rates(context: Context) -> Resolved:
    """CNY per 1 unit of a currency."""
    found = _plain(context, ("day", "currency", "rate"), ("day", "currency", "rate"))
    return Resolved(
        found.source, {"day": "day", "currency": "currency", "rate_e6": "rate"}, found.checks, notes=found.notes
    )
