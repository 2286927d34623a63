"""Read the mailbox for returned mail now; workers do it every five minutes."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from servicing.messages.bounces import read_bounces


class Command(BaseCommand):
    help = "Read the delivery reports in the mailbox that BOUNCE_URL names."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BOUNCE_URL:
            raise CommandError("BOUNCE_URL names no mailbox.")
        read = read_bounces(settings.BOUNCE_URL, timezone.now())
        self.stdout.write(f"failed {read.failed}, delayed {read.delayed}, left {read.left}")
        if read.trouble:
            raise CommandError(f"The mailbox could not be read to its end: {read.trouble}")
