"""`manage.py export_standings`: a published night as a CSV file that an outside check can compare."""

import csv
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm import audit
from crm.models import Publication
from segmentation.models import Standing

COLUMNS = ("branch", "client_number", "tier", "measure_fen", "rank", "dormancy", "churn_score", "reasons")
_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def escaped(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula, with an apostrophe before it; plain numbers stay."""
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _PLAIN_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


class Command(BaseCommand):
    help = (
        "Write the published standings of a day: branch, client_number, tier, measure_fen, rank, dormancy, churn_score"
        " (empty where there is none), reasons (codes joined by ';'), ordered by branch and rank."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DAY", required=True)
        parser.add_argument("--out", type=Path, metavar="FILE.csv", required=True)
        parser.add_argument("--branch", metavar="CODE", help="only this branch")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of: date = options["as_of"]
        nights = Publication.objects.published().filter(as_of=as_of).order_by("branch__code")
        if options["branch"]:
            nights = nights.filter(branch__code=options["branch"])
        if not nights:
            raise CommandError(
                f"No night is published for {as_of.isoformat()}: run_nightly --as-of {as_of.isoformat()}"
            )
        count = sum(night.client_count for night in nights)
        audit.record(
            "export-standings",
            actor=None,
            table=Standing._meta.db_table,
            detail={"as_of": as_of.isoformat(), "rows": count, "branches": len(nights)},
        )
        with options["out"].open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for night in nights:
                writer.writerows([escaped(cell) for cell in row] for row in _rows(night))
        self.stdout.write(f"{count} standings of {len(nights)} branches written to {options['out']}")


def _rows(night: Publication) -> Iterator[list[str]]:
    standings = Standing.objects.filter(publication=night).order_by("rank").values_list(
        "publication__branch__code",
        "client__client_number",
        "tier",
        "measure_fen",
        "rank",
        "dormancy",
        "churn_score",
        "churn_reasons",
    )  # fmt: skip
    for code, number, tier, measure, rank, state, score, reasons in standings.iterator(chunk_size=5000):
        told = ";".join(reason["code"] for reason in reasons)
        yield [code, number, tier, str(measure), str(rank), state, "" if score is None else f"{score:.6f}", told]
