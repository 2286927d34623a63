"""The first people of an installation: an admin who can bring in files, and who else is needed before pages can invite."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from crm import audit
from crm.models import Branch, Staff


class Command(BaseCommand):
    help = "Add a member of staff, or give one that an import created (by employee code) a log-in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=Staff.Role.values, default=Staff.Role.ADMIN)
        parser.add_argument("--name", help="the name on screen; default: the user name")
        parser.add_argument("--branch", action="append", default=[], metavar="CODE", help="may be given several times")
        parser.add_argument("--employee-code", help="the advisor code in the export files")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        branches = list(Branch.objects.filter(code__in=options["branch"]))
        if missing := set(options["branch"]) - {b.code for b in branches}:
            raise CommandError(f"no branch {', '.join(sorted(missing))}")
        code = options["employee_code"] or None
        person = Staff.objects.filter(employee_code=code).first() if code else None
        if person is None and Staff.objects.filter(username=options["username"]).exists():
            raise CommandError(f"{options['username']} exists already")
        person = person or Staff(employee_code=code)
        person.username, person.role = options["username"], options["role"]
        person.name = options["name"] or person.name or options["username"]
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else getpass.getpass()
        try:
            validate_password(password, person)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        person.set_password(password)
        with transaction.atomic():
            person.save()
            if branches:
                person.branches.set(branches)
            audit.record("add-staff", actor=None, table="crm_staff", key=person.pk, detail={"role": person.role})
        self.stdout.write(f"{person.username} may log in as {person.role}")
