"""Which security a row means: its code with the zeros it may have lost, its market, its instrument class, its tidy name.

A file names few securities in many rows, so this is worked out once for each (code, market, name) that occurs.
"""

from __future__ import annotations

from clients.export_files.cells import tidy_name
from clients.export_files.resolving import Check, Context
from clients.instruments import instrument_class_sql, market_of_sql

# The code as written: with a market before or behind it, or bare.
_BARE = r"""CASE WHEN security_code IS NULL THEN NULL WHEN length(security_code) <= 6 THEN upper(security_code)
    WHEN regexp_full_match(security_code, '[0-9]{1,6}\.[A-Za-z]+') THEN split_part(security_code, '.', 1)
    WHEN regexp_full_match(security_code, '[A-Za-z]{2}[0-9]{6}') THEN security_code[3:8] ELSE upper(security_code) END"""
_WRITTEN_MARKET = """CASE WHEN security_code IS NULL OR length(security_code) <= 4 THEN NULL
    WHEN contains(security_code, '.') THEN CASE upper(split_part(security_code, '.', 2))
        WHEN 'SH' THEN 'sh' WHEN 'SS' THEN 'sh' WHEN 'XSHG' THEN 'sh' WHEN 'SZ' THEN 'sz' WHEN 'XSHE' THEN 'sz'
        WHEN 'BJ' THEN 'bj' WHEN 'HK' THEN 'hk' END
    WHEN length(security_code) = 8 AND upper(security_code[1:2]) IN ('SH', 'SZ', 'BJ') THEN lower(security_code[1:2]) END"""
# Lost zeros come back where the market says how many digits the code has, or the name says which code it is. 上海 has
# codes with a zero in front only for bonds (009, 010, 018–021). Five digits with a zero in front are Hong Kong's own.
_CODE = """CASE WHEN bare IS NULL THEN '' WHEN NOT regexp_full_match(bare, '[0-9]{1,5}') THEN bare
    WHEN said = 'hk' THEN lpad(bare, 5, '0') WHEN said = 'sz' THEN lpad(bare, 6, '0')
    WHEN said = 'sh' AND length(bare) = 5 AND bare[1] IN ('1', '2', '9') THEN '0' || bare
    WHEN named IS NOT NULL AND named = lpad(bare, CAST(length(named) AS INTEGER), '0') THEN named
    WHEN length(bare) = 5 AND bare[1] = '0' THEN bare END"""
_OWNER = """CASE WHEN place <> '' THEN place WHEN regexp_full_match(securities_account, '[A-F][0-9]{9}') THEN 'sh'
    WHEN regexp_full_match(securities_account, '0[0-9]{9}') THEN 'sz' ELSE '' END"""
_KEYS = ("security_code", "market", "security_name")

LOST_ZEROS = Check("code IS NULL", "lost_zeros", "security_code")
NOTES = {
    "codes_padded": "padded",
    "names_without_code": "code = '' AND security_name IS NOT NULL",
    "market_unknown": "market_strange",
    "short_accounts": "regexp_full_match(securities_account, '[0-9]{1,9}')",
}


def with_security(context: Context, source: str) -> str:
    """The source with code (NULL = its zeros are lost), place (its market), instrument, security_name, padded.

    `source` has securities_account and raw_security_code, raw_market and raw_security_name as in the file.
    """
    context.map_word("market")
    _name_codes(context)
    _work_out(context)
    on = " AND ".join(f"coalesce(s.raw_{key}, '') = z.raw_{key}" for key in _KEYS)
    return f"""SELECT * EXCLUDE (place, instrument, instrument_sh, instrument_sz), owner AS place,
        CASE WHEN place <> '' THEN instrument WHEN owner = 'sh' THEN instrument_sh WHEN owner = 'sz' THEN instrument_sz
            ELSE instrument END AS instrument
        FROM (SELECT s.* EXCLUDE (raw_security_code, raw_market, raw_security_name),
            z.* EXCLUDE (raw_security_code, raw_market, raw_security_name), {_OWNER} AS owner
        FROM ({source}) AS s JOIN securities AS z ON {on})"""


def raw_keys(context: Context) -> str:
    """Select list of what `with_security` joins by."""
    return ", ".join(f"{context.column(key)} AS raw_{key}" for key in _KEYS)


def _name_codes(context: Context) -> None:
    """Names that stand for one code: known ones, and those that the same file shows with a whole code."""
    con = context.con
    con.execute("CREATE OR REPLACE TEMP TABLE named_codes (security_name VARCHAR, named VARCHAR)")
    if context.known_names:
        con.executemany("INSERT INTO named_codes VALUES (?, ?)", list(context.known_names.items()))
    if not (context.has("security_code") and context.has("security_name")):
        return
    name = tidy_name("security_name", narrow=True)
    con.execute(
        f"""INSERT INTO named_codes SELECT name, min(security_code) FROM (
            SELECT DISTINCT {name} AS name, security_code FROM (
                SELECT DISTINCT security_name, security_code FROM parsed WHERE problem IS NULL)
            WHERE security_name IS NOT NULL AND regexp_full_match(security_code, '[0-9]{{6}}|0[0-9]{{4}}'))
        WHERE name NOT IN (SELECT security_name FROM named_codes) GROUP BY name HAVING count(*) = 1"""
    )


def _work_out(context: Context) -> None:
    keys = ", ".join(f"coalesce({context.column(key)}, '') AS raw_{key}" for key in _KEYS)
    classes = ", ".join(
        f"{instrument_class_sql('code', place)} AS {name}"
        for place, name in (("place", "instrument"), ("'sh'", "instrument_sh"), ("'sz'", "instrument_sz"))
    )
    name = tidy_name("raw_security_name", narrow=True)
    market = "LEFT JOIN words_market AS w ON raw_market = w.word" if context.has("market") else ""
    context.con.execute(
        f"""CREATE OR REPLACE TEMP TABLE securities AS
        SELECT * EXCLUDE (said, bare, named), coalesce(length(code) > length(bare), false) AS padded, {classes} FROM (
        SELECT *, CASE WHEN said IS NOT NULL THEN said ELSE {market_of_sql("code")} END AS place FROM (
        SELECT *, {_CODE} AS code FROM (
        SELECT raw_security_code, raw_market, raw_security_name, k.security_name, bare, said, market_strange, n.named FROM (
        SELECT *, {_BARE} AS bare, coalesce(market, {_WRITTEN_MARKET}) AS said FROM (
        SELECT d.*, nullif({name}, '') AS security_name, nullif(raw_security_code, '') AS security_code,
            {"w.m.v" if market else "CAST(NULL AS VARCHAR)"} AS market,
            {"raw_market <> '' AND w.word IS NULL" if market else "false"} AS market_strange
        FROM (SELECT DISTINCT {keys} FROM parsed AS p WHERE problem IS NULL) AS d {market})) AS k
        LEFT JOIN named_codes AS n ON k.security_name = n.security_name)))"""
    )


def currency_sql(context: Context) -> str:
    """The currency of a row: as written, else by the B-share code, else CNY."""
    written = "currency" if context.has("currency") else "CAST(NULL AS VARCHAR)"
    return (
        f"coalesce({written}, CASE WHEN instrument <> 'b_share' THEN 'CNY' WHEN place = 'sh' THEN 'USD' "
        "WHEN place = 'sz' THEN 'HKD' ELSE 'CNY' END)"
    )
