"""Who stops working in a branch leaves nothing open behind without an owner (A5, S6): their own clients are handed over as a pack
(S17); what they hold for clients of others goes on at once, and what they set out to do themselves ends with a reason."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from crm import audit, staffing
from crm.lib.bulk import in_parts
from crm.models import Branch, Staff
from crm.staffing import Wanted
from servicing.models import Complaint, Idea, Promise, Task
from servicing.selfreviews.actions import end_actions

_PART = 500  # rows per statement


def end_work(person: Staff, *, left_on: date, by: Staff, at: datetime, address: str | None = None) -> bool:
    """End somebody's access, and pass on what they hold for clients of others. False when they were out already. Raises
    StaffRefused as `staffing.deactivate` does."""
    owned = {"owns_complaints": Complaint.objects.open_of(person), "owns_ideas": Idea.objects.open_of(person)}
    with transaction.atomic():
        ended = staffing.deactivate(person, left_on=left_on, by=by, at=at, address=address, **owned)
        if ended:
            pass_on_open(person, by=by)
            end_actions(person, by=by, at=at)
    return ended


def change_person(
    person: Staff,
    wanted: Wanted,
    *,
    by: Staff,
    at: datetime,
    version: int,
    owns_in: Collection[int],
    address: str | None = None,
) -> bool:
    """Change somebody, and pass on what they hold in branches in which they do not work any more. False when nothing differs.
    Raises StaffRefused and EditedMeanwhile as `staffing.change_staff` does."""
    with transaction.atomic():
        changed = staffing.change_staff(person, wanted, by=by, version=version, owns_in=owns_in, address=address)
        if changed:
            pass_on_open(person, by=by)
            end_actions(person, by=by, at=at)
    return changed


def pass_on_open(person: Staff, *, by: Staff) -> int:
    """Give the open promises and tasks that somebody holds where they do not work, for clients of others, to the client's
    advisor or else to a manager of the branch; where neither is there they stay, and the check of the data tells. How many
    moved; a second time none."""
    counts = {"promises": 0, "tasks": 0}
    with transaction.atomic():
        for name, rows in (("promises", Promise), ("tasks", Task)):
            held = rows._default_manager.filter(owner=person, state="open").exclude(client__advisor=person)
            for branch in Branch.objects.filter(pk__in=set(held.values_list("branch", flat=True))).order_by("pk"):
                here = dict(Staff.objects.working_in(branch).order_by("pk").values_list("pk", "role"))
                manager = next((pk for pk, role in here.items() if role == Staff.Role.MANAGER), None)
                receivers: dict[int, list[int]] = {}
                for pk, advisor in held.filter(branch=branch).values_list("pk", "client__advisor"):
                    to = advisor if advisor in here else manager
                    if to and person.pk not in here:
                        receivers.setdefault(to, []).append(pk)
                for to, keys in receivers.items():
                    for part in in_parts(keys, _PART):
                        counts[name] += rows._default_manager.filter(pk__in=part, state="open").update(owner=to)
        if any(counts.values()):
            audit.record("pass-on-open", actor=by, of=person, detail=counts)
    return sum(counts.values())
