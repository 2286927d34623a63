"""The whole path against the oracle: export files, import, correction, undo, night, export; worlds of one day share a
firm, each in branches of its own."""

import csv
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from clients.models import ImportBatch
from crm.lib import bulk
from tests.oracle import oracle
from tests.oracle.worlds import AS_OFS, firm_of, random_world

# The second database has nothing to say about tiers, only about reading and writing them.
WORLDS = int(os.environ.get("ORACLE_WORLDS", "10" if bulk.is_postgresql() else "50"))
PER_FIRM = 10
SEEDS = range(WORLDS)
FIRMS = [
    seeds[at : at + PER_FIRM]
    for seeds in ([s for s in SEEDS if s % len(AS_OFS) == rest] for rest in range(len(AS_OFS)))
    for at in range(0, len(seeds), PER_FIRM)
]


@pytest.mark.django_db
@pytest.mark.parametrize("seeds", FIRMS, ids=lambda seeds: f"worlds_{seeds[0]}_to_{seeds[-1]}")
def test_files_in_and_standings_out_agree_with_the_oracle_to_the_fen_and_to_the_client(
    seeds: list[int], tmp_path: Path
) -> None:
    firm = firm_of([random_world(seed, negative=True) for seed in seeds])
    for file, path in zip(firm.files, firm.write(tmp_path), strict=True):
        told = StringIO()
        call_command("import_exports", str(path), create=True, stdout=told, stderr=told)
        batch = ImportBatch.objects.latest("pk")
        assert (batch.state, batch.rejected_count, batch.waiting_count) == ("committed", 0, 0), told.getvalue()
        if file.undone:
            call_command("undo_import", str(batch.pk), stdout=told)
            assert " 0 left as they are" in told.getvalue()

    call_command("run_nightly", as_of=firm.as_of, stdout=StringIO())
    call_command("export_standings", as_of=firm.as_of, out=tmp_path / "standings.csv", stdout=StringIO())

    with (tmp_path / "standings.csv").open(encoding="utf-8", newline="") as file:
        found = {
            (r["branch"], r["client_number"]): (r["tier"], int(r["measure_fen"]), int(r["rank"]))
            for r in csv.DictReader(file)
        }
    expected = oracle.standings(firm.in_force(), firm.as_of)
    assert found == {key: stands[:3] for key, stands in expected.items()}
