"""Who is asleep: the states of rule R2, decided from facts alone, each with the numbers that decided it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from duckdb import DuckDBPyConnection

from crm.lib import formats

FEWEST_GAPS = 3  # fewer of a client's own gaps say nothing about its rhythm

SENTENCES = {
    "traded": ngettext_lazy(
        "Last trade {days} day ago, within the usual rhythm",
        "Last trade {days} days ago, within the usual rhythm",
        "number",
    ),
    "beyond_gaps": _("No trade for {days} days; nine in ten of the client's own gaps were at most {gap_p90} days"),
    "beyond_default": _("No trade for {days} days; too few earlier trades to know the usual rhythm"),
    "silent_with_assets": _("No trade for {days} days, net assets of {assets_fen}"),
    "silent_without_assets": _("No trade for {days} days, net assets of {assets_fen} below {floor_fen}"),
    "silent_for_long": _("No trade for {days} days; dormant account by the confirmed rule of {rule_days} days"),
    "never_traded": _("Never traded"),
    "account_closed": _("Closed on {closed_on}"),
}


def classify_clients(
    con: DuckDBPyConnection,
    as_of: date,
    *,
    floor_fen: int,
    silence_days: int = 180,
    cooling_default: int = 90,
    regulatory_days: int | None = None,
) -> None:
    """Make the table `states`(client_id, state, reason, last_active_on, gap_p90) for every client opened by the day (R2),
    from `features` of that day. No trade in n days means none in (as_of − n, as_of]; net assets of exactly the floor
    count as above it; unknown assets as none. Gaps and the silence held against them are counted without the exchange's
    holidays. `regulatory_days` is the rule that compliance has confirmed; None switches it off."""
    day = f"DATE '{as_of}'"
    ruled = f"f.silent_days >= {regulatory_days}" if regulatory_days is not None else "false"
    # Longer than 90 % of the gaps: at least nine tenths of them are shorter than the silence.
    con.execute(f"""CREATE OR REPLACE TABLE states AS
        WITH told AS (
            SELECT f.*, coalesce(f.assets_fen, 0) AS worth_fen, f.last_active_on IS NULL AS is_never,
                coalesce({ruled}, false) AS is_ruled, f.silent_days >= {silence_days} AS is_silent,
                f.gap_count >= {FEWEST_GAPS} AND f.gaps_shorter * 10 >= f.gap_count * 9 AS is_beyond_gaps,
                f.gap_count < {FEWEST_GAPS} AND f.silent_days >= {cooling_default} AS is_beyond_default
            FROM features f WHERE f.as_of = {day})
        SELECT client_id,
            CASE WHEN is_never THEN 'never' WHEN is_ruled THEN 'regulatory_dormant'
                WHEN is_silent AND worth_fen >= {floor_fen} THEN 'dormant' WHEN is_silent THEN 'empty'
                WHEN is_beyond_gaps OR is_beyond_default THEN 'cooling' ELSE 'active' END AS state,
            CASE WHEN is_never THEN json_object('code', 'never_traded', 'slots', json_object())
                WHEN is_ruled THEN json_object('code', 'silent_for_long', 'slots',
                    json_object('days', silent_days, 'rule_days', {regulatory_days or 0}))
                WHEN is_silent AND worth_fen >= {floor_fen} THEN json_object('code', 'silent_with_assets', 'slots',
                    json_object('days', silent_days, 'assets_fen', worth_fen))
                WHEN is_silent THEN json_object('code', 'silent_without_assets', 'slots',
                    json_object('days', silent_days, 'assets_fen', worth_fen, 'floor_fen', {floor_fen}))
                WHEN is_beyond_gaps THEN json_object('code', 'beyond_gaps', 'slots', json_object('days', silent_days,
                    'gap_p90', gap_p90, 'gaps', gap_count))
                WHEN is_beyond_default THEN json_object('code', 'beyond_default', 'slots',
                    json_object('days', silent_days))
                ELSE json_object('code', 'traded', 'slots', json_object('days', silent_days)) END::VARCHAR AS reason,
            last_active_on, gap_p90
        FROM told
        UNION ALL
        SELECT c.client_id, 'closed', json_object('code', 'account_closed', 'slots',
            json_object('closed_on', c.closed_on::VARCHAR))::VARCHAR, l.last_active_on, NULL
        FROM clients c LEFT JOIN (
            SELECT client_id, max(day) AS last_active_on FROM trade_days GROUP BY client_id) l USING (client_id)
        WHERE c.closed_on <= {day}""")


def sentence(reason: Mapping[str, Any]) -> str:
    """A stored reason as a sentence in the active language; raises KeyError for an unknown code."""
    shown = {name: _shown(name, value) for name, value in reason["slots"].items()}
    told: str = SENTENCES[reason["code"]].format(number=reason["slots"].get("days", 0), **shown)
    return told


def _shown(name: str, value: Any) -> str:
    return formats.exact(value) if name.endswith("_fen") else str(value)
