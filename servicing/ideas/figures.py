"""Ideas in numbers: by topic and state, and how many answers were given by their day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from servicing.models import Idea
from servicing.querysets import IdeaQuerySet


@dataclass
class Topic:
    """The ideas of a topic: by state, and of those whose answer was given or is overdue how many were in time."""

    topic: str
    states: dict[str, int] = field(default_factory=dict)
    in_time: int = 0
    judged: int = 0

    @property
    def word(self) -> str:
        """The topic in words."""
        return str(Idea.Topic(self.topic).label)

    @property
    def counts(self) -> list[int]:
        """How many are in each state, in the order of the states."""
        return [self.states.get(state, 0) for state in Idea.State.values]

    @property
    def share(self) -> float | None:
        """The share answered in time, 0–1; None where nothing is judged."""
        return self.in_time / self.judged if self.judged else None


def topics_of(ideas: IdeaQuerySet[Idea], today: date) -> list[Topic]:
    """The topics of some ideas, in their order; one query."""
    in_time = Q(answered_on__lte=F("answer_due_on"))
    late = Q(answered_on__gt=F("answer_due_on")) | Q(answered_at=None, answer_due_on__lt=today)
    rows = ideas.annotate(answered_on=TruncDate("answered_at")).order_by().values_list("topic", "state")
    found: dict[str, Topic] = {}
    for topic, state, n, kept, broken in rows.annotate(
        n=Count("pk"), kept=Count("pk", filter=in_time), broken=Count("pk", filter=late)
    ):
        one = found.setdefault(topic, Topic(topic))
        one.states[state] = n
        one.in_time += kept
        one.judged += kept + broken
    return [found[topic] for topic in Idea.Topic.values if topic in found]


def asked_by(leads: Iterable[Idea]) -> Mapping[int, int]:
    """Idea → how many people asked for it: its own client and the others of those that say it again; every visitor counts."""
    known = {lead.pk: {lead.client_id or f"visitor {lead.pk}"} for lead in leads}
    for pk, lead, client in Idea.objects.filter(like__in=known).values_list("pk", "like", "client"):
        known[lead or 0].add(client or f"visitor {pk}")
    return {pk: len(people) for pk, people in known.items()}
