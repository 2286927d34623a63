"""Who works a complaint through: the branch's dedicated person, else a manager, else compliance; never the person complained
about (S9)."""

from datetime import date, datetime
from itertools import chain

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm import audit
from crm.audit import tell
from crm.lib.refusals import Refused
from crm.models import Branch, Leave, Staff
from servicing.complaints.changes import ComplaintConflict, keep_reading
from servicing.models import Complaint, ComplaintOfficer


def officer_of(branch: Branch, day: date) -> Staff | None:
    """Who receives the complaints of a branch on a day, None where nobody was named."""
    row = ComplaintOfficer.objects.begun(day).filter(branch=branch).select_related("staff").first()
    return row.staff if row else None


def candidates(branch: Branch, about: Staff | None, *, restricted: bool = False) -> list[Staff]:
    """Who may own a complaint of a branch: who works there, but for the admin, and compliance; of a restricted client (L3)
    compliance alone. Never the person complained about."""
    own = Q(role=Staff.Role.COMPLIANCE)
    if not restricted:
        own |= Q(role__in=[Staff.Role.ADVISOR, Staff.Role.MANAGER], branches=branch)
    found = Staff.objects.working().filter(own).distinct().order_by("role", "pk")
    return [person for person in found if about is None or person.pk != about.pk]


def choose_owner(branch: Branch, about: Staff | None, day: date, *, restricted: bool = False) -> Staff:
    """Who owns a new complaint; whoever is on leave that day comes after everybody who is here, because its timers run at
    once (S9). Raises Refused where nobody may."""
    officer = officer_of(branch, day)
    may = candidates(branch, about, restricted=restricted)
    order = chain(
        (person for person in may if officer is not None and person.pk == officer.pk),
        (person for person in may if person.is_manager),
        (person for person in may if person.is_compliance),
    )
    away = set(Leave.objects.covering(day).values_list("staff", flat=True))
    owner = min(order, key=lambda person: person.pk in away, default=None)
    if owner is None:
        raise Refused(_("Nobody here may own this complaint: name a complaint officer or a manager first."), "about")
    return owner


def owner_from(complaint: Complaint, client: Client | None, about: Staff | None, day: date) -> Staff:
    """Who owns a complaint of such a client about such a person: its owner while they may, else the next by rule. Raises
    Refused where nobody may."""
    restricted = client is not None and client.is_restricted
    may = candidates(complaint.branch, about, restricted=restricted)
    kept = next((person for person in may if person.pk == complaint.owner_id), None)
    return kept or choose_owner(complaint.branch, about, day, restricted=restricted)


def pass_on_stray(at: datetime) -> int:
    """Give open complaints whose owner may not own them any more to the next by rule; how many. Where nobody may they stay, and
    the check of the data tells. A second time none."""
    moved = 0
    for complaint in Complaint.objects.stray().select_related("branch", "client", "about").order_by("pk"):
        try:
            to = owner_from(complaint, complaint.client, complaint.about, timezone.localdate(at))
        except Refused:
            continue
        with transaction.atomic():
            rows = Complaint.objects.filter(pk=complaint.pk, owner=complaint.owner_id, version=complaint.version)
            if rows.update(owner=to, version=complaint.version + 1):
                before, after = {"owner": complaint.owner_id}, {"owner": to.pk}
                tell("reassign-complaint", complaint, by=None, before=before, after=after)
                moved += 1
    return moved


def name_officer(branch: Branch, person: Staff, *, from_day: date, by: Staff, at: datetime) -> ComplaintOfficer:
    """Name who receives the complaints of a branch from a day on; the same again is the one that is there. Raises Refused
    for a day that has passed, somebody who may not, or a day for which somebody else was named."""
    if from_day < timezone.localdate(at):
        raise Refused(_("Today at the earliest; who received complaints before stays as it was."), "from_day")
    if person not in candidates(branch, None):
        raise Refused(_("Choose somebody who works at this branch, or compliance."), "staff")
    try:
        with transaction.atomic():
            row = ComplaintOfficer.objects.create(
                branch=branch, staff=person, from_day=from_day, made_by=by, made_at=at
            )
            audit.record(
                "name-complaint-officer",
                actor=by,
                of=row,
                branch=branch,
                detail={"staff": person.pk, "from_day": from_day.isoformat()},
            )
    except IntegrityError:
        row = ComplaintOfficer.objects.get(branch=branch, from_day=from_day)
        if row.staff_id != person.pk:
            raise Refused(_("Somebody was named for this day already; choose a later one."), "from_day") from None
    return row


def reassign(complaint: Complaint, to: Staff, *, version: int, by: Staff, at: datetime) -> Complaint:
    """Give a complaint to another owner; who had it before stays in its history. Twice is once. Raises Refused for whoever
    may not own it, ComplaintConflict where somebody wrote meanwhile."""
    with transaction.atomic():
        current = (
            Complaint.objects.select_for_update(of=("self",)).select_related("client", "about").get(pk=complaint.pk)
        )
        if current.owner_id == to.pk:
            return current
        if current.version != version:
            raise ComplaintConflict(current)
        restricted = current.client is not None and current.client.is_restricted
        if to not in candidates(current.branch, current.about, restricted=restricted):
            raise Refused(_("This person may not own it: complained about, gone, or of another branch."), "owner")
        keep_reading(current, by=by, at=at)
        Complaint.objects.filter(pk=current.pk).update(owner=to, version=version + 1)
        tell("reassign-complaint", current, by=by, owner=to.pk)
    return Complaint.objects.get(pk=complaint.pk)


def hand_over_all(owner: Staff, to: Staff, *, seen_by: Staff, at: datetime) -> int:
    """Give another owner all open complaints of a person that a reader sees, for somebody who leaves; those that the other
    may not own stay. How many moved; a second time none."""
    moved = 0
    with transaction.atomic():
        for complaint in Complaint.objects.visible_to(seen_by).still_open().filter(owner=owner).order_by("pk"):
            try:
                reassign(complaint, to, version=complaint.version, by=seen_by, at=at)
            except Refused:
                continue
            moved += 1
    return moved
