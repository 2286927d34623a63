"""Invitations: a one-time link by which a person sets the own password. There is no mail server: the admin hands it over."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from crm import audit
from crm.lib.links import LinkGone, sign, uid_behind
from crm.models import Invitation, Staff

VALID_FOR = timedelta(hours=72)
SHOWN_FOR = timedelta(minutes=1)  # a double click sees the same link; later it is shown to nobody
_SALT = "crm.invitation"


def make_link(person: Staff, *, uid: UUID, by: Staff, at: datetime, address: str | None = None) -> str | None:
    """Make a link for a person and return its token, ending the links before it; twice with one `uid` is once. None when
    the same form comes back later than `SHOWN_FOR`, or from somebody else: a link is shown once."""
    with transaction.atomic():
        invitation, is_new = Invitation.objects.get_or_create(
            uid=uid, defaults={"staff": person, "made_by": by, "made_at": at, "expires_at": at + VALID_FOR}
        )
        if not is_new:
            mine = invitation.staff_id == person.pk and invitation.made_by_id == by.pk
            fresh = at - invitation.made_at < SHOWN_FOR and invitation.used_at is None
            return sign(uid, _SALT) if mine and fresh else None
        before = Invitation.objects.open_at(at).filter(staff=person).exclude(pk=invitation.pk)
        ended = before.update(withdrawn_at=at)
        audit.record(
            "invite-staff",
            actor=by,
            table="crm_staff",
            key=person.pk,
            detail={"expires_at": invitation.expires_at.isoformat(), "links_ended": ended},
            address=address,
        )
    return sign(uid, _SALT)


def read_link(token: str, at: datetime) -> Invitation:
    """The open invitation behind a token; raises LinkGone, whatever the reason."""
    uid = uid_behind(token, _SALT)
    invitation = Invitation.objects.open_at(at).select_related("staff").filter(uid=uid).first()
    if invitation is None:
        raise LinkGone
    return invitation


def accept(invitation: Invitation, password: str, *, at: datetime, address: str | None = None) -> Staff:
    """Set the person's password, end the link and every session before; the caller has checked the password against the
    validators. Raises LinkGone when somebody was faster: the row count is the lock."""
    person = invitation.staff
    with transaction.atomic():
        if not Invitation.objects.open_at(at).filter(pk=invitation.pk).update(used_at=at):
            raise LinkGone
        person.set_password(password)
        person.session_epoch += 1
        person.save(update_fields=["password", "session_epoch"])
        audit.record("accept-invitation", actor=person, table="crm_staff", key=person.pk, address=address)
    return person
