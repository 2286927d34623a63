"""One strict pattern per type of column: a cell is taken exactly as written or the row is rejected. DuckDB expressions.

DuckDB's own casts take 1_000, 1e3 and infinity; so does Python's Decimal. Nothing is cast that its pattern has not passed.
"""

from __future__ import annotations

from dataclasses import dataclass

CONTROL = r"\x00-\x08\x0b-\x1f\x7f\x{FEFF}\x{FFFD}"
_AMOUNT = r"(\d{1,13}|\d{1,3}(,\d{3}){1,4})"
_TIME = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
_DAY = r"(\d{8}|\d{14}|\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日)"

FOREVER = "9999-12-31"
# Decimals kept and digits in all; more would not fit a BIGINT after scaling.
_DECIMALS = {"money": (2, 18), "fee": (2, 18), "quantity": (2, 18), "price": (4, 14), "rate": (6, 18)}


@dataclass(frozen=True)
class Column:
    """How a type of column is read: pattern of the whole cell, DuckDB type, reason when it does not match."""

    pattern: str
    sql_type: str
    code: str
    longest: int = 0  # characters, 0 = as long as the pattern allows


COLUMNS: dict[str, Column] = {
    "identifier": Column(r"[0-9A-Za-z][0-9A-Za-z_/#:|\-]*", "VARCHAR", "not_an_identifier", 40),
    "code": Column(r"[0-9A-Za-z]{1,12}(\.[A-Za-z]{2,4})?", "VARCHAR", "not_a_security_code"),
    "name": Column(rf"[^{CONTROL}]*", "VARCHAR", "unreadable_text", 120),
    "security_name": Column(rf"[^{CONTROL}]*", "VARCHAR", "unreadable_text", 120),
    "text": Column(rf"[^{CONTROL}]*", "VARCHAR", "unreadable_text", 500),
    "word": Column(rf"[^{CONTROL}]*", "VARCHAR", "unreadable_text", 60),
    "date": Column(rf"'?{_DAY}( {_TIME})?'?", "DATE", "not_a_day"),
    "expiry": Column(rf"'?({_DAY}( {_TIME})?|长期|长期有效|永久|永久有效)'?", "DATE", "not_a_day"),
    "time": Column(rf"({_DAY} )?{_TIME}|\d{{1,6}}|\d{{8}}", "VARCHAR", "not_a_time"),
    "money": Column(rf"[+\-]?({_AMOUNT}(\.\d{{1,2}}0*)?|\.\d{{1,2}}0*)", "BIGINT", "not_a_number"),
    "fee": Column(rf"[+\-]?({_AMOUNT}(\.\d{{1,8}})?|\.\d{{1,8}})", "BIGINT", "not_a_number"),
    "quantity": Column(rf"[+\-]?({_AMOUNT}(\.\d{{1,2}}0*)?|\.\d{{1,2}}0*)", "BIGINT", "not_a_number"),
    "price": Column(rf"\+?({_AMOUNT}(\.\d{{1,8}})?|\.\d{{1,8}})", "BIGINT", "not_a_number"),
    "rate": Column(r"\d{1,5}(\.\d{1,6}0*)?", "BIGINT", "not_a_number"),
    "document": Column(r"[0-9A-Za-z（）()\-*]{4,30}", "VARCHAR", "not_a_document_number"),
    "phone": Column(r"\+?[0-9（）()\-/;,、 ]{5,40}", "VARCHAR", "not_a_phone"),
    "email": Column(r"[^@\s]{1,64}@[^@\s]{1,190}", "VARCHAR", "not_an_email"),
    "card": Column(r"[0-9][0-9 ]{7,35}", "VARCHAR", "not_a_card"),
}
# A number of another shape, so that the report can say what is wrong with it. Looked at for rejected rows only.
TOO_MANY_DECIMALS = rf"[+\-]?{_AMOUNT}?\.\d+"
TOO_LARGE = r"[+\-]?\d{14,}(\.\d*)?"
WITH_UNIT = r"[+\-]?[\d,.]*\d\s*[\p{Han}%％‰].*|.*[０-９].*|[¥￥$].*"
SCIENTIFIC = r"[+\-]?\d+(\.\d*)?[eE][+\-]?\d+"
LOST_DIGITS = "\x1c"  # mark set by workbooks.py before a number of more than 15 digits


def quoted(text: str) -> str:
    """A DuckDB string literal."""
    return "'" + text.replace("'", "''") + "'"


