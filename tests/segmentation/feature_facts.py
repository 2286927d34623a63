"""Features of a few clients on a day, for tests."""

from datetime import date, timedelta
from typing import Any

from segmentation.features import compute_features
from tests.segmentation.facts import facts_of, weekdays

TODAY = date(2026, 6, 30)
EXCHANGE = weekdays(date(2024, 1, 1), date(2027, 1, 31))
YUAN = 100


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def features_of(client_id: int = 1, *, as_of: date = TODAY, trading_days=EXCHANGE, **tables: Any) -> dict[str, Any]:
    con = facts_of(**tables)
    compute_features(con, as_of, trading_days=[day for day in trading_days if day <= as_of])
    return rows_of(con)[client_id]


def rows_of(con) -> dict[int, dict[str, Any]]:
    found = con.execute("SELECT * FROM features ORDER BY client_id")
    names = [column[0] for column in found.description]
    return {row[names.index("client_id")]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def asset(client_id: int, day: date, yuan: int, **more: Any) -> dict[str, Any]:
    return {"client_id": client_id, "day": day, "net_minor": yuan * YUAN, **more}
