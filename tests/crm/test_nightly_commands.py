"""The night by command: every branch in the foreground, what it published as a file, and what is wrong in words."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from crm.models import AuditEvent, Branch
from tests.crm.firm_facts import DAY, RECORDED, add_trade, make_firm_branch, raise_generation

pytestmark = pytest.mark.django_db


def test_the_command_runs_every_branch_and_the_export_can_be_compared(tmp_path: Path):
    make_firm_branch("0101", 10)
    make_firm_branch("0202", 5)
    Branch.objects.get(code="0202").clients.filter(client_number="00000005").update(client_number="=1+1")
    raise_generation("clients_client", Branch.objects.get(code="0202"), "")
    out, text = tmp_path / "standings.csv", StringIO()

    call_command("run_nightly", as_of=DAY, stdout=text)
    call_command("export_standings", as_of=DAY, out=out, stdout=text)

    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert list(rows[0]) == [
        "branch",
        "client_number",
        "tier",
        "measure_fen",
        "rank",
        "dormancy",
        "churn_score",
        "reasons",
    ]
    assert [(r["branch"], r["rank"]) for r in rows] == [("0101", str(i)) for i in range(1, 11)] + [
        ("0202", str(i)) for i in range(1, 6)
    ]
    assert rows[0] | {"churn_score": "", "reasons": ""} == {
        "branch": "0101", "client_number": "00000010", "tier": "key", "measure_fen": "10000", "rank": "1",
        "dormancy": "active", "churn_score": "", "reasons": "",
    }  # fmt: skip
    assert rows[10]["client_number"] == "'=1+1"
    assert "10 clients" in text.getvalue()
    assert AuditEvent.objects.get(action="export-standings").detail["rows"] == 15
    again = StringIO()
    call_command("run_nightly", as_of=DAY, stdout=again)
    assert again.getvalue().count("nothing has changed") == 2


def test_the_commands_say_what_is_wrong(tmp_path: Path):
    text = StringIO()
    call_command("run_nightly", stdout=text)
    assert "import some files first" in text.getvalue()
    with pytest.raises(CommandError, match="no branch 77"):
        call_command("run_nightly", branch="77")
    with pytest.raises(CommandError, match="No night is published for 2026-11-20"):
        call_command("export_standings", as_of=DAY, out=tmp_path / "x.csv")
    branch = make_firm_branch(clients=3)
    add_trade(branch, "00000002", 100, currency="HKD", at=RECORDED)
    with pytest.raises(CommandError, match="1 of 1 branches failed"):
        call_command("run_nightly", as_of=DAY, stderr=StringIO(), stdout=StringIO())
