"""The behaviour of the product against the independent oracle, to the fen and the basis point, on random worlds."""

import json
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from segmentation.behaviour import Numbers, describe_clients
from segmentation.features import compute_features
from tests.oracle import behaviour as oracle
from tests.segmentation.facts import facts_of, weekdays

DAYS = [date(2024, 2, 29), date(2025, 3, 31), date(2025, 2, 28), date(2025, 6, 13), date(2024, 12, 31)]
KINDS, CHANNELS = ("main", "etf", "convertible", "other", "reverse_repo"), ("mobile", "phone", "")


def random_world(seed: int) -> tuple[oracle.Rows, list[int], date]:
    """A handful of clients with one to three accounts, some foreign, some closed, with irregular reports and flows."""
    random, as_of = Random(seed), DAYS[seed % len(DAYS)]
    edges = [
        as_of,
        as_of + timedelta(1),
        *(oracle.months_before(as_of, n) + timedelta(d) for n in (6, 12) for d in (0, 1)),
    ]

    def day() -> date:
        return random.choice(edges) if random.random() < 0.2 else as_of - timedelta(random.randint(-10, 500))

    clients = list(range(1, random.randint(3, 7)))
    rows: oracle.Rows = {
        name: [] for name in ("accounts", "trades", "assets", "cash_transfers", "securities_transfers")
    }
    rows["rates"] = [
        {"currency": "HKD", "day": as_of - timedelta(900 - 30 * n), "rate_e6": random.randint(880_000, 950_000)}
        for n in range(31)
    ]
    for client in clients:
        for at in range(random.choice([1, 1, 2, 3])):
            closed = as_of + timedelta(random.choice([-100, -30, -1, 0, 1])) if at and random.random() < 0.4 else None
            account = {"client_id": client, "account_id": client * 10 + at, "closed_on": closed}
            owner = {"client_id": client, "account_id": client * 10 + at}
            owner["currency"] = random.choice(["CNY", "CNY", "HKD"])
            rows["accounts"].append(account)
            for on in {day() for _ in range(random.randint(0, 14))}:
                net = random.choice([0, -5, 999_999, 1_000_000, random.randint(1, 10**9)])
                market = random.randint(0, 12 * 10**8)
                rows["assets"].append({**owner, "day": on, "net_minor": net, "market_value_minor": market})
            for _ in range(random.randint(0, 3)):
                moved = {**owner, "moved_on": day()}
                kind = random.choice(["bank", "internal", "reversal"])
                rows["cash_transfers"].append({**moved, "amount_minor": random.randint(-(10**8), 10**8), "kind": kind})
                kind = random.choice(["custody", "collateral", "designation"])
                rows["securities_transfers"].append(
                    {**moved, "value_minor": random.randint(-(10**8), 10**8), "kind": kind}
                )
            for _ in range(random.choice([0, 5, 40, 60])):
                rows["trades"].append(_trade(random, owner, day(), favourite=client % len(KINDS)))
    return rows, clients, as_of


def _trade(random: Random, owner: dict[str, Any], on: date, favourite: int) -> dict[str, Any]:
    kind = KINDS[favourite] if random.random() < 0.2 else random.choice(KINDS)
    channel = random.choice(CHANNELS[: 1 + favourite % 3])
    return {
        **owner,
        "traded_on": on,
        "instrument_class": kind,
        "channel": channel,
        "amount_minor": random.randint(1, 10**8),
    }


@pytest.mark.parametrize("seed", range(40))
def test_every_client_of_a_random_world_behaves_as_the_oracle_counts(seed: int) -> None:
    rows, clients, as_of = random_world(seed)
    con = facts_of(clients=[{"client_id": client} for client in clients], **rows)
    compute_features(con, as_of, trading_days=weekdays(as_of - timedelta(600), as_of))

    describe_clients(con, as_of, Numbers())

    found = con.execute(
        "SELECT client_id, position_e4, position_mean_e4, position_spread_e4, result_fen, turnover_e2, kinds, channels"
        " FROM behaviour"
    ).fetchall()
    told = {row[0]: oracle.Behaved(*row[1:6], json.loads(row[6]), json.loads(row[7])) for row in found}
    assert told == oracle.behaved(rows, clients, as_of)


def test_the_order_of_the_facts_changes_nothing() -> None:
    rows, clients, as_of = random_world(7)
    told = []
    for turn in (1, -1):
        con = facts_of(clients=[{"client_id": client} for client in clients], **{n: r[::turn] for n, r in rows.items()})
        compute_features(con, as_of, trading_days=weekdays(as_of - timedelta(600), as_of))
        describe_clients(con, as_of, Numbers())
        told.append(con.execute("SELECT * FROM behaviour ORDER BY client_id").fetchall())
    assert told[0] == told[1]
