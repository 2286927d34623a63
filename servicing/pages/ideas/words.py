"""How an idea is told to its reader: whose it is, how it stands, by when it is answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from clients.models import Client
from crm.access import name_for, text_for
from crm.models import Staff
from servicing.ideas.figures import asked_by
from servicing.models import Idea

DUE_SHOWN = 8
MARKS = {"new": "note", "looked": "ac", "accepted": "ac", "declined": "", "done": "ok"}


@dataclass(frozen=True)
class Told:
    """An idea as a reader may read it; `who` is empty for a visitor; `asked_by`: how many asked for it."""

    row: Idea
    who: str
    text: str
    reason: str
    answer: str
    asked_by: int
    is_late: bool
    opens_client: bool

    @property
    def mark(self) -> str:
        """The class of the tag of its state."""
        return MARKS[self.row.state]

    @property
    def answered_in_time(self) -> bool:
        """Whether the answer came by its day."""
        answered = self.row.answered_at
        return answered is not None and timezone.localdate(answered) <= self.row.answer_due_on


def told_to(user: Staff, ideas: Iterable[Idea], today: date) -> list[Told]:
    """Ideas, read with client and owner, as the user may read them; two queries, however many they are."""
    rows = list(ideas)
    if not rows:
        return []
    counts = asked_by(rows)
    clients = {row.client_id for row in rows if row.client_id}
    seen = set(Client.objects.visible_to(user).filter(pk__in=clients).values_list("pk", flat=True))
    return [_told(user, row, counts[row.pk], today, opens_client=row.client_id in seen) for row in rows]


def due_ideas(user: Staff, day: date) -> list[Told]:
    """The answers of the user's day, the earliest due first."""
    rows = Idea.objects.day_of(user, day).select_related("client", "owner")
    return told_to(user, rows[:DUE_SHOWN], day)


def _told(user: Staff, row: Idea, count: int, today: date, *, opens_client: bool) -> Told:
    name, number = (row.client.name, row.client.client_number) if row.client else ("", "")
    text, reason, answer = (text_for(user, said, name) for said in (row.text, row.reason, row.answer))
    who = name_for(user, name, number) if row.client else ""
    is_late = row.answered_at is None and row.answer_due_on < today
    return Told(row, who, text, reason, answer, count, is_late, opens_client)
