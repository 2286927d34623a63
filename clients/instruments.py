"""What a security code is: its market and its instrument class, in Python and as a DuckDB expression from one table.

Codes are dated (F5): 北交所 shares carry 43, 83, 87, 88 and since 2025-10-09 920; both ranges are kept.
"""

from __future__ import annotations

import re

# Market → instrument class → prefixes of the code. Prefixes of a market do not overlap.
PREFIXES: dict[str, dict[str, str]] = {
    "sh": {
        "main": "600 601 603 605",
        "star": "688 689",
        "b_share": "900",
        "etf": "510 511 512 513 515 516 517 518 520 530 551 560 561 562 563 588 589",
        "lof": "501 502 506",
        "fund": "500 505 508 519",
        "convertible": "100 110 111 113 118",
        "reverse_repo": "204",
        "bond": "009 010 018 019 020 021 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 136 137 138 "
        "139 140 141 142 143 144 145 146 147 148 149 150 151 152 153 154 155 156 157 158 159 160 161 162 163 164 "
        "165 166 167 168 169 170 171 172 173 174 175 176 177 178 179 180 181 182 183 184 185 186 187 188 189 240 241 242 243 244 "
        "250 251 252 253 254 255 256 257 258 259 260 261 262 263 270 271",
    },
    "sz": {
        "main": "000 001 002 003 004",
        "chinext": "300 301 302",
        "b_share": "200 201",
        "etf": "158 159",
        "lof": "160 161 162 163 164 165 166 167 168 169",
        "fund": "150 151 180 184",
        "convertible": "123 125 126 127 128",
        "reverse_repo": "1318",
        "bond": "100 101 102 103 104 105 106 107 108 109 111 112 114 115 116 117 118 119 130 133 134 135 136 137 138 139 140 143 "
        "144 145 146 147 148 149 190 191 192 193 194 195 196 197 198 199",
    },
    "bj": {"bse": "400 420 430 43 81 82 83 87 88 92"},
}
# Where the market is not known, a prefix that both cities use is nobody's; these are the ones that in practice mean one.
_USUAL = {"etf": "159 511 512 513", "convertible": "110 113 123 127 128", "reverse_repo": "204 1318"}

_NOTE = re.compile(r"S[A-Z0-9]{5}")  # 收益凭证 carry a code like SXY123


def _unambiguous() -> dict[str, tuple[str, str]]:
    owners: dict[str, list[tuple[str, str]]] = {}
    for market, classes in PREFIXES.items():
        for name, prefixes in classes.items():
            for prefix in prefixes.split():
                owners.setdefault(prefix, []).append((market, name))
    alone = {prefix: who[0] for prefix, who in owners.items() if len(who) == 1}
    for name, prefixes in _USUAL.items():
        for prefix in prefixes.split():
            alone[prefix] = next(owner for owner in owners[prefix] if owner[1] == name)
    return alone


_ALONE = _unambiguous()


def _by_prefix(code: str, table: dict[str, tuple[str, str]]) -> tuple[str, str] | None:
    return next((table[code[:size]] for size in (4, 3, 2) if code[:size] in table), None)


def market_of(code: str) -> str:
    """The market that a full code (6 digits, Hong Kong 5) belongs to, '' where the code alone does not say."""
    if re.fullmatch(r"\d{5}", code):
        return "hk"
    hit = _by_prefix(code, _ALONE) if re.fullmatch(r"\d{6}", code) else None
    return hit[0] if hit else ""


def instrument_class(code: str, market: str) -> str:
    """main, chinext, star, bse, hk, b_share, etf, lof, convertible, bond, reverse_repo, fund, note or other."""
    if re.fullmatch(r"\d{5}", code) or market == "hk":
        return "hk" if re.fullmatch(r"\d{5}", code) else "other"
    if _NOTE.fullmatch(code):
        return "note"
    if not re.fullmatch(r"\d{6}", code):
        return "other"
    if market in PREFIXES:
        table = {prefix: (market, name) for name, prefixes in PREFIXES[market].items() for prefix in prefixes.split()}
        hit = _by_prefix(code, table)
    else:
        hit = _by_prefix(code, _ALONE)
    return hit[1] if hit else "other"


def _case(code: str, table: dict[str, str]) -> str:
    """`CASE` over prefixes, longest first. A pattern per class: DuckDB would make a join of every IN list."""
    whens = []
    for size in (4, 3, 2):
        values: dict[str, list[str]] = {}
        for prefix, value in table.items():
            if len(prefix) == size:
                values.setdefault(value, []).append(prefix)
        for value, prefixes in values.items():
            whens.append(f"WHEN regexp_matches({code}, '^({'|'.join(sorted(prefixes))})') THEN '{value}'")
    return "CASE " + " ".join(whens) + " ELSE NULL END"


def market_of_sql(code: str) -> str:
    """DuckDB expression for `market_of`; `code` is a column or expression."""
    prefixes = {prefix: owner[0] for prefix, owner in _ALONE.items()}
    return (
        f"CASE WHEN regexp_full_match({code}, '[0-9]{{5}}') THEN 'hk' "
        f"WHEN regexp_full_match({code}, '[0-9]{{6}}') THEN coalesce({_case(code, prefixes)}, '') ELSE '' END"
    )


def instrument_class_sql(code: str, market: str) -> str:
    """DuckDB expression for `instrument_class`; `code` and `market` are columns or expressions."""
    branches = " ".join(
        f"WHEN {market} = '{name}' THEN coalesce("
        + _case(code, {prefix: kind for kind, prefixes in classes.items() for prefix in prefixes.split()})
        + ", 'other')"
        for name, classes in PREFIXES.items()
    )
    alone = _case(code, {prefix: owner[1] for prefix, owner in _ALONE.items()})
    return (
        f"CASE WHEN regexp_full_match({code}, '[0-9]{{5}}') THEN 'hk' WHEN {market} = 'hk' THEN 'other' "
        f"WHEN regexp_full_match({code}, 'S[A-Z0-9]{{5}}') THEN 'note' "
        f"WHEN {code} IS NULL OR NOT regexp_full_match({code}, '[0-9]{{6}}') THEN 'other' "
        f"{branches} ELSE coalesce({alone}, 'other') END"
    )
