"""Who read what: an opening counts from the moment its risk notice was confirmed."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.links import LinkGone, uid_behind
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.materials.deciding import usable_of
from servicing.materials.sharing import SALT, stands_against
from servicing.models import MaterialReading, MaterialShare, MaterialVersion


def read_link(token: str, at: datetime) -> tuple[MaterialShare, MaterialVersion]:
    """The share behind a token and the version in force, guarded once more; raises LinkGone, whatever the reason. Consent to
    the channel was asked when it was made: a link that is opened is not pushed."""
    uid = uid_behind(token, SALT)
    found = MaterialShare.objects.open_at(at).select_related("client__branch", "client__background", "material")
    share = found.filter(uid=uid).first()
    if share is None:
        raise LinkGone
    try:
        version = usable_of(share.material, at)
    except Refused:
        raise LinkGone from None
    if stands_against(share.client, version, MaterialShare.Channel.PERSON, at):
        raise LinkGone
    return share, version


def open_share(share: MaterialShare, version: MaterialVersion, *, uid: UUID, at: datetime) -> MaterialReading:
    """The client confirmed the risk notice of a version: one opening, the same `uid` twice is one. Raises LinkGone for a `uid`
    of another opening, or when the link was taken back a moment ago."""
    try:
        with transaction.atomic():
            # The share's row is locked by the update: taking it back and opening it come one after the other.
            if not MaterialShare.objects.open_at(at).filter(pk=share.pk).update(expires_at=F("expires_at")):
                raise LinkGone
            reading = MaterialReading.objects.create(uid=uid, version=version, share=share, confirmed_at=at)
            if MaterialShare.objects.filter(pk=share.pk, opened_at=None).update(opened_at=at):
                MaterialVersion.objects.filter(pk=share.version_id).update(opened_count=F("opened_count") + 1)
            audit.record(
                "open-material",
                actor=None,
                of=reading,
                branch=share.client.branch,
                detail={"material": version.material_id, "number": version.number, "client": share.client_id},
            )
    except IntegrityError:
        found = MaterialReading.objects.filter(uid=uid, share=share, version=version).first()
        if found is None:
            raise LinkGone from None
        return found
    return reading


def confirm_reading(version: MaterialVersion, *, by: Staff, at: datetime) -> bool:
    """A member of staff has read a version in force with its risk notice; False where it was confirmed before."""
    if version.state != MaterialVersion.State.APPROVED or version.material.ended_at:
        raise Refused(_("This version is not in force any more; please read the one that is."))
    try:
        with transaction.atomic():
            reading = MaterialReading.objects.create(version=version, staff=by, confirmed_at=at)
            audit.record(
                "read-material",
                actor=by,
                of=reading,
                branch=version.material.branch,
                detail={"material": version.material_id, "number": version.number},
            )
    except IntegrityError:
        return False
    return True
