"""The seam between the databases: what goes through a file comes out as it was, in both directions."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from clients.mirror_files import csv_sql
from clients.models import ExchangeRate
from crm.lib import bulk, columnar
from crm.models import Branch

AWKWARD = [
    "plain", "", 'a "quoted" word', "comma, and; semicolon", "two\nlines", "tab\there", "中文，全角", "'apostrophe'",
    "back\\slash", " blank ", "%s and %%", "NULL", "é", "𠮷野家",
]  # fmt: skip
pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


def write(path: Path, rows: list[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def rates(path: Path, rows: list[list[object]]) -> int:
    """Rows of currency, day, rate and batch into the table of rates."""
    said = [[*row, "2026-11-20 08:00:00"] for row in rows]
    return bulk.copy_in(
        "clients_exchangerate", ["currency", "day", "rate_e6", "batch_id", "recorded_at"], write(path, said)
    )


def test_texts_survive_the_way_in_out_and_into_the_columnar_copy(path: Path, tmp_path: Path) -> None:
    rows = [[f"{n:04d}", text, "", "x", 1] for n, text in enumerate(AWKWARD)]
    assert bulk.copy_in("crm_branch", ["code", "name", "region", "city", "is_active"], write(path, rows)) == len(
        AWKWARD
    )
    assert list(Branch.objects.order_by("code").values_list("name", flat=True)) == AWKWARD
    out = tmp_path / "out.csv"
    assert bulk.copy_out("SELECT code, name FROM crm_branch ORDER BY code", [], out) == len(AWKWARD)
    with columnar.connect() as con:
        table = csv_sql(out, "{'a': 'VARCHAR', 'b': 'VARCHAR'}")
        found = con.execute(f"SELECT b FROM {table} ORDER BY a").fetchall()
    assert [name for (name,) in found] == AWKWARD


def test_numbers_days_moments_and_nulls_survive(path: Path, tmp_path: Path) -> None:
    assert rates(path, [["HKD", "2026-11-20", 920_000, bulk.NULL], ["USD", "2024-02-29", 2**62, bulk.NULL]]) == 2
    hkd, usd = ExchangeRate.objects.order_by("currency")
    assert (hkd.rate_e6, hkd.batch_id, hkd.recorded_at) == (920_000, None, datetime(2026, 11, 20, 8, tzinfo=UTC))
    assert (str(usd.day), usd.rate_e6) == ("2024-02-29", 2**62)
    out = tmp_path / "out.csv"
    bulk.copy_out(
        f"SELECT currency, day, batch_id, {bulk.plain_sql('recorded_at', 'TIMESTAMP')} FROM clients_exchangerate"
        " WHERE currency = %s",
        ["HKD"],
        out,
    )
    types = "{'currency': 'VARCHAR', 'day': 'DATE', 'batch': 'BIGINT', 'moment': 'TIMESTAMP'}"
    with columnar.connect() as con:
        (row,) = con.execute(
            "SELECT currency, day = DATE '2026-11-20', batch, moment = TIMESTAMP '2026-11-20 08:00:00'"
            f" FROM {csv_sql(out, types)}"
        ).fetchall()
    assert row == ("HKD", True, None, True)


def test_a_broken_constraint_leaves_nothing_of_the_file(path: Path) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        rates(path, [["HKD", "2026-11-20", 1, bulk.NULL], ["HKD", "2026-11-20", 2, bulk.NULL]])
    assert not ExchangeRate.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        rates(path, [["HKD", "2026-11-20", 0, bulk.NULL]])  # the table wants rates above zero


def test_an_update_touches_only_rows_that_are_as_the_file_saw_them(path: Path) -> None:
    rates(path, [["HKD", "2026-11-20", 1, bulk.NULL], ["USD", "2026-11-20", 2, bulk.NULL]])
    hkd, usd = ExchangeRate.objects.order_by("currency").values_list("pk", flat=True)
    done = bulk.update_from(
        "clients_exchangerate", ["rate_e6"], write(path, [[hkd, 1, 10], [usd, 999, 20]]), guard="rate_e6"
    )
    assert done == 1
    assert list(ExchangeRate.objects.order_by("currency").values_list("rate_e6", flat=True)) == [10, 2]


def test_a_delete_touches_only_rows_that_are_as_the_file_saw_them(path: Path) -> None:
    rates(path, [["HKD", "2026-11-20", 1, bulk.NULL], ["USD", "2026-11-20", 2, bulk.NULL]])
    hkd, usd = ExchangeRate.objects.order_by("currency").values_list("pk", flat=True)
    assert bulk.delete_from("clients_exchangerate", write(path, [[hkd, 1], [usd, 999]]), guard="rate_e6") == 1
    assert ExchangeRate.objects.get().currency == "USD"


def test_reserved_ids_are_the_ones_that_nobody_else_gets(path: Path) -> None:
    first = bulk.reserve_ids("crm_branch", 3)
    assert len(set(first)) == 3
    rows = [[pk, f"{pk}", "", "", "", 1] for pk in first]
    bulk.copy_in("crm_branch", ["id", "code", "name", "region", "city", "is_active"], write(path, rows))
    assert Branch.objects.create(code="next", name="").pk not in first
    assert not set(bulk.reserve_ids("crm_branch", 2)) & set(Branch.objects.values_list("pk", flat=True))


def test_more_rows_than_one_call_holds_come_whole_and_are_counted_on_the_way(path: Path) -> None:
    told: list[int] = []
    rows = [[f"{n:06d}", "", "", "", 1] for n in range(45_000)]
    columns = ["code", "name", "region", "city", "is_active"]
    assert bulk.copy_in("crm_branch", columns, write(path, rows), told=told.append) == 45_000
    assert Branch.objects.count() == 45_000
    assert told == sorted(told)
    assert told[-1] == 45_000
    assert len(told) > 1


def test_the_temporary_tables_are_gone_afterwards(path: Path) -> None:
    bulk.update_from("clients_exchangerate", ["rate_e6"], write(path, []), guard="rate_e6")
    bulk.delete_from("clients_exchangerate", write(path, []), guard="rate_e6")
    bulk.update_from("clients_exchangerate", ["rate_e6"], write(path, []), guard="rate_e6")
    assert connection.introspection.table_names().count("incoming") == 0
