"""The material of the demonstration that went by message: links that open from the file outbox, some of them opened."""

import re

import pytest
from django.conf import LazySettings

from crm.demo.material_messages import send_material
from crm.demo.materials import write_materials
from crm.demo.texts import write_texts
from crm.lib import pdf
from servicing.materials.invariants import broken_materials
from servicing.materials.reading import read_link
from servicing.messages.invariants import broken
from servicing.models import Message
from tests.servicing.desk import AT, Desk
from tests.servicing.library import make_library
from tests.servicing.mailroom import reachable

pytestmark = pytest.mark.django_db


def test_each_message_in_the_file_outbox_has_a_link_that_opens(
    settings: LazySettings, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    writers = make_library().writers
    desk = Desk(writers.branch, writers.advisor, writers.manager, reachable(writers))
    clients = [desk.client, *(reachable(desk, f"客{n}") for n in range(3))]
    write_texts(at=AT)
    write_materials(at=AT)
    assert send_material(at=AT) == len(clients)
    assert send_material(at=AT) == 0
    files = list((settings.VAR_DIR / "outbox" / "sms").iterdir())
    tokens = [re.search(r"/m/([^/]+)/", file.read_text(encoding="utf-8"))[1] for file in files]  # type: ignore[index]
    assert {read_link(token, AT)[0].client for token in tokens} == set(clients)
    assert [*broken(AT), *broken_materials(desk.branch)] == []
    assert Message.objects.filter(state="sent").count() == len(clients)
