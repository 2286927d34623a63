"""A link by which a client complains without a log-in: signed, for some days, once. Its page says nothing of the client but
the form of address."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clients.models import Client
from crm import audit
from crm.lib.links import LinkGone, sign, uid_behind
from crm.models import Staff
from segmentation.thresholds import threshold
from servicing.complaints.receiving import Given, receive_complaint
from servicing.models import Complaint, ComplaintLink

_SALT = "servicing.complaint"


def make_link(client: Client, *, uid: UUID, by: Staff, at: datetime) -> str:
    """Make a link for a client and return its token; the same `uid` twice is one link."""
    days = threshold("complaint_link_days", timezone.localdate(at))
    with transaction.atomic():
        link, is_new = ComplaintLink.objects.get_or_create(
            uid=uid,
            defaults={"client": client, "made_by": by, "made_at": at, "expires_at": at + timedelta(days=days)},
        )
        if link.client_id != client.pk or link.made_by_id != by.pk:
            raise LinkGone
        if is_new:
            audit.record(
                "make-complaint-link",
                actor=by,
                of=link,
                branch=client.branch,
                detail={"client": client.pk, "expires_at": link.expires_at.isoformat()},
            )
    return sign(link.uid, _SALT)


def read_link(token: str, at: datetime) -> ComplaintLink:
    """The open link behind a token; raises LinkGone, whatever the reason."""
    uid = uid_behind(token, _SALT)
    found = ComplaintLink.objects.open_at(at).select_related("client__branch", "client__advisor")
    link = found.filter(uid=uid).first()
    if link is None:
        raise LinkGone
    return link


def complain(link: ComplaintLink, *, category: str, text: str, about_advisor: bool, at: datetime) -> Complaint:
    """Take in what a client wrote; how grave it is, is judged by whoever receives it. `about_advisor`: the client says that
    it is about the own advisor, who then neither owns nor reads it. Raises LinkGone when the link was used a moment ago,
    Refused for an empty text."""
    client = link.client
    given = Given(category, Complaint.Severity.SERIOUS, text, client.advisor if about_advisor else None)
    with transaction.atomic():
        if not ComplaintLink.objects.open_at(at).filter(pk=link.pk).update(used_at=at):
            raise LinkGone
        return receive_complaint(
            client.branch, given, how=Complaint.How.LINK, uid=link.uid, at=at, by=None, client=client, link=link
        )
