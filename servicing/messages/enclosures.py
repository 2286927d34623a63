"""The material that a message carries (S13): its own link stands in the text from the beginning, opens once the message is
claimed, and closes where the message did not go."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client
from crm.lib.links import sign
from crm.lib.refusals import Refused
from servicing.materials.deciding import usable_of
from servicing.materials.sharing import SALT, make_share, take_back
from servicing.models import LeftOut, Material, MaterialShare, Message, TextVersion
from servicing.texts.rendering import placeholders

PLACE = "material"  # the placeholder that the link takes


def carries_material(version: TextVersion) -> bool:
    """Whether a text has a place for the link to a material: it is sent with one, and never without."""
    return PLACE in placeholders(f"{version.body}{version.risk_notice}")


def link_of(message: Message) -> str:
    """The public address by which the reader of a message opens its material."""
    return f"{settings.PUBLIC_URL}{reverse('open-material', args=[sign(message.uid, SALT)])}"


def check_material(version: TextVersion, material: Material | None, at: datetime) -> None:
    """Raises Refused, naming the field, where a text and a material do not go together, or the material may not be given."""
    if material is None:
        if carries_material(version):
            raise Refused(_("This text is sent with a material: choose one."), "material")
        return
    if not carries_material(version):
        raise Refused(_("This text has no place for the link to a material. Choose another one."), "text")
    try:
        usable_of(material, at)
    except Refused as refused:
        raise Refused(str(refused), "material") from None


def stands_against_link(message: Message, at: datetime) -> LeftOut | None:
    """Why the link in a message would not open; None where it will, or there is none."""
    if message.sending.material is None:
        return None
    made = MaterialShare.objects.filter(uid=message.uid)
    if made.exists() and not made.open_at(at).exists():
        return LeftOut.LINK_CLOSED
    try:
        usable_of(message.sending.material, at)
    except Refused:
        return LeftOut.NO_MATERIAL
    return None


def open_link(message: Message, client: Client, at: datetime) -> None:
    """From now on the link in a message opens: one for each message, at its first claim. In the caller's transaction, which
    has asked every guard."""
    sending = message.sending
    if sending.material is None or MaterialShare.objects.filter(uid=message.uid).exists():
        return
    version = usable_of(sending.material, at)
    make_share(client, version, message.channel, uid=message.uid, by=sending.asked_by, at=at)


def close_links(messages: QuerySet[Message], at: datetime) -> None:
    """Close the links of those of some messages that did not go after they had been claimed: nobody has received them. In the
    caller's transaction. Where nobody knows whether it went, the link stays open."""
    kept = messages.filter(state__in=[Message.State.CANCELLED, Message.State.FAILED], attempt__gt=0)
    for share in MaterialShare.objects.standing().carried_by(kept):
        take_back(share, at)
