"""The steps of an opening (S7, S18): taken in any order, taken back, and what was left out is said."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Staff
from segmentation.thresholds import thresholds
from servicing.models import Opening, OpeningStep, Step
from servicing.openings.people import tell

ORDER = tuple(Step.values)
MANDATORY = frozenset(ORDER) - {Step.BRANCH.value}  # whoever comes to the counter has chosen the branch by coming


def take_step(
    opening: Opening, step: str, *, on: date, by: Staff | None, at: datetime, note: str = ""
) -> OpeningStep | None:
    """A step is done on a day; None where it was before. `by` is empty for what the night reads from the files. With the
    last mandatory step the opening is completed. Raises Refused for a day that cannot be or an opening that was dropped."""
    if on > timezone.localdate(at):
        raise Refused(_("This day is still to come."), "taken_on")
    with transaction.atomic():
        current = Opening.objects.select_for_update().get(pk=opening.pk)
        taken = taken_on(current)
        if step in taken:
            return None
        if current.state == Opening.State.DROPPED:
            raise Refused(_("This opening was dropped; take it up again first."))
        if by is not None and on < current.started_on:
            raise Refused(_("That was before the first visit."), "taken_on")
        waited = on - max((day for one, day in taken.items() if _place(one) < _place(step)), default=current.started_on)
        row = OpeningStep.objects.create(
            opening=current, step=step, taken_on=on, days=max(waited.days, 0), note=note.strip(), by=by, recorded_at=at
        )
        settle(current)
        tell("take-opening-step", current, by=by, step=step, day=str(on))
    return row


def take_back_step(opening: Opening, step: str, *, by: Staff, at: datetime) -> bool:
    """The step was not done after all; False where nobody says it was. Raises Refused for an opening that was dropped."""
    with transaction.atomic():
        current = Opening.objects.select_for_update().get(pk=opening.pk)
        if current.state == Opening.State.DROPPED:
            raise Refused(_("This opening was dropped; take it up again first."))
        standing = current.steps.standing().filter(step=step)
        if not standing.update(withdrawn_at=at, withdrawn_by=by):
            return False
        settle(current)
        tell("take-back-opening-step", current, by=by, step=step)
    return True


def settle(opening: Opening) -> None:
    """Say of an opening that is not dropped, or not any more, inside the caller's transaction, what it waits for since when,
    and whether it is completed: by the steps that stand."""
    taken = taken_on(opening)
    opening.step = waited_for(taken)
    opening.since = max(taken.values(), default=opening.started_on)
    done = taken.keys() >= MANDATORY
    opening.state = Opening.State.COMPLETED if done else Opening.State.OPEN
    opening.ended_on = opening.since if done else None
    opening.reason = opening.reason_text = ""
    opening.save(update_fields=["step", "since", "state", "ended_on", "reason", "reason_text"])


def taken_on(opening: Opening) -> dict[str, date]:
    """Step → the day on which it was done."""
    return dict(OpeningStep.objects.standing().filter(opening=opening).values_list("step", "taken_on"))


def waited_for(taken: Collection[str]) -> str:
    """The step after the furthest one that was taken; the last one stays the last."""
    furthest = max((_place(step) for step in taken), default=-1)
    return ORDER[min(furthest + 1, len(ORDER) - 1)]


def left_out(taken: Collection[str]) -> list[str]:
    """The steps before the furthest one that nobody has taken, in their order (S18)."""
    furthest = max((_place(step) for step in taken), default=-1)
    return [step for step in ORDER[: max(furthest, 0)] if step not in taken]


def expected_days(day: date) -> Mapping[str, int]:
    """Step → for how many days it may be waited for, as decided for a day."""
    found = thresholds([f"opening_days_{step}" for step in ORDER], day)
    return {step: found[f"opening_days_{step}"] for step in ORDER}


def _place(step: str) -> int:
    return ORDER.index(step)
