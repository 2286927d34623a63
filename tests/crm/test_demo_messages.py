"""The messages of the demonstration: one sending that went into files, one large one that waits; twice is once."""

import pytest
from django.utils import timezone

from crm.demo.messages import write_messages
from crm.models import Branch
from servicing.messages.invariants import broken
from servicing.models import Message, Sending
from tests.servicing.desk import AT, Desk
from tests.servicing.mailroom import PHONE, approved, client, staff

pytestmark = pytest.mark.django_db


def test_one_has_gone_into_the_file_outbox_and_one_waits_for_a_second_person(var_dir):
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    advisor, manager = staff("advisor", "advisor", branch), staff("manager", "manager", branch)
    clients = [client(branch, f"客{n}", advisor=advisor, phone=PHONE) for n in range(90)]
    approved(Desk(branch, advisor, manager, clients[0]))
    assert write_messages(at=AT) == 2
    assert write_messages(at=AT) == 0
    assert list(Sending.objects.order_by("size").values_list("state", flat=True)) == ["finished", "waiting"]
    sent = Message.objects.filter(state="sent")
    assert {file.stem for file in (var_dir / "outbox" / "sms").iterdir()} == {str(one.uid) for one in sent}
    assert all(timezone.localtime(one.claimed_at).hour == 10 for one in sent)
    assert list(broken(AT)) == []
