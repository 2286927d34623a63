"""Finding risks (B9): sets over the facts of a night, in the connection in which its features and behaviour were made."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from duckdb import DuckDBPyConnection

from clients.instruments import instrument_class
from clients.product_risks import Levels
from segmentation.features.balances import rate_join_sql
from segmentation.features.flows import flow_rows_sql
from segmentation.tiers.rates import fen_sql
from servicing.alerts.numbers import Numbers

FRESH_DAYS = 45  # holdings and margin older than this are not what a client has now
_NO_RISK = 2  # products up to R2 are kept like cash: nobody is told of too much of them


@dataclass(frozen=True)
class Watched:
    """A client whose risks are looked at: level C1–C5 as 1–5 (0: none, or a professional investor, who is held to none), and
    the own loss line in 1/10,000."""

    client_id: int
    level: int = 0
    loss_line_e4: int | None = None


@dataclass(frozen=True)
class Found:
    """A risk that holds on a day. `band` 0 is just below the line: it raises nothing and ends nothing."""

    client_id: int
    kind: str
    subject: str
    band: int
    slots: dict[str, Any]


def find_risks(
    con: DuckDBPyConnection, as_of: date, numbers: Numbers, levels: Levels, watched: Iterable[Watched]
) -> list[Found]:
    """Every risk of the watched clients on a day, in a fixed order. Reads the fact views and the tables of features and
    behaviour of the same day."""
    _load(con, list(watched), levels)
    _make_held(con, as_of)
    parts = (
        _concentration(numbers),
        _level(numbers),
        _loss(numbers),
        _drawdown(as_of, numbers),
        _margin(as_of, numbers),
    )
    found = []
    for kind, sql in zip(("concentration", "level", "loss", "drawdown", "maintenance"), parts, strict=True):
        rows = con.execute(f"""SELECT client_id, subject, band, to_json(slots)::VARCHAR FROM ({sql}) SEMI JOIN watched
            USING (client_id) WHERE band IS NOT NULL ORDER BY client_id, subject""").fetchall()
        found += [Found(client, kind, subject, band, json.loads(slots)) for client, subject, band, slots in rows]
    return found


def _load(con: DuckDBPyConnection, watched: list[Watched], levels: Levels) -> None:
    con.execute(  # as lists: DuckDB takes single rows a thousand times slower
        "CREATE OR REPLACE TEMP TABLE watched AS SELECT unnest($ids::BIGINT[]) AS client_id,"
        " unnest($levels::INT[]) AS level, unnest($lines::INT[]) AS loss_line_e4",
        {
            "ids": [one.client_id for one in watched],
            "levels": [one.level for one in watched],
            "lines": [one.loss_line_e4 for one in watched],
        },
    )
    known = {
        (kind or instrument_class(code, market), code): row.level for (kind, market, code), row in levels.rows.items()
    }
    con.execute(
        "CREATE OR REPLACE TEMP TABLE product_levels AS SELECT unnest($kinds::VARCHAR[]) AS kind,"
        " unnest($codes::VARCHAR[]) AS code, unnest($levels::INT[]) AS level",
        {
            "kinds": [kind for kind, _code in known],
            "codes": [code for _kind, code in known],
            "levels": [int(level[1]) for level in known.values()],
        },
    )


def _make_held(con: DuckDBPyConnection, as_of: date) -> None:
    """Make `held`: what a client holds of each security by the newest report of each open account, with its risk level."""
    day = f"DATE '{as_of}'"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE held AS
        WITH newest AS (
            SELECT account_id, max(day) AS day FROM holdings WHERE day <= {day} AND day > {day} - {FRESH_DAYS}
            GROUP BY account_id),
        by_security AS (
            SELECT h.client_id, h.security_code AS code, coalesce(nullif(h.instrument_class, ''), 'other') AS kind,
                sum(greatest({fen_sql("h.value_minor", "h", day)}, 0))::BIGINT AS fen, max(h.day) AS day
            FROM holdings h JOIN newest n ON n.account_id = h.account_id AND n.day = h.day
            {rate_join_sql("h", as_of)}
            ANTI JOIN (SELECT account_id FROM accounts WHERE closed_on <= {day}) closed
                ON closed.account_id = h.account_id
            GROUP BY ALL)
        SELECT s.*, coalesce(own.level, class.level) AS level FROM by_security s
        LEFT JOIN product_levels own ON own.kind = s.kind AND own.code = s.code
        LEFT JOIN product_levels class ON class.kind = s.kind AND class.code = ''""")


def _band(value: str, line: str, step: int) -> str:
    """How many steps beyond the line, from 1; 0 up to half a step before it, NULL farther away."""
    return (
        f"CASE WHEN {value} >= {line} THEN (({value} - {line}) // {step} + 1)::INT"
        f" WHEN {value} >= {line} - {step // 2} THEN 0 END"
    )


def _concentration(numbers: Numbers) -> str:
    """The share of one security in the net assets of the day of the holdings."""
    return f"""WITH net AS (
            SELECT h.client_id, h.day, arg_max(t.total_fen, t.day) AS net_fen
            FROM (SELECT DISTINCT client_id, day FROM held) h
            JOIN asset_totals t ON t.client_id = h.client_id AND t.day <= h.day AND t.day > h.day - {FRESH_DAYS}
            GROUP BY h.client_id, h.day),
        shares AS (
            SELECT h.client_id, h.code, h.kind, h.fen, h.day, n.net_fen,
                (h.fen::HUGEINT * 10000 // n.net_fen)::BIGINT AS e4
            FROM held h JOIN net n ON n.client_id = h.client_id AND n.day = h.day
            WHERE coalesce(h.level, 5) > {_NO_RISK} AND h.fen > 0 AND n.net_fen >= {max(numbers.floor, 1)})
        SELECT client_id, kind || ':' || code AS subject, {_band("e4", str(numbers.concentration), numbers.step)} AS band,
            {{'code': code, 'kind': kind, 'fen': fen, 'net_fen': net_fen, 'e4': e4, 'on': day::VARCHAR}} AS slots
        FROM shares"""


