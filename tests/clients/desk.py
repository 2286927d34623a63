"""An import desk for tests: files in, batches out, by the same steps as the page, with a clock that moves by the minute."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connection

from clients import imports
from clients.fact_tables import ALL
from clients.imports.checking import file_day
from clients.models import Client, ExchangeRate, ImportBatch, Trade
from crm.models import Branch
from tests.clients import files
from tests.clients.files import Row

TODAY = date(2026, 11, 20)
START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@dataclass
class Desk:
    """Writes files into `folder` and brings them in; `last` is the batch of the last file."""

    folder: Path
    now: datetime = START
    numbers: Any = field(default_factory=lambda: count(1))

    def clock(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def file(self, rows: Sequence[Row], name: str = "", **dialect: str) -> Path:
        return files.write(self.folder / (name or f"file{next(self.numbers)}.csv"), rows, **dialect)

    def receive(self, path: Path, **settings: Any) -> ImportBatch:
        batch = imports.receive(path, by=None)
        for name, value in settings.items():
            setattr(batch, name, value)
        batch.save()
        imports.inspect(batch)
        return batch

    def check(self, rows: Sequence[Row] | Path, name: str = "", **settings: Any) -> ImportBatch:
        """A file as far as its dry run."""
        path = rows if isinstance(rows, Path) else self.file(rows, name)
        return imports.check(self.receive(path, **settings), today=TODAY)

    def commit(self, batch: ImportBatch, fence: Callable[[], None] = lambda: None) -> ImportBatch:
        return imports.commit(batch, by=None, at=self.clock(), file_day=file_day(batch, TODAY), fence=fence)

    def bring(self, rows: Sequence[Row] | Path, name: str = "", **settings: Any) -> ImportBatch:
        """A file all the way in."""
        batch = self.check(rows, name, **settings)
        assert batch.state == "checked", (batch.state, batch.error, batch.inspection.get("problems"))
        return self.commit(batch)

    def undo(self, batch: ImportBatch) -> list[tuple[str, str]]:
        """Undo a batch as its preview had said; what was refused: table and why."""
        said = imports.preview_undo(batch, at=self.clock()) if batch.state == "committed" else None
        done, refused = imports.undo(batch, by=None, at=self.clock())
        assert said is None or said == (done, refused)
        return [(r.table, r.why) for r in refused]

    def branch(self, code: str = "1101") -> Branch:
        return Branch.objects.get_or_create(code=code, defaults={"name": f"Branch {code}"})[0]

    def clients(self, *numbers: str, branch: str = "1101") -> ImportBatch:
        """Clients of a branch with nothing special about them."""
        self.branch(branch)
        return self.bring([files.client(n, branch=branch) for n in numbers], f"clients{next(self.numbers)}.csv")


def counts(batch: ImportBatch) -> dict[str, int]:
    """What a batch did with its rows, zeros left out."""
    names = ("new", "changed", "unchanged", "removed", "rejected", "waiting")
    found = {name: getattr(batch, f"{name}_count") for name in names}
    return {name: number for name, number in found.items() if number}


def reasons(batch: ImportBatch) -> list[tuple[int, str]]:
    """Line and reason of every rejected row."""
    return list(batch.row_errors.order_by("line").values_list("line", "code"))


def facts() -> dict[str, list[dict[str, Any]]]:
    """All facts by business columns only: no row numbers, no provenance, owners by their numbers."""
    skip = {"id", "uid", "batch_id", "recorded_at"}
    found: dict[str, list[dict[str, Any]]] = {}
    for table in ALL:
        columns = [c for c in table.types if c not in skip]
        named = {"client_id": "client__client_number", "account_id": "account__number", "branch_id": "branch__code"}
        fields = [named.get(c, c) for c in columns]
        found[table.name] = sorted(
            table.model._default_manager.values(*fields), key=lambda row: [str(value) for value in row.values()]
        )
    found["rates"] = list(ExchangeRate.objects.order_by("currency", "day").values("currency", "day", "rate_e6"))
    return found


def commissions() -> dict[tuple[str, str, str], int]:
    """Commission of every trade in fen by client number, day and deal key."""
    rows = Trade.objects.values_list("client__client_number", "traded_on", "deal_key", "commission_minor")
    return {(number, str(day), key): fee for number, day, key, fee in rows}


def the_client(number: str) -> Client:
    return Client.objects.get(client_number=number)


def bytes_of_database() -> bytes:
    """Everything the database file holds, as a thief would read it (SQLite); on PostgreSQL all client rows as text."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.connection.commit()
            return bytes(cursor.connection.serialize())
        cursor.execute("SELECT t::text FROM clients_client t UNION ALL SELECT t::text FROM clients_account t")
        rows = cursor.fetchall()
        cursor.execute("SELECT t::text FROM clients_factchange t")
        return "\n".join(row for (row,) in [*rows, *cursor.fetchall()]).encode()
