"""The material that a message carries (S13): its own link stands in the text from the beginning, opens once the message is
claimed, and closes where the message did not go."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client
from crm.lib.links import client_address, sign
from crm.lib.refusals import Refused
from servicing.materials.deciding import usable_of
from servicing.materials.sharing import SALT, make_share, take_back
from servicing.models import LeftOut, Material, MaterialShare, MaterialVersion, Message, TextVersion
from servicing.texts.rendering import placeholders

PLACE = "material"  # the placeholder that the link takes


def carries_material(version: TextVersion) -> bool:
    """Whether a text has a place for the link to a material: it is sent with one, and never without."""
    return PLACE in placeholders(f"{version.body}{version.risk_notice}")


def link_of(message: Message) -> str:
    """The public address by which the reader of a message opens its material."""
    return client_address(reverse("open-material", args=[sign(message.uid, SALT)]))


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


def enclosed(message: Message, at: datetime) -> MaterialVersion | LeftOut | None:
    """The version that the link in a message opens, or why it would open none; None where the message carries no material."""
    if message.sending.material is None:
        return None
    if MaterialShare.objects.closed_at(at).filter(uid=message.uid).exists():
        return LeftOut.LINK_CLOSED
    try:
        return usable_of(message.sending.material, at)
    except Refused:
        return LeftOut.NO_MATERIAL


def open_link(message: Message, client: Client, version: MaterialVersion, at: datetime) -> None:
    """From now on the link in a message opens: one for each message, at its first claim. In the caller's transaction, which
    has asked every guard."""
    if not MaterialShare.objects.filter(uid=message.uid).exists():
        make_share(client, version, message.channel, uid=message.uid, by=message.sending.asked_by, at=at)


def close_links(messages: QuerySet[Message], at: datetime) -> None:
    """Close the links of those of some messages that did not go after they had been claimed: nobody has received them. In the
    caller's transaction. Where nobody knows whether it went, the link stays open."""
    kept = messages.filter(state__in=[Message.State.CANCELLED, Message.State.FAILED], attempt__gt=0)
    for share in MaterialShare.objects.standing().carried_by(kept):
        take_back(share, at)
