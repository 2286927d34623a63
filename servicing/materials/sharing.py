"""A material for one client: the guards (L1, L3, S15), and the link that opens it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client, Consent
from clients.suitability import investor_of, judge
from crm import audit
from crm.calendar import day_begins
from crm.lib.links import sign
from crm.lib.refusals import Refused
from crm.models import Staff
from segmentation.thresholds import threshold
from servicing.materials.deciding import check_usable
from servicing.messages.facts import is_closed
from servicing.messages.guards import Asked, Known, first_reason
from servicing.models import LeftOut, MaterialShare, MaterialVersion

SALT = "servicing.material"


def stands_against(client: Client, version: MaterialVersion, channel: str, at: datetime) -> LeftOut | None:
    """The first reason why a client is not given a material, in the order of the messages; None where there is none. What
    is shown in person needs no consent to a channel."""
    consent: Consent | None = getattr(client, "consent", None)
    day, risk = timezone.localdate(at), version.material.product_risk
    known = Known(
        client.pk,
        is_restricted=client.is_restricted,
        is_closed=is_closed(client, day),
        said="given" if channel == MaterialShare.Channel.PERSON else getattr(consent, channel, ""),
        allowed_at=at,
        is_suitable=not risk or judge(investor_of(client), risk, day).passes,
    )
    return first_reason(known, Asked(channel))


def share_material(
    client: Client, version: MaterialVersion, channel: str, *, uid: UUID, by: Staff, at: datetime
) -> MaterialShare:
    """Make the link by which a client reads what is in force of a material; the same `uid` twice is one link. Raises Refused
    with the first reason against it."""
    check_usable(version, at)
    if reason := stands_against(client, version, channel, at):
        raise Refused(str(reason.label))
    try:
        with transaction.atomic():
            share = make_share(client, version, channel, uid=uid, by=by, at=at)
            _tell("share-material", share, by=by)
    except IntegrityError:
        found = MaterialShare.objects.filter(uid=uid, made_by=by, client=client, material=version.material).first()
        if found is None:
            raise Refused(_("This form belongs to another link; please open it anew.")) from None
        return found
    return share


def make_share(
    client: Client, version: MaterialVersion, channel: str, *, uid: UUID, by: Staff, at: datetime
) -> MaterialShare:
    """The link alone, in the transaction of a caller who has asked every guard and writes the audit row. It closes with the
    last valid day at the latest."""
    day = timezone.localdate(at)
    last = day_begins(version.valid_until + timedelta(days=1))
    share = MaterialShare.objects.create(
        uid=uid,
        material=version.material,
        version=version,
        client=client,
        channel=channel,
        made_by=by,
        made_at=at,
        expires_at=min(at + timedelta(days=threshold("material_link_days", day)), last),
    )
    MaterialVersion.objects.filter(pk=version.pk).update(shared_count=F("shared_count") + 1)
    return share


def withdraw_share(share: MaterialShare, *, by: Staff, at: datetime) -> bool:
    """Undo of `share_material` while nobody has opened the link; False where it was opened or taken back."""
    with transaction.atomic():
        if taken := take_back(share, at):
            _tell("withdraw-material-share", share, by=by)
    return taken


def take_back(share: MaterialShare, at: datetime) -> bool:
    """Close a link that nobody has opened, in the caller's transaction; False where it was opened or taken back."""
    taken = MaterialShare.objects.standing().filter(pk=share.pk, opened_at=None).update(withdrawn_at=at)
    if taken:
        MaterialVersion.objects.filter(pk=share.version_id).update(shared_count=F("shared_count") - 1)
    return bool(taken)


def token_of(share: MaterialShare) -> str:
    """The signed word in the link."""
    return sign(share.uid, SALT)


def _tell(action: str, share: MaterialShare, *, by: Staff) -> None:
    audit.record(
        action,
        actor=by,
        of=share,
        branch=share.client.branch,
        detail={"material": share.material_id, "client": share.client_id, "channel": share.channel},
    )
