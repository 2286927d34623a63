"""Give a member of staff a token for the API, or take it back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from rest_framework.authtoken.models import Token

from crm import audit
from crm.models import Staff


class Command(BaseCommand):
    help = "Prints a new API token of a member of staff; the one before stops working. --revoke only takes it back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--revoke", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the audit row in the same transaction; the token itself is in no log."""
        try:
            staff = Staff.objects.get(username=options["username"], is_active=True)
        except Staff.DoesNotExist:
            raise CommandError(f"no active member of staff {options['username']}") from None
        with transaction.atomic():
            Token.objects.filter(user=staff).delete()
            revoked = options["revoke"]
            audit.record("revoke-token" if revoked else "issue-token", actor=None, table="crm_staff", key=staff.pk)
            token = None if revoked else Token.objects.create(user=staff)
        self.stdout.write("revoked" if token is None else token.key)
