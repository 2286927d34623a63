"""Published nights for tests, without facts: the tables of a night are written down by hand."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import duckdb

from clients.models import Account, Client, ImportBatch
from crm import jobs
from crm.models import Branch, JobRun, Publication
from segmentation import standings
from segmentation.behaviour.published import COLUMNS
from segmentation.models import Behaviour, BehaviourFigures, Standing, TierScheme
from segmentation.value import LifetimeValue, lifetime_value

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
ORDER = ("vip", "key", "ordinary", "small")
_runs = count(1)
# What nobody tells of a client's behaviour is nothing known.
_TYPES = {
    **dict.fromkeys(COLUMNS, "BIGINT"),
    **dict.fromkeys(("position_band", "result", "horizon"), "VARCHAR DEFAULT ''"),
    **dict.fromkeys(("is_deep_loss", "is_programme", "is_overtrading"), "BOOLEAN DEFAULT false"),
    **dict.fromkeys(("kinds", "channels"), "VARCHAR DEFAULT '[]'"),
    **dict.fromkeys(("net_assets_fen", "trade_count", "trading_days", "yearly_commission_fen"), "BIGINT DEFAULT 0"),
    "result_from": "DATE",
}


def make_branch(code: str = "0101") -> Branch:
    return Branch.objects.create(code=code, name=f"Branch {code}")


def make_clients(branch: Branch, number: int) -> list[Client]:
    batch = ImportBatch.objects.create(file_name="clients.csv", kind="clients", state="committed")
    clients = [
        Client(branch=branch, client_number=f"{i:08d}", name=f"C{i}", batch=batch, recorded_at=NOW)
        for i in range(1, number + 1)
    ]
    Client.objects.bulk_create(clients)
    made = list(Client.objects.filter(branch=branch).order_by("client_number"))
    Account.objects.bulk_create(
        Account(
            branch=branch,
            client=c,
            family="client",
            kind="client",
            number=c.client_number,
            batch=batch,
            recorded_at=NOW,
        )
        for c in made
    )
    return made


def claimed_run(branch: Branch, day: date) -> JobRun:
    run = JobRun.objects.create(kind="night", key=f"test:{next(_runs)}", branch=branch, as_of=day, cutoff=NOW)
    found = jobs.claim(run.pk, "test", NOW)
    assert found is not None
    return found


def night_tables(rows: Mapping[Client, Mapping[str, Any]]) -> duckdb.DuckDBPyConnection:
    """The tables of a night in which each client stands as told: tier, measure, and what else is not as usual."""
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE tiers (client_id BIGINT, computed_tier VARCHAR, tier VARCHAR, measure_fen BIGINT, rank INTEGER,"
        " net_assets_fen BIGINT, to_next_fen BIGINT, above_lower_fen BIGINT, reason VARCHAR)"
    )
    con.execute("CREATE TABLE states (client_id BIGINT, state VARCHAR, reason JSON, last_active_on DATE)")
    con.execute(
        "CREATE TABLE scores (client_id BIGINT, is_eligible BOOLEAN, score DOUBLE, band VARCHAR, reasons JSON,"
        " at_risk_fen BIGINT)"
    )
    con.execute("CREATE TABLE habit_bases (is_programme BOOLEAN, what VARCHAR, name VARCHAR, n BIGINT, fen BIGINT)")
    con.execute(f"CREATE TABLE behaviour (client_id BIGINT, {', '.join(f'{c} {_TYPES[c]}' for c in COLUMNS)})")
    ranked = sorted(rows.items(), key=lambda i: -int(i[1].get("measure", 0)))
    for rank, (client, told) in enumerate(ranked, 1):
        tier = told.get("tier", "small")
        con.execute(
            "INSERT INTO tiers VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)",
            [client.pk, told.get("computed", tier), tier, told.get("measure", 0), told.get("rank", rank),
             told.get("assets", 0), told.get("to_next"), "pin" if "computed" in told else told.get("reason", "")],
        )  # fmt: skip
        if told.get("state", "active"):
            con.execute(
                "INSERT INTO states VALUES (?, ?, ?, ?)",
                [client.pk, told.get("state", "active"), '{"code": "traded", "slots": {"days": 3}}', told.get("last")],
            )
        con.execute(
            "INSERT INTO scores VALUES (?, ?, ?, ?, ?, ?)",
            [
                client.pk,
                "score" in told,
                told.get("score"),
                told.get("band", ""),
                '[{"code": "overdue"}]',
                told.get("at_risk", 7),
            ],
        )
        behaved = {c: told[c] for c in COLUMNS if c in told}
        con.execute(
            f"INSERT INTO behaviour ({', '.join(['client_id', *behaved])}) VALUES ({', '.join(['?'] * (1 + len(behaved)))})",
            [client.pk, *behaved.values()],
        )
    return con


def publish(
    branch: Branch,
    day: date,
    rows: Mapping[Client, Mapping[str, Any]],
    *,
    scheme: TierScheme | None = None,
    run: JobRun | None = None,
) -> Publication | None:
    """Publish a night in which each client stands as told."""
    chosen = scheme or TierScheme.objects.in_force(branch, day).first()
    assert chosen is not None
    return standings.publish(
        run or claimed_run(branch, day),
        branch=branch,
        as_of=day,
        cutoff=NOW,
        con=night_tables(rows),
        scheme=chosen,
        model=None,
    )


def worth_of(client: Client, night: Publication) -> LifetimeValue | None:
    """The lifetime value of a client by a night."""
    tier = Standing.objects.get(publication=night, client=client).tier
    behaviour = Behaviour.objects.filter(publication=night, client=client).first()
    return lifetime_value(night, tier, behaviour, BehaviourFigures.objects.filter(publication=night).first())
