"""A material of the invented firm that went to a list: an own link in each message of the file outbox, some of them opened."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from clients.models import Client
from crm.models import Staff
from servicing.materials.reading import open_share
from servicing.messages.enclosures import carries_material
from servicing.messages.previews import sendable
from servicing.messages.sender import send_due
from servicing.messages.sendings import plan_sending, start_sending
from servicing.models import MaterialShare, MaterialVersion, Message, Sending

NAMESPACE = UUID("5b7f4a0e-9c1d-4f0e-8a67-2f6f0c1d9e34")
READERS = 16


def send_material(*, at: datetime) -> int:
    """Send the first material about fraud to clients of the advisor whose log-in is shown; how many got it. Twice adds
    nothing."""
    advisor = next((one for one in Staff.objects.advisors().order_by("pk") if one.has_usable_password()), None)
    version = MaterialVersion.objects.standing().filter(material__topic="fraud").select_related("material").first()
    if advisor is None or version is None:
        return 0
    uid = uuid5(NAMESPACE, advisor.username)
    mine = Client.objects.filter(advisor=advisor, is_restricted=False, closed_on=None, consent__sms="given")
    clients = list(mine.select_related("branch").order_by("-pk")[:READERS])
    text = next((one for one in sendable(clients[0].branch, at) if carries_material(one)), None) if clients else None
    if text is None or Sending.objects.filter(uid=uid).exists():
        return 0
    sent_at = timezone.localtime(at).replace(hour=15, minute=40, second=0, microsecond=0) - timedelta(days=1)
    told = {"uid": uid, "kind": Sending.Kind.LIST, "by": advisor, "at": sent_at}
    sending = plan_sending(clients, text, material=version.material, **told)
    messages = Message.objects.filter(sending=sending, state=Message.State.QUEUED)
    if not messages.exists():
        return 0
    start_sending(sending, by=advisor, at=sent_at)
    send_due(sending.branch_id, lambda: sent_at)
    shares = MaterialShare.objects.carried_by(Message.objects.filter(sending=sending)).select_related("client__branch")
    for number, share in enumerate(shares.order_by("pk")):
        if number % 3 != 1:
            opened = sent_at + timedelta(minutes=12 + 7 * number)
            open_share(share, version, uid=uuid5(uid, str(number)), at=opened)
    return shares.count()
