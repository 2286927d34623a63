"""Messages of the invented firm: one sending that went into the file outbox, one large one that waits for a second person."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from clients.models import Client
from clients.profile import editing
from clients.profile.kinds import CONSENT
from crm.models import Staff
from servicing.messages.enclosures import carries_material
from servicing.messages.previews import sendable
from servicing.messages.sender import send_due
from servicing.messages.sendings import plan_sending, start_sending
from servicing.models import Sending, TextVersion

NAMESPACE = UUID("0c7f4f5e-2c62-4c0a-8a0e-5b1d6b3c7d21")
FEW, MANY = 12, 90


def write_messages(*, at: datetime) -> int:
    """Note what clients of the advisor whose log-in is shown agreed to, then plan and start both sendings; how many are new.
    Twice adds nothing."""
    shown = next((person for person in Staff.objects.advisors().order_by("pk") if person.has_usable_password()), None)
    if shown is None:
        return 0
    before = Sending.objects.count()
    yesterday = timezone.localtime(at).replace(hour=10, minute=20, second=0, microsecond=0) - timedelta(days=1)
    mine = Client.objects.filter(advisor=shown, is_restricted=False, closed_on=None).select_related("branch", "consent")
    clients = list(mine.order_by("pk")[:MANY])
    _ask(clients, by=shown, at=yesterday - timedelta(days=30))
    if version := _text(clients, at):
        _write("few", clients[:FEW], version, by=shown, at=yesterday)
        _write("many", clients, version, by=shown, at=at)
    return Sending.objects.count() - before


def _ask(clients: list[Client], *, by: Staff, at: datetime) -> None:
    """What the clients said when they were asked: most agreed, every twelfth refused, every eleventh was not asked."""
    with transaction.atomic():
        for number, client in enumerate(clients):
            if hasattr(client, "consent") or number % 11 == 3:
                continue
            said = "refused" if number % 12 == 5 else "given"
            day = timezone.localdate(at)
            told = {"sms": said, "sms_on": day, "sms_source": "开户回访", "wecom": "given", "wecom_on": day}
            editing.save(CONSENT, client, told, seen=editing.Version(), by=by, at=at)


def _text(clients: list[Client], at: datetime) -> TextVersion | None:
    found = [one for one in sendable(clients[0].branch, at) if not carries_material(one)] if clients else []
    return next((one for one in found if one.text.channel == "sms"), found[0] if found else None)


def _write(name: str, clients: list[Client], version: TextVersion, *, by: Staff, at: datetime) -> None:
    uid = uuid5(NAMESPACE, f"{by.username}/{name}")
    if Sending.objects.filter(uid=uid).exists():
        return
    sending = plan_sending(clients, version, uid=uid, kind=Sending.Kind.LIST, by=by, at=at)
    if not sending.messages.filter(state="queued").exists():
        return
    if start_sending(sending, by=by, at=at) == Sending.State.GOING:
        send_due(sending.branch_id, lambda: at)