_EMPTY = ("", "-", "--", "---", "----", "—", "——", "null", "NULL", r"\N")
_FREE = frozenset({"name", "security_name", "text", "word"})


def trimmed(expression: str) -> str:
    """A cell without the blanks around it."""
    return f"trim({expression})"


def unwrapped(text: str) -> str:
    """What stands in ="…", any other text as it is."""
    written = f"starts_with({text}, '=\"') AND ends_with({text}, '\"') AND strlen({text}) > 2"
    return f"CASE WHEN {written} THEN trim(substring({text}, 3, length({text}) - 3)) ELSE {text} END"


def filled(text: str) -> str:
    """NULL for the ways in which exports write nothing. Most cells begin with a digit."""
    # not IN: DuckDB makes a join of a list, which costs ten times as much
    empty = " ".join(f"WHEN {text} = {quoted(each)} THEN NULL" for each in _EMPTY)
    return f"CASE WHEN {text} >= '0' AND {text} < ':' THEN {text} WHEN strlen({text}) > 6 THEN {text} {empty} ELSE {text} END"


def cell(expression: str) -> str:
    """The text of a cell without blanks around it and ="…", NULL where it says nothing."""
    return filled(unwrapped(trimmed(expression)))


def matches(kind: str, x: str) -> str:
    """Does the (not NULL) text x have the form of its type?"""
    column = COLUMNS[kind]
    test = f"regexp_full_match({x}, {quoted(column.pattern)})"
    return f"({test} AND length({x}) <= {column.longest})" if column.longest else test


def cell_pattern(kind: str | None, *, padded: bool, wrapped: bool) -> str:
    """The part of a pattern of the whole line for a cell of this type (None = any cell): without blanks around it unless
    `padded`, not written ="…" unless `wrapped`. No counted repetition: it would be ten times slower; lengths are looked
    at by `doubtful`.
    """
    if kind is None:
        return r"[^\x1f]*"
    # blanks inside a card, a phone or an address would look like blanks around it
    pattern = COLUMNS[kind].pattern.replace(" ]", "]").replace(r"\s]", r"\s\p{Zs}]")
    if kind in _FREE:
        inner = '"' if wrapped else ""
        pattern = rf"([^={inner}\p{{Zs}}{CONTROL}]([^{inner}{CONTROL}]*[^{inner}\p{{Zs}}{CONTROL}])?|)"
    else:
        pattern = f"({pattern}|{'|'.join(each.replace(chr(92), chr(92) * 2) for each in _EMPTY)})"
    if wrapped:
        pattern = f'({pattern}|="{pattern}")'
    return rf"\p{{Zs}}*{pattern}\p{{Zs}}*" if padded else pattern


def doubtful(kind: str, x: str, v: str) -> str | None:
    """For a cell whose line matches the pattern of the line: may it still be refused? Never NULL."""
    if COLUMNS[kind].longest:
        return f"(strlen({x}) > {COLUMNS[kind].longest} AND {x} IS NOT NULL)"
    return f"({x} IS NOT NULL AND {v} IS NULL)" if kind in {"date", "expiry", "time", "price"} else None


def _decimal(x: str, scale: int, *, commas: bool, digits: int) -> str:
    """X × 10^scale as BIGINT, rounded half away from zero where the pattern allows more decimals."""
    plain = f"replace({x}, ',', '')" if commas else x
    return f"CAST(TRY_CAST({plain} AS DECIMAL({digits}, {scale})) * {10**scale} AS BIGINT)"


def _day(x: str) -> str:
    """The day of a cell: 8 or 14 digits (day and serial), or with separators; NULL for a day that does not exist."""
    bare = f"trim({x}, chr(39))"
    compact = f"TRY_CAST({bare}[1:4] || '-' || {bare}[5:6] || '-' || {bare}[7:8] AS DATE)"
    plain = f"replace(replace(replace({bare}, '年', '-'), '月', '-'), '日', '')"
    written = f"TRY_CAST(replace(split_part({plain}, ' ', 1), '/', '-') AS DATE)"
    any_form = f"CASE WHEN {bare}[5] BETWEEN '0' AND '9' THEN {compact} ELSE {written} END"
    # the two usual forms cost a tenth of the others, and what they cannot read is none of them
    return (
        f"CASE WHEN strlen({x}) = 8 THEN coalesce(CAST(try_strptime({x}, '%Y%m%d') AS DATE), {any_form}) "
        f"WHEN strlen({x}) = 10 THEN coalesce(TRY_CAST({x} AS DATE), {any_form}) ELSE {any_form} END"
    )


