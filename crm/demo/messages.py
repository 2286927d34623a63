"""Messages of the invented firm: one sending that went into the file outbox, one large one that waits for a second person."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from clients.models import Client, Consent
from crm.models import Staff
from servicing.messages.previews import sendable
from servicing.messages.sender import send_due
from servicing.messages.sendings import plan_sending, start_sending
from servicing.models import Sending, TextVersion

NAMESPACE = UUID("0c7f4f5e-2c62-4c0a-8a0e-5b1d6b3c7d21")
FEW, MANY = 12, 260


def write_messages(*, at: datetime) -> int:
    """Plan and start both sendings of the advisor whose log-in is shown; how many are new. Twice adds nothing."""
    shown = next((person for person in Staff.objects.advisors().order_by("pk") if person.has_usable_password()), None)
    if shown is None:
        return 0
    before = Sending.objects.count()
    yesterday = timezone.localtime(at).replace(hour=10, minute=20, second=0, microsecond=0) - timedelta(days=1)
    for name, most, moment in (("few", FEW, yesterday), ("many", MANY, at)):
        clients = _agreed(shown, most)
        if version := _text(clients, at):
            _write(name, clients, version, by=shown, at=moment)
    return Sending.objects.count() - before


def _agreed(person: Staff, most: int) -> list[Client]:
    """Clients of the advisor of whom a card of consent says something about SMS, then others."""
    mine = Client.objects.filter(advisor=person, is_restricted=False).select_related("branch").order_by("pk")
    told = set(Consent.objects.filter(client__advisor=person).exclude(sms="").values_list("client", flat=True))
    return sorted(mine, key=lambda client: (client.pk not in told, client.pk))[:most]


def _text(clients: list[Client], at: datetime) -> TextVersion | None:
    found = sendable(clients[0].branch, at) if clients else []
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
