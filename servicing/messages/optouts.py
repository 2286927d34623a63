"""Opting out by the link of a message: the client's word goes onto the card of consent, and what waits is cancelled."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client, Consent
from clients.profile import editing
from clients.profile.kinds import CONSENT
from servicing.messages.outbox import keep_back_all
from servicing.models import LeftOut, Message


def has_opted_out(message: Message) -> bool:
    """Whether the client has refused the channel of a message."""
    said = Consent.objects.filter(client=message.client_id).values_list(message.channel, flat=True).first()
    return said == "refused"


def opt_out(message: Message, at: datetime) -> bool:
    """The client of a message wants no more through its channel (S15). The client's row is locked as a claim does it: what is
    claimed later sees this, and nothing that is queued goes. False where it was refused before."""
    with transaction.atomic():
        client = Client.objects.select_for_update(of=("self",)).select_related("branch").get(pk=message.client_id or 0)
        card = Consent.objects.filter(client=client).first()
        channel = message.channel
        values = {channel: "refused", f"{channel}_on": timezone.localdate(at), f"{channel}_source": _("opt-out link")}
        is_new = getattr(card, channel, "") != "refused"
        if is_new:
            seen = editing.Version(card.pk, card.version) if card else editing.Version()
            editing.save(CONSENT, client, values, seen=seen, by=None, at=at)
        keep_back_all(Message.objects.filter(client=client, channel=channel), LeftOut.OPTED_OUT, at)
    return is_new
