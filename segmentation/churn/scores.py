"""Scoring a branch's clients with the model in force."""

from datetime import date

import numpy as np
import pandas as pd
from duckdb import DuckDBPyConnection

from segmentation.churn import fit
from segmentation.labels import REGULAR_SQL, eligible_sql
from segmentation.models import Band, ScoreModel
from segmentation.reasons import reasons_sql
from segmentation.thresholds import threshold

CUTS = ((Band.HIGH, "band_high"), (Band.RAISED, "band_raised"), (Band.WATCH, "band_watch"))
# Bands only, where no probability may be shown: the riskiest 5 % of the clients who trade regularly are high, up to 15 %
# raised, up to 30 % watch; the others have no trading that could collapse and are low.
SHARES = ((Band.HIGH, 0.05), (Band.RAISED, 0.15), (Band.WATCH, 0.30))


def score_clients(con: DuckDBPyConnection, model: ScoreModel, as_of: date) -> None:
    """Make the table `scores`(client_id, is_eligible, score, band, reasons, at_risk_fen) for every client in `features`,
    which must be of the same day. Who is not eligible gets no score, no band and no reasons. `at_risk_fen` is score ×
    net commission of 365 days in fen, half up (C8); it is empty where the score is."""
    floor = threshold("churn_asset_floor", as_of)
    found = con.execute(f"""SELECT f.client_id, {fit.history_sql(as_of)}, ({REGULAR_SQL}) AS regular
        FROM features f JOIN clients c USING (client_id)
        WHERE f.as_of = DATE '{as_of}' AND {eligible_sql(as_of, floor)} ORDER BY f.client_id""").fetchnumpy()
    nothing_known = np.zeros(len(found["client_id"]), dtype=np.int64)
    rows = fit.rows_of({**found, "outcome": nothing_known})
    raw = fit.raw_scores(model.kind, model.params, rows, model.params["horizon_days"])
    p = fit.calibrated(model.calibrator, raw, rows.regular) if model.is_calibrated else np.full(len(raw), np.nan)
    con.register("raw_scores_frame", pd.DataFrame({
        "client_id": rows.client_id, "raw": np.round(raw, 9), "p": np.round(p, 6), "regular": rows.regular,
    }))  # fmt: skip
    try:
        con.execute(_scores_sql(as_of, is_calibrated=model.is_calibrated))
    finally:
        con.unregister("raw_scores_frame")


def _scores_sql(as_of: date, *, is_calibrated: bool) -> str:
    if is_calibrated:
        cuts = " ".join(f"WHEN p * 10000 >= {threshold(key, as_of)} THEN '{band}'" for band, key in CUTS)
        cuts = f"WHEN t.p IS NULL THEN '' {cuts}"
        place = "0"
    else:
        cuts = " ".join(f"WHEN regular AND place < {share} THEN '{band}'" for band, share in SHARES)
        # Equal scores share the better place: nobody is riskier than somebody with the same history.
        place = "(rank() OVER (PARTITION BY regular ORDER BY raw DESC) - 1) / count(*) OVER (PARTITION BY regular)"
    return f"""CREATE OR REPLACE TABLE scores AS
        WITH told AS (
            SELECT client_id, CASE WHEN isnan(p) THEN NULL ELSE p END AS p, regular, {place} AS place
            FROM raw_scores_frame)
        SELECT f.client_id, t.client_id IS NOT NULL AS is_eligible, t.p AS score,
            CASE WHEN t.client_id IS NULL THEN '' {cuts} ELSE 'low' END AS band,
            CASE WHEN t.client_id IS NULL THEN '[]' ELSE {reasons_sql()} END AS reasons,
            CASE WHEN t.p IS NOT NULL THEN floor(t.p * greatest(f.commission_365_fen, 0) + 0.5)::BIGINT END AS at_risk_fen
        FROM features f LEFT JOIN told t USING (client_id)"""
