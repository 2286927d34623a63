"""The tiers of the product against the independent oracle, to the fen and to the client, on random worlds."""

import os

import pytest

from segmentation.models import TierScheme
from segmentation.tiers import rank_clients
from tests.oracle import oracle
from tests.oracle.worlds import random_world
from tests.segmentation.tier_facts import tables_of

WORLDS = int(os.environ.get("ORACLE_WORLDS", "50"))


@pytest.mark.parametrize("seed", range(WORLDS))
def test_every_client_of_a_random_world_stands_where_the_oracle_puts_it(seed: int) -> None:
    world = random_world(seed, negative=True)
    expected = oracle.standings(world.in_force(), world.as_of)
    con, keys = tables_of(world.in_force())

    rank_clients(con, TierScheme(), world.as_of)

    rows = con.execute(
        "SELECT client_id, tier, measure_fen, rank, net_assets_fen, to_next_fen, above_lower_fen FROM tiers"
    ).fetchall()
    assert {keys[row[0]]: oracle.Stands(*row[1:]) for row in rows} == expected
