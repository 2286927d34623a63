"""Export files from the command line: a folder as it lies on a disk, one line for each file."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clients.models import Client
from tests.clients import files
from tests.clients.desk import Desk


def brought_in(*paths: Path) -> tuple[str, str]:
    """What the command says and complains about."""
    said, complained = StringIO(), StringIO()
    try:
        call_command("import_exports", *map(str, paths), "--create", stdout=said, stderr=complained)
    except CommandError as error:
        complained.write(f"{error}\n")
    return said.getvalue(), complained.getvalue()


def test_what_lies_beside_the_exports_is_named_in_one_line_and_fails_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.branch()
    folder = tmp_path / "exports"
    files.write(folder / "2026" / "clients.csv", [files.client("000")])
    for name in ("manifest.json", ".DS_Store", "2026/Thumbs.db", "2026/~$clients.xlsx", "README"):
        (folder / name).write_bytes(b"x")
    said, complained = brought_in(folder)
    assert complained == ""
    assert [line for line in said.splitlines() if "ignored" in line] == [
        "ignored: .DS_Store, Thumbs.db, ~$clients.xlsx, README, manifest.json"
    ]
    assert Client.objects.count() == 1


@pytest.mark.django_db
def test_an_unknown_table_is_an_error_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "unknown.csv").write_text("a,b\n1,2\n")
    said, complained = brought_in(tmp_path)
    assert "unknown.csv: held: " in complained
    assert "1 file(s) not imported" in complained
    assert "ignored" not in said
