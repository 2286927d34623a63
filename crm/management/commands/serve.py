"""Everything under one supervisor: broker, web, worker, beat."""

import sys
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from crm import stack
from crm.lib.supervisor import AlreadyRunning


class Command(BaseCommand):
    help = (
        "Run broker, web server, worker and beat until Ctrl+C. A port that is taken is replaced by the next free one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **_: object) -> None:
        def announce(address: str) -> None:
            moved = "" if address.endswith(f":{port}/") else f" (port {port} is taken)"
            self.stdout.write(f"\nBranch CRM runs at {address}{moved}. Ctrl+C stops everything.\n")
            self.stdout.flush()

        try:
            code = stack.serve(host=host, port=port, announce=announce)
        except AlreadyRunning as holder:
            raise CommandError(
                f"Branch CRM already runs on {settings.VAR_DIR}: {holder}. Stop that one first."
            ) from None
        sys.exit(code)
