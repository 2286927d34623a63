"""The second pass for settlements and fills: what a row is, its security, its commission, and whether its net amount fits."""

from __future__ import annotations

from dataclasses import dataclass

from clients.export_files import sides
from clients.export_files.commission import TOLERANCE_MINOR, Rule, candidates, choose_rule
from clients.export_files.fields_trades import FEE_NAMES, LEVIES
from clients.export_files.inspection import Problem
from clients.export_files.presets import rule_of
from clients.export_files.resolving import Check, Context, Resolved, translate_words, words_select
from clients.export_files.resolving_positions import no_account
from clients.export_files.securities import LOST_ZEROS, NOTES, currency_sql, raw_keys, with_security

_WORDS = ("side", "side_detail", "note")
_STRUCT = {"row_kind": "VARCHAR", "kind": "VARCHAR", "side": "VARCHAR", "sign": "INTEGER"}
_WHO = ("branch_code", "client_number", "client_name", "fund_account", "securities_account")
_PLAIN_TEXT = (*_WHO, "traded_on", "traded_at", "deal_number", "order_number", "note")

# A reverse repo is what trades in codes 204xxx and 1318xx, whatever the broker calls it (F2); 质押回购 stays a pledge.
_REPO = (
    "(means.row_kind = 'trade' OR means.kind = 'reverse_repo') AND (instrument = 'reverse_repo' "
    "OR (code = '' AND regexp_matches(security_name, '^(GC|R-)[0-9]{3}')))"
)
_ROW_KIND = f"CASE WHEN {_REPO} THEN 'movement' ELSE means.row_kind END"
_MOVEMENT = f"CASE WHEN {_REPO} THEN 'reverse_repo' WHEN means.kind = 'reverse_repo' THEN 'other' ELSE nullif(means.kind, '') END"
# Bonds add accrued interest to the net amount, Hong Kong shares settle in another currency than they trade in.
_PLAIN = "row_kind = 'trade' AND instrument NOT IN ('bond', 'hk')"
_PRODUCT = "CAST((CAST(price AS HUGEINT) * abs(quantity) + 5000) // 10000 AS BIGINT)"  # price × quantity, minor units
# The price of a deal in several pieces is an average, mostly with three decimals: half of the third, times the quantity.
_AVERAGE = f"({TOLERANCE_MINOR} + abs(quantity) * 0.0005)"


@dataclass(frozen=True)
class Settlement:
    """The query of a settlement file, the rule of its fees, or why the file is held."""

    resolved: Resolved
    rule: Rule | None
    held: Problem | None
    notes: dict[str, int]


def _meanings(context: Context) -> tuple[str, str]:
    """Joins and the expression of what the words of a row say; the side column counts first, then its detail, then the remark."""

    def meaning(word: str) -> dict[str, object] | None:
        found = sides.meaning(word)
        return (
            None
            if found is None
            else {"row_kind": found.row_kind, "kind": found.kind, "side": found.side, "sign": found.sign}
        )

    found = [name for name in _WORDS if context.has(name)]
    for name in found:
        context.map_words(name, f"means_{name}", meaning, _STRUCT)
    joins = " ".join(f"LEFT JOIN means_{name} ON p.{name} = means_{name}.word" for name in found)
    return joins, f"coalesce({', '.join(f'means_{name}.m' for name in found)})"


def _cancelled(context: Context) -> str:
    tests = [
        f"regexp_matches({context.column(name)}, '撤|废')" for name in ("fill_state", "fill_kind") if context.has(name)
    ]
    return f"coalesce({' OR '.join(tests)}, false)" if tests else "false"


def _source(context: Context, money: tuple[str, ...]) -> str:
    found = translate_words(context, ("currency", "channel"))
    joins, means = _meanings(context)
    words = ", ".join(f"{context.column(name)} AS word_{name}" for name in _WORDS)
    inner = f"""SELECT p.line, {context.columns(*_PLAIN_TEXT, "quantity", "price", *money)}, {words},
        {raw_keys(context)}, {words_select(context, found)},
        {means} AS means, {_cancelled(context)} AS cancelled FROM parsed AS p {joins} {found.joins} WHERE p.problem IS NULL"""
    return (
        f"SELECT *, {_ROW_KIND} AS row_kind, {_MOVEMENT} AS movement, nullif(means.side, '') AS side "
        f"FROM ({with_security(context, inner)})"
    )