def _level(numbers: Numbers) -> str:
    """What is held above the client's own level; worse by every step between the two."""
    return f"""SELECT h.client_id, '' AS subject, (max(h.level) - w.level)::INT AS band,
            {{'client': w.level, 'product': max(h.level), 'n': count(*), 'fen': sum(h.fen)::BIGINT,
              'on': max(h.day)::VARCHAR}} AS slots
        FROM held h JOIN watched w USING (client_id) WHERE w.level > 0 AND h.level > w.level AND h.fen > 0
        GROUP BY h.client_id, w.level HAVING sum(h.fen) >= {numbers.level_floor}"""


def _loss(numbers: Numbers) -> str:
    """The loss of twelve months (B2) against the line that the client drew."""
    return f"""SELECT b.client_id, '' AS subject, {_band("-b.result_e4", "w.loss_line_e4", numbers.step)} AS band,
            {{'e4': -b.result_e4, 'line_e4': w.loss_line_e4, 'fen': -b.result_fen, 'from': b.result_from::VARCHAR}} AS slots
        FROM behaviour b JOIN watched w USING (client_id) WHERE w.loss_line_e4 IS NOT NULL AND b.result_e4 < 0"""


def _drawdown(as_of: date, numbers: Numbers) -> str:
    """The fall from the highest day, each day restated to today's capital: with what came in since, without what went. It is a
    share of what was there then, or of that with what came in, whichever is more: who takes most out has not lost it."""
    first = f"DATE '{as_of}' - {numbers.drawdown_days}"
    return f"""WITH flows AS (
            SELECT client_id, day, sum(fen)::BIGINT AS fen
            FROM ({flow_rows_sql(as_of, first, f"DATE '{as_of}'")}) GROUP BY client_id, day),
        until AS (
            SELECT client_id, day, sum(fen) OVER (PARTITION BY client_id ORDER BY day)::BIGINT AS fen FROM flows),
        whole AS (SELECT client_id, sum(fen)::BIGINT AS fen FROM flows GROUP BY client_id),
        totals AS (SELECT client_id, day, total_fen FROM asset_totals WHERE day >= {first}),
        restated AS (  -- the dear join is for those who moved money
            SELECT client_id, day, total_fen, total_fen AS fen FROM totals ANTI JOIN whole USING (client_id)
            UNION ALL
            SELECT t.client_id, t.day, t.total_fen, t.total_fen + t.whole - coalesce(u.fen, 0)
            FROM (SELECT totals.*, whole.fen AS whole FROM totals JOIN whole USING (client_id)) t
            ASOF LEFT JOIN until u ON u.client_id = t.client_id AND t.day >= u.day),
        peaks AS (  -- of equal days the latest; an integer to compare by, for a struct costs three times as much
            SELECT client_id, arg_max(fen, height) AS peak_fen, arg_max(day, height) AS peak_on,
                arg_max(total_fen, height) AS then_fen, arg_max(total_fen, day) AS now_fen
            FROM (SELECT *, fen * 1000 + (day - {first}) AS height FROM restated) GROUP BY client_id),
        falls AS (
            SELECT client_id, peak_on, peak_fen - now_fen AS fen, greatest(then_fen, peak_fen) AS base FROM peaks),
        shares AS (
            SELECT *, (fen::HUGEINT * 10000 // base)::BIGINT AS e4 FROM falls WHERE base >= {max(numbers.floor, 1)})
        SELECT client_id, '' AS subject, {_band("e4", str(numbers.drawdown), numbers.step)} AS band,
            {{'e4': e4, 'fen': fen, 'peak_on': peak_on::VARCHAR}} AS slots
        FROM shares"""


def _margin(as_of: date, numbers: Numbers) -> str:
    """The maintenance ratio: what stands behind a margin debt, by the account's newest report; the lower the worse."""
    day = f"DATE '{as_of}'"
    return f"""WITH newest AS (
            SELECT a.account_id, a.client_id, a.currency, max(a.day) AS day, arg_max(a.debt_minor, a.day) AS debt,
                arg_max(a.net_minor, a.day) AS net
            FROM assets a ANTI JOIN (SELECT account_id FROM accounts WHERE closed_on <= {day}) closed
                ON closed.account_id = a.account_id
            WHERE a.day <= {day} AND a.day > {day} - {FRESH_DAYS} GROUP BY ALL),
        ratios AS (
            SELECT n.account_id, n.client_id, n.day, {fen_sql("n.debt", "n", day)} AS debt_fen,
                ((n.net + n.debt)::HUGEINT * 10000 // n.debt)::BIGINT AS e4
            FROM newest n {rate_join_sql("n", as_of)} WHERE n.debt > 0
            QUALIFY row_number() OVER (PARTITION BY n.account_id ORDER BY e4) = 1)
        SELECT client_id, account_id::VARCHAR AS subject,
            {_band("-e4", str(-numbers.maintenance), numbers.step)} AS band,
            {{'e4': e4, 'line_e4': {numbers.maintenance}, 'debt_fen': debt_fen, 'on': day::VARCHAR}} AS slots
        FROM ratios"""
