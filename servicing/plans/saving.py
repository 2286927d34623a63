"""Saving a service plan (S4): every save is a revision; a second editor is told; what the plan does not ask any more is
withdrawn with the reason."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.audit import tell
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import PlanRevision, ServicePlan
from servicing.plans.content import Written, written_in
from servicing.plans.tasks import follow
from servicing.standards import LONGEST_CADENCE

MOST_ACTIONS, MOST_NEEDS = 30, 12


class PlanChanged(Exception):
    """Somebody else saved the plan since it was read; `current` is what it says now. Nothing was written."""

    def __init__(self, current: ServicePlan) -> None:
        super().__init__(f"plan {current.pk} was saved meanwhile")
        self.current = current


def check_written(written: Written, before: Written | None, *, owed_days: int | None, today: date) -> None:
    """Raises Refused, naming the field, where a plan cannot say this. `owed_days`: the cadence of the standard, None where it
    has none; a plan may ask for more contact than the standard, never for less (S2, S8)."""
    if not written.goal.strip():
        raise Refused(_("Say what is to be reached for the client."), "goal")
    if len(written.needs) > MOST_NEEDS:
        raise Refused(_("At most {n} lines.").format(n=MOST_NEEDS), "needs")
    every = written.cadence_days
    if every is not None and not 1 <= every <= LONGEST_CADENCE:
        raise Refused(_("Between 1 and {n} days.").format(n=LONGEST_CADENCE), "cadence_days")
    if every is not None and owed_days is not None and every > owed_days:
        raise Refused(
            ngettext(
                "The standard owes a contact every day; a plan may ask for more, never for less.",
                "The standard owes a contact every {n} days; a plan may ask for more, never for less.",
                owed_days,
            ).format(n=owed_days),
            "cadence_days",
        )
    if written.next_review_on < today and (before is None or before.next_review_on != written.next_review_on):
        raise Refused(_("The review lies in the past."), "next_review_on")
    _check_actions(written, before, today)


def _check_actions(written: Written, before: Written | None, today: date) -> None:
    if len(written.actions) > MOST_ACTIONS:
        raise Refused(_("At most {n} actions.").format(n=MOST_ACTIONS), "actions")
    if len({action.id for action in written.actions}) < len(written.actions):
        raise Refused(_("Two actions are one; please open the form anew."), "actions")
    known = {action.id: action for action in before.actions} if before else {}
    for action in written.actions:
        if not action.text and not action.item:
            raise Refused(_("An action says what to do, or names a service item."), "actions")
        if action.every_days is not None and not 1 <= action.every_days <= LONGEST_CADENCE:
            raise Refused(_("An action repeats after 1 to {n} days.").format(n=LONGEST_CADENCE), "actions")
        same_day = action.id in known and known[action.id].due_on == action.due_on
        if action.due_on < today and not same_day:
            raise Refused(_("The day of an action lies in the past."), "actions")


def save_plan(
    plan: ServicePlan, written: Written, *, version: int, owed_days: int | None, by: Staff, at: datetime, why: str = ""
) -> ServicePlan:
    """Save what a plan says as its next revision. `version` is the one that the editor read: raises PlanChanged where it is
    not the present one, Refused for what cannot be. The same again changes nothing."""
    with transaction.atomic():
        current = ServicePlan.objects.select_for_update().get(pk=plan.pk)
        before = written_in(current)
        if before == written:
            return current
        if current.withdrawn_at:
            raise Refused(_("This plan is withdrawn."))
        if current.version != version:
            raise PlanChanged(current)
        check_written(written, before, owed_days=owed_days, today=timezone.localdate(at))
        return write(current, written, by=by, at=at, why=why, action="save-plan")


def write(
    plan: ServicePlan, written: Written, *, by: Staff, at: datetime, why: str, action: str, **more: object
) -> ServicePlan:
    """Write the next revision of a plan that the caller holds, with its audit row; `more`: columns that change with it."""
    for name, value in {**written.columns(), **more, "version": plan.version + 1}.items():
        setattr(plan, name, value)
    plan.save()
    keep_revision(plan, by=by, at=at, why=why)
    dropped = follow(plan, at=at)
    tell(action, plan, by=by, version=plan.version, actions=len(written.actions), withdrawn=dropped)
    return plan


def keep_revision(plan: ServicePlan, *, by: Staff, at: datetime, why: str) -> None:
    """Keep what the plan says now under its version."""
    PlanRevision.objects.create(plan=plan, number=plan.version, written=plan.written(), why=why[:200], staff=by, at=at)


def withdraw_plan(plan: ServicePlan, *, by: Staff, at: datetime) -> bool:
    """Take a plan out of force with its open tasks; its revisions stay. False where it is withdrawn already."""
    with transaction.atomic():
        current = ServicePlan.objects.select_for_update().get(pk=plan.pk)
        if current.withdrawn_at:
            return False
        current.withdrawn_at = at
        current.save(update_fields=["withdrawn_at"])
        tell("withdraw-plan", current, by=by, withdrawn=follow(current, at=at))
    return True


def restore_plan(plan: ServicePlan, *, by: Staff) -> bool:
    """Undo of `withdraw_plan`; the next night makes its tasks again. False where it is in force already; raises Refused where
    another plan is."""
    with transaction.atomic():
        current = ServicePlan.objects.select_for_update().get(pk=plan.pk)
        if current.withdrawn_at is None:
            return False
        if ServicePlan.objects.in_force().filter(client=current.client_id).exists():
            raise Refused(_("There is another plan for this client already."))
        current.withdrawn_at = None
        current.save(update_fields=["withdrawn_at"])
        tell("restore-plan", current, by=by)
    return True