def _unknown_words(context: Context) -> tuple[Check, ...]:
    return (Check("raw_currency IS NOT NULL AND currency IS NULL", "unknown_word", "currency"),)


def _columns(context: Context) -> dict[str, str]:
    return {
        "row_kind": "row_kind",
        "movement_kind": "CASE WHEN row_kind <> 'trade' THEN movement END",
        **{name: name for name in _WHO},
        "traded_on": "traded_on",
        "traded_at": "traded_at",
        "deal_number": "CASE WHEN NOT regexp_full_match(deal_number, '0+') THEN deal_number END",
        "order_number": "order_number",
        "market": "place",
        "security_code": "code",
        "security_name": "security_name",
        "side": "side",
        "quantity_e2": "abs(quantity)",
        "price_e4": "price",
        "amount_minor": "abs(amount)",
        "currency": currency_sql(context),
        "channel": "channel",
        "note": "CASE WHEN row_kind = 'trade' THEN note ELSE coalesce(note, word_side, word_side_detail) END",
    }


_CHECKS = (
    Check("means IS NULL", "unknown_side", "side"),
    Check("traded_on IS NULL", "missing", "traded_on"),
    no_account("fund_account", "securities_account", "client_number"),
    LOST_ZEROS,
    Check("row_kind = 'trade' AND code = '' AND security_name IS NULL", "no_security", "security_code"),
    Check("row_kind = 'trade' AND coalesce(quantity, 0) = 0", "no_quantity", "quantity"),
    Check("row_kind = 'trade' AND coalesce(amount, 0) = 0", "no_amount", "amount"),
)


def fills(context: Context) -> Resolved:
    """Fills of the day, provisional until the settlement comes. Orders without a fill and cancellations are left out."""
    amount = f"coalesce(amount_read, {_PRODUCT})"
    inner = _source(context, ("amount",))
    source = f"SELECT * EXCLUDE (amount_read), {amount} AS amount FROM (SELECT * RENAME (amount AS amount_read) FROM ({inner}))"
    skip = "coalesce(means.row_kind = 'skip', false) OR cancelled OR coalesce(quantity = 0, false)"
    return Resolved(source, _columns(context), (*_CHECKS, *_unknown_words(context)), skip, NOTES)


def settlement(context: Context, preset: str) -> Settlement:
    """Settlement rows: trades, movements and bank transfers. The rows choose the fee rule; `held` when none fits."""
    fees = tuple(name for name in FEE_NAMES if context.has(name))
    inner = _source(context, ("amount", "net", *fees))
    rules = candidates(set(fees), LEVIES, rule_of(preset))
    skip = "coalesce(means.row_kind = 'skip', false)"
    # the price of a row without an amount is checked against the net amount; a wider tolerance, the exact amount from net
    derived = not context.has("amount")
    source = (
        f"SELECT * EXCLUDE (amount_read), coalesce(abs(amount_read), {_PRODUCT}) AS amount "
        f"FROM (SELECT * RENAME (amount AS amount_read) FROM ({inner}))"
    )
    plain = f"{_PLAIN} AND net IS NOT NULL AND amount IS NOT NULL AND NOT ({skip})"
    notes: dict[str, int] = {}
    rule, unsigned, held = (rules[0] if rules else None), False, None
    if rules and context.has("net"):
        rule, unsigned, held, notes = _judge(context, source, rules, plain, derived=derived)
    checks = [*_CHECKS, *_unknown_words(context)]
    if rule and context.has("net"):
        source = _with_amount(source, rule, plain, derived=derived)
        tolerance = _AVERAGE if derived else str(TOLERANCE_MINOR)
        test = f"{plain} AND NOT {rule.holds_sql(tolerance).replace('amount', 'amount_said')}"
        fitting = f"amount_said + CASE WHEN side = 'buy' THEN 1 ELSE -1 END * {rule.fees_sql()}"
        expected = f"'{{\"expected\": \"' || printf('%.2f', ({fitting}) / 100) || '\"}}'"
        checks.append(Check(test, "amount_does_not_fit" if derived else "net_does_not_fit", "net", expected))
        if not unsigned:
            checks.append(Check(f"{plain} AND side = 'buy' AND net > 0", "net_of_wrong_sign", "net"))
    return Settlement(
        Resolved(
            source,
            _settlement_columns(context, rule, unsigned=unsigned),
            checks,
            skip,
            NOTES | _rule_notes(context, rule),
        ),
        rule,
        held,
        notes,
    )


