"""What a client said after an event: how much is known now, and for those who came what was hoped for and what it was."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client
from clients.profile.editing import Version, save
from clients.profile.kinds import KINDS
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.events.asking import AFTERWARDS, settle_asked
from servicing.events.turning import lock, tell_guest
from servicing.models import Event, Guest

HIGHEST = 5
_CARD = KINDS["background"]


@dataclass(frozen=True)
class Answers:
    """What was said. `knowledge`: a level of the background card; `expected` and `perceived` 1–5, None for who did not come."""

    knowledge: str
    expected: int | None = None
    perceived: int | None = None
    remark: str = ""


class AnsweredMeanwhile(Exception):
    """Somebody else wrote other answers since the form was opened; `guest` is what stands now. Nothing was written."""

    def __init__(self, guest: Guest) -> None:
        super().__init__(f"{guest} was answered meanwhile")
        self.guest = guest


def record_answers(guest: Guest, said: Answers, *, seen: int, by: Staff, at: datetime) -> bool:
    """Write down what a client said, at the count of answers that the editor saw: the knowledge level goes on the client's card
    too, and the task is done. False where the same stands. Raises Refused while the event is not held, and for a word
    that is missing; AnsweredMeanwhile where somebody was quicker."""
    with transaction.atomic():
        event = lock(guest.event)
        if event.state != Event.State.HELD:
            raise Refused(_("Answers are taken once the event was held, until it is closed."))
        Client.objects.select_for_update().get(pk=guest.client_id)  # so that the card stays as it is read here
        now = Guest.objects.select_related("client__background", "branch", "event", "answered_by").get(pk=guest.pk)
        _check(now, said)
        if now.answers and answers_of(now) == said:
            return False
        if now.answers != seen:
            raise AnsweredMeanwhile(now)
        Guest.objects.filter(pk=now.pk).update(
            knowledge_after=said.knowledge, expected=said.expected, perceived=said.perceived, remark=said.remark,
            answers=now.answers + 1, answered_by=by, answered_at=at,
        )  # fmt: skip
        card = getattr(now.client, "background", None)
        version = Version(card.pk, card.version) if card else Version()
        save(_CARD, now.client, {"knowledge": said.knowledge}, seen=version, by=by, at=at)
        settle_asked(now, AFTERWARDS, done=True, by=by, at=at)
        tell_guest("answer-guest", now, by=by)
    return True


def answers_of(guest: Guest) -> Answers:
    """What a guest's row says."""
    return Answers(guest.knowledge_after, guest.expected, guest.perceived, guest.remark)


def _check(guest: Guest, said: Answers) -> None:
    if guest.state == Guest.State.WITHDRAWN:
        raise Refused(_("The invitation was taken back."))
    if not said.knowledge:
        raise Refused(_("Say how much the client knows now."), "knowledge")
    came = guest.attendance == Guest.Attendance.CAME
    for field in ("expected", "perceived"):
        value = getattr(said, field)
        if came and value not in range(1, HIGHEST + 1):
            raise Refused(_("Say it from 1 to {most}.").format(most=HIGHEST), field)
        if not came and value is not None:
            raise Refused(_("The client did not come."), field)