def _time(x: str) -> str:
    """HH:MM:SS of a cell: text, or an integer that has lost its leading zero (93000 is 09:30:00)."""
    clock = f"CASE WHEN contains({x}, ' ') THEN split_part({x}, ' ', 2) ELSE {x} END"
    digits = f"(CASE WHEN length({x}) = 8 THEN {x}[1:6] ELSE lpad({x}, 6, '0') END)"
    from_digits = f"{digits}[1:2] || ':' || {digits}[3:4] || ':' || {digits}[5:6]"
    from_text = (
        f"lpad(split_part({clock}, ':', 1), 2, '0') || ':' || split_part({clock}, ':', 2) || ':' || "
        f"CASE WHEN split_part({clock}, ':', 3) = '' THEN '00' ELSE split_part({clock}, ':', 3)[1:2] END"
    )
    return (
        f"CASE WHEN strlen({x}) = 8 AND {x}[3] = ':' THEN {x} WHEN contains({x}, ':') THEN {from_text} "
        f"WHEN regexp_full_match({digits}, '([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]') THEN {from_digits} END"
    )


def value(kind: str, x: str, *, commas: bool = True) -> str:
    """The typed value of a text x that matches its pattern; NULL where the pattern passed but the value does not exist."""
    if kind in _DECIMALS:
        scale, digits = _DECIMALS[kind]
        return _decimal(x, scale, commas=commas and kind != "rate", digits=digits)
    if kind in {"date", "expiry"}:
        last = FOREVER if kind == "expiry" else "2100-12-31"
        day = f"WHEN {_day(x)} BETWEEN DATE '1900-01-01' AND DATE '{last}' THEN {_day(x)} END"
        forever = f"WHEN {x}[1] = '长' OR {x}[1] = '永' THEN DATE '{FOREVER}' " if kind == "expiry" else ""
        return f"CASE {forever}{day}"
    readers = {"time": _time(x), "card": f"replace({x}, ' ', '')", "name": tidy_name(x, narrow=False)}
    return readers.get(kind, x)


_WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
_NARROW = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F))
_CJK = r"\p{Han}"


def tidy_name(x: str, *, narrow: bool) -> str:
    """A name without the blanks inside Chinese words (雪 莱 特); of securities also full-width letters (万 科Ａ → 万科A)."""
    text = f"translate({x}, {quoted(_WIDE)}, {quoted(_NARROW)})" if narrow else x
    joined = rf"regexp_replace(regexp_replace({text}, '({_CJK})[ 　]+', '\1', 'g'), '[ 　]+({_CJK})', '\1', 'g')"
    odd = r"[ 　\x{FF01}-\x{FF5E}]" if narrow else "[ 　]"
    return f"CASE WHEN regexp_matches({x}, '{odd}') THEN {joined} ELSE {x} END"


def optional_zero(kind: str, x: str) -> str:
    """Days that a system writes as 0 or 00000000 are no day."""
    return f"nullif(nullif({x}, '0'), '00000000')" if kind in {"date", "expiry"} else x


def reason(kind: str, x: str, v: str) -> str:
    """The reason code for a cell that is not accepted; x its text, v its (NULL) value."""
    column = COLUMNS[kind]
    numeric = column.code == "not_a_number"
    checks = [f"WHEN contains({x}, {quoted(LOST_DIGITS)}) THEN 'number_lost_digits'"]
    if numeric or kind in {"identifier", "code", "card", "document"}:
        checks.append(f"WHEN regexp_full_match({x}, {quoted(SCIENTIFIC)}) THEN 'scientific_notation'")
    if numeric:
        checks += [
            f"WHEN regexp_full_match({x}, {quoted(TOO_LARGE)}) THEN 'number_too_large'",
            f"WHEN regexp_full_match({x}, {quoted(TOO_MANY_DECIMALS)}) AND NOT {matches(kind, x)} THEN 'too_many_decimals'",
            f"WHEN regexp_full_match({x}, {quoted(WITH_UNIT)}) THEN 'number_with_unit'",
        ]
    if kind in {"date", "expiry"}:
        checks.append(f"WHEN {matches(kind, x)} AND {v} IS NULL THEN 'impossible_day'")
    if column.longest:
        checks.append(f"WHEN length({x}) > {column.longest} THEN 'too_long'")
    return f"CASE {' '.join(checks)} ELSE '{column.code}' END"
