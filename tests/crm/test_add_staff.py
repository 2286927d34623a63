"""The first people of an installation."""

import io

import pytest
from django.core.management import CommandError, call_command

from crm.models import AuditEvent, Branch, Staff

pytestmark = pytest.mark.django_db


def add(monkeypatch: pytest.MonkeyPatch, *arguments: str, password: str = "blaue Berge im Nebel") -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    call_command("add_staff", *arguments, "--password-stdin", stdout=io.StringIO())


def test_the_first_admin_is_made_on_the_command_line_and_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, "meng", "--role", "admin", "--name", "孟之恒")
    admin = Staff.objects.get(username="meng")
    assert admin.check_password("blaue Berge im Nebel")
    assert AuditEvent.objects.filter(action="add-staff", key=str(admin.pk)).count() == 1


def test_an_advisor_that_a_file_brought_gets_a_log_in_and_keeps_the_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    brought = Staff.objects.create_user("a007", name="林知远", role="advisor", employee_code="007")
    assert not brought.has_usable_password()
    add(monkeypatch, "lin", "--role", "advisor", "--employee-code", "007", "--branch", branch.code)
    brought.refresh_from_db()
    assert (brought.username, brought.name) == ("lin", "林知远")
    assert brought.has_usable_password()


def test_a_weak_password_and_an_unknown_branch_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError):
        add(monkeypatch, "meng", password="12345678")
    with pytest.raises(CommandError, match="no branch 9999"):
        add(monkeypatch, "meng", "--branch", "9999")
    assert not Staff.objects.filter(username="meng").exists()