def _with_amount(source: str, rule: Rule, plain: str, *, derived: bool) -> str:
    """amount_said is what the row says or price × quantity; in a file without amounts the exact one follows from the net."""
    if not derived:
        return f"SELECT *, amount AS amount_said FROM ({source})"
    without = f"abs(net) + CASE WHEN side = 'buy' THEN -1 ELSE 1 END * {rule.fees_sql()}"
    exact = f"CASE WHEN row_kind = 'trade' AND net IS NOT NULL THEN {without} ELSE amount END"
    return f"SELECT * EXCLUDE (amount), amount AS amount_said, {exact} AS amount FROM ({source})"


def _judge(
    context: Context, source: str, rules: list[Rule], plain: str, *, derived: bool
) -> tuple[Rule, bool, Problem | None, dict[str, int]]:
    tight = ", ".join(f"count(*) FILTER ({rule.holds_sql()})" for rule in rules)
    wide = ", ".join(f"count(*) FILTER ({rule.holds_sql(_AVERAGE)})" for rule in rules) if derived else tight
    row = context.con.execute(
        "SELECT count(*), count(*) FILTER (side = 'buy' AND net < 0), count(*) FILTER (side = 'buy' AND net > 0), "
        f"{tight}, {wide} "
        f"FROM ({source}) WHERE {plain}"
    ).fetchone()
    counts = [int(value) for value in row or ()]
    count, negative, positive = counts[:3]
    if not count:
        return rules[0], False, None, {}
    tight_counts, wide_counts = counts[3 : 3 + len(rules)], counts[3 + len(rules) :]
    rule, _, _ = choose_rule(rules, tight_counts, count)
    held_rows = wide_counts[rules.index(rule)]
    _, _, enough = choose_rule([rule], [held_rows], count)
    problem: Problem | None = (
        None if enough else ("commission_rule_broken", {"rule": rule.name, "holding": held_rows, "plain": count})
    )
    unsigned = negative == 0 and positive > 0
    return rule, unsigned, problem, {"identity_checked": count, "identity_failed": count - held_rows}


def _settlement_columns(context: Context, rule: Rule | None, *, unsigned: bool) -> dict[str, str]:
    columns = _columns(context)
    sign = "CASE WHEN side = 'buy' THEN -1 ELSE 1 END"
    moved = "coalesce(nullif(net, 0), amount, 0)"
    net = (
        f"CASE WHEN row_kind = 'cash_transfer' THEN CASE WHEN means.sign = 0 THEN {moved} ELSE means.sign * abs({moved}) END "
        f"WHEN row_kind = 'trade' AND {'true' if unsigned else 'false'} THEN {sign} * abs(net) ELSE net END"
    )
    fee = {
        name: f"coalesce({name}, 0)" if context.has(name) else "CAST(NULL AS BIGINT)"
        for name in ("stamp_duty", "transfer_fee")
    }
    money = {
        "net_minor": f"CAST({net} AS BIGINT)",
        "commission_minor": f"CAST({rule.commission_sql()} AS BIGINT)" if rule else "CAST(NULL AS BIGINT)",
        "stamp_duty_minor": fee["stamp_duty"],
        "transfer_fee_minor": fee["transfer_fee"],
        "levies_minor": f"CAST({_levies(rule)} AS BIGINT)" if rule else "CAST(NULL AS BIGINT)",
    }
    ordered: dict[str, str] = {}
    for name, expression in columns.items():
        ordered[name] = expression
        if name == "amount_minor":
            ordered |= money
    return ordered


def _levies(rule: Rule) -> str:
    """What is left over as levies; a rounding of the broker may leave a fen or two less than nothing."""
    left = rule.levies_sql()
    return f"CASE WHEN {left} BETWEEN -{TOLERANCE_MINOR} AND -1 THEN 0 ELSE {left} END"


def _rule_notes(context: Context, rule: Rule | None) -> dict[str, str]:
    notes = {}
    if not context.has("net"):
        notes["identity_not_checkable"] = "row_kind = 'trade'"
    else:
        notes["not_plain"] = f"row_kind = 'trade' AND NOT ({_PLAIN} AND net IS NOT NULL)"
    if not context.has("amount"):
        notes["amount_derived"] = "row_kind = 'trade'"
    outside = [name for name in FEE_NAMES if rule and context.has(name) and name not in rule.known]
    if outside and context.has("net"):
        notes["fees_outside_net"] = "row_kind = 'trade' AND (" + " OR ".join(f"{name} <> 0" for name in outside) + ")"
    return notes
