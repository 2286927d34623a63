"""An installation of our own for a benchmark: a private PostgreSQL (or SQLite where asked for) and a var folder, both gone
afterwards. Nothing of the demo or of a test is touched."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def arguments(about: str | None, *, clients: int = 100_000) -> argparse.Namespace:
    """What every benchmark understands: how many clients, which database, how many interleaved rounds."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--clients", type=int, default=clients)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sqlite", action="store_true", help="SQLite instead of a private PostgreSQL")
    return parser.parse_args()


@contextmanager
def installation(*, sqlite: bool = False) -> Iterator[Path]:
    """Django set up over an empty, migrated database; yields the var folder. Once per process."""
    from tests.private_postgres import private_postgres

    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="crm-bench-")))
        os.environ |= {"CRM_VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "crm.settings"}
        os.environ.pop("DATABASE_URL", None)
        if not sqlite:
            os.environ["DATABASE_URL"] = stack.enter_context(private_postgres()).url
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        stack.callback(connections.close_all)
        call_command("migrate", verbosity=0)
        yield var


@contextmanager
def database(name: str) -> Iterator[None]:
    """Another database beside the first one, made and migrated when it is first asked for: the default connection reads it
    inside the block."""
    from django.core.management import call_command
    from django.db import connection

    first = connection.settings_dict["NAME"]
    is_new = False
    if connection.vendor == "sqlite":
        name = str(Path(first).with_name(f"{name}.sqlite3"))
        is_new = not Path(name).exists()
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name])
            is_new = cursor.fetchone()[0] == 0
            if is_new:
                cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        if is_new:
            call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = first


def say(goal: str, what: str, ratio: float, limit: float, sides: str) -> None:
    """One line of the report: the goal, the ratio and both sides, and whether it holds."""
    verdict = "" if ratio <= limit else "  MISSED"
    sys.stdout.write(f"{goal:4} {what}: {ratio:.2f}  (goal ≤ {limit:g}; {sides}){verdict}\n")
    sys.stdout.flush()
