"""From measures to ranks, tiers and distances: one query per branch or for many branches at once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from duckdb import DuckDBPyConnection
from duckdb import InvalidInputException as DuckDBInvalidInput

from crm.lib import columnar
from crm.lib.money import round_half_up
from segmentation.models import Tier, TierScheme
from segmentation.tiers.distances import distances_sql
from segmentation.tiers.measures import BY_COMMISSION, commission_sql, open_clients_sql, traded_sql, worth_sql
from segmentation.tiers.period import period_start
from segmentation.tiers.rates import missing_rate_in, prepare_rates

STEPS = (Tier.VIP, Tier.KEY, Tier.ORDINARY, Tier.SMALL)  # step 1 is the highest


def tier_places(count: int, scheme: TierScheme) -> tuple[int, int, int]:
    """How many of `count` open clients are VIP, VIP or key, and up to ordinary: round-half-up(N × cumulative share) (T2)."""
    shares = (scheme.vip_permille, scheme.key_permille, scheme.ordinary_permille)
    vip, key, ordinary = (round_half_up(Decimal(count * share) / 1000) for share in shares)
    return vip, key, ordinary


def rank_clients(
    con: DuckDBPyConnection,
    scheme: TierScheme,
    as_of: date,
    *,
    pins: Mapping[int, str] | None = None,
    into: str = "tiers",
) -> int:
    """Make the table `tiers` (one row per open client, ranked inside its branch) and return its count of rows (T1–T8).

    The order is measure descending, net assets descending, client number ascending as text; whom T4 excludes comes after
    all others. A measure of zero or less is never above small. Pinned clients keep their computed place in the count and
    `tier` shows the pin (T6). Raises MissingRate naming currency and day."""
    start = period_start(as_of, scheme.period_months)
    prepare_rates(con, start, as_of)
    _keep_pins(con, pins or {})
    try:
        con.execute(f"CREATE OR REPLACE TABLE {into} AS {_query(scheme, start, as_of)}")
    except DuckDBInvalidInput as error:
        raise missing_rate_in(error) or error from error
    return columnar.count_rows(con, into)


def _keep_pins(con: DuckDBPyConnection, pins: Mapping[int, str]) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE tier_pins (client_id BIGINT, tier VARCHAR)")
    if pins:
        con.executemany("INSERT INTO tier_pins VALUES (?, ?)", [[client, str(tier)] for client, tier in pins.items()])


def _query(scheme: TierScheme, start: date, as_of: date) -> str:
    by_commission = scheme.measure in BY_COMMISSION
    step, to_next, above_lower, edges = distances_sql(scheme)
    names = "CASE {0} WHEN 1 THEN 'vip' WHEN 2 THEN 'key' WHEN 3 THEN 'ordinary' ELSE 'small' END"
    return f"""
        WITH {_members(scheme, start, as_of)},
        ranked AS MATERIALIZED (
            SELECT *, row_number() OVER (
                PARTITION BY branch_id ORDER BY is_giant, measure DESC, net_fen DESC, client_number) AS rank
            FROM members
        ),
        sizes AS (
            SELECT branch_id, (2 * n * {scheme.vip_permille} + 1000) // 2000 AS place_1,
                (2 * n * {scheme.key_permille} + 1000) // 2000 AS place_2,
                (2 * n * {scheme.ordinary_permille} + 1000) // 2000 AS place_3
            FROM (SELECT branch_id, count(*)::BIGINT AS n FROM members GROUP BY branch_id)
        ),
        stepped AS (
            SELECT ranked.*, CASE WHEN is_giant OR measure <= 0 THEN 4 {step} ELSE 4 END AS step
            FROM ranked JOIN sizes USING (branch_id)
        )
        {edges}
        SELECT c.branch_id, c.client_id, {names.format("c.step")} AS computed_tier,
            coalesce(pin.tier, {names.format("c.step")}) AS tier, c.measure AS measure_fen, c.rank::INTEGER AS rank,
            c.net_fen AS net_assets_fen, {to_next} AS to_next_fen, {above_lower} AS above_lower_fen,
            pin.tier IS NOT NULL AS pinned,
            CASE WHEN pin.tier IS NOT NULL THEN 'pin' WHEN c.is_giant THEN 'sleeping_giant'
                WHEN c.measure <= 0 THEN '{"no_commission" if by_commission else "no_assets"}' ELSE '' END AS reason
        FROM stepped c {_join_edges(edges)} LEFT JOIN tier_pins pin ON pin.client_id = c.client_id"""


def _join_edges(edges: str) -> str:
    return "JOIN edges e ON e.branch_id = c.branch_id AND e.step = c.step" if edges else ""


def _members(scheme: TierScheme, start: date, as_of: date) -> str:
    # An assets scheme does not look at trades at all, except for T4's turnover.
    paid = f"paid AS ({commission_sql(start, as_of)})," if scheme.measure in BY_COMMISSION else ""
    measure = "coalesce(paid.commission_fen, 0)" if paid else "coalesce(worth.net_fen, 0)"
    giants, is_giant, join_giants = "", "false", ""
    if scheme.exclude_custody_rank_permille is not None and scheme.exclude_turnover_below_e2 is not None:
        giants = f"giants AS ({_giants(scheme, start, as_of)}),"
        is_giant, join_giants = "giants.client_id IS NOT NULL", "LEFT JOIN giants USING (client_id)"
    return f"""open_clients AS MATERIALIZED ({open_clients_sql(as_of)}),
        worth AS ({worth_sql(as_of)}), {paid} {giants}
        members AS (
            SELECT branch_id, client_id, client_number, {measure}::BIGINT AS measure,
                coalesce(worth.net_fen, 0)::BIGINT AS net_fen, {is_giant} AS is_giant
            FROM open_clients LEFT JOIN worth USING (client_id)
            {"LEFT JOIN paid USING (client_id)" if paid else ""} {join_giants}
        )"""


def _giants(scheme: TierScheme, start: date, as_of: date) -> str:
    # T4: among the largest custody values of the branch, and the yearly turnover of what lies there is negligible.
    return f"""SELECT client_id FROM (
            SELECT client_id, custody_fen, coalesce(traded_fen, 0) AS traded_fen,
                row_number() OVER (PARTITION BY branch_id ORDER BY custody_fen DESC, client_number) AS custody_rank,
                count(*) OVER (PARTITION BY branch_id) AS n
            FROM open_clients LEFT JOIN worth USING (client_id)
            LEFT JOIN ({traded_sql(start, as_of)}) USING (client_id)
        )
        WHERE custody_fen > 0 AND custody_rank <= (2 * n * {scheme.exclude_custody_rank_permille} + 1000) // 2000
            AND traded_fen::HUGEINT * 1200
                <= {scheme.exclude_turnover_below_e2}::HUGEINT * custody_fen * {scheme.period_months}"""
