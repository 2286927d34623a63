"""What is to be done for a client next: open tasks and promises, the earliest due first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm.access import text_for
from crm.models import Staff
from servicing.channels import channel_words, first_open
from servicing.models import Contact, Promise, ServiceStandard, Task
from servicing.relationships.reading import talks_of
from servicing.relationships.rules import Actual, actual, is_below, measure_of
from servicing.relationships.words import lack_words
from servicing.rounds.words import title_of

SHOWN = 3


@dataclass(frozen=True)
class Step:
    """A task or a promise as the header shows it."""

    kind: str
    what: str
    due_on: date
    is_late: bool
    is_today: bool
    since: date | None


@dataclass(frozen=True)
class NextSteps:
    """The first open ones, how many there are besides, the last contact, and what the client is owed (S2)."""

    steps: list[Step]
    more: int
    contacted_at: datetime | None
    owed: ServiceStandard | None
    today: date
    actual: Actual | None = None  # the relationship as the log tells it, where a standard sets one
    channel: str = ""  # by which the next contact is proposed

    @property
    def contacted_on(self) -> date | None:
        """The day of the last contact in Shanghai."""
        return timezone.localtime(self.contacted_at).date() if self.contacted_at else None

    @property
    def channels(self) -> str:
        """By which channels the client is contacted, the preferred one first."""
        return channel_words(self.owed.channels) if self.owed else ""

    @property
    def missing(self) -> str:
        """What the relationship lacks to the level that is owed; empty where it lacks nothing."""
        if self.owed is None or self.actual is None or not is_below(self.actual.level, self.owed.level):
            return ""
        level = ServiceStandard.Level(self.actual.level).label
        return _("actual: {level}, {what}").format(level=level, what=lack_words(self.actual.lack))

    @property
    def gap_days(self) -> int:
        """By how many days the last contact lies further back than is owed; 0 where it does not, or none is known."""
        if self.owed is None or self.owed.cadence_days is None or self.contacted_on is None:
            return 0
        return max((self.today - self.contacted_on).days - self.owed.cadence_days, 0)


def next_steps(
    client: Client, user: Staff, today: date, owed: ServiceStandard | None, given: Collection[str]
) -> NextSteps:
    """Open tasks and promises of a client whom the user sees, when the client was contacted last, and what lacks to the
    standard that the client is owed; `given`: the channels for which there is consent."""
    tasks = Task.objects.visible_to(user).open_until(date.max).filter(client=client)
    promises = Promise.objects.visible_to(user).open_until(date.max).filter(client=client).select_related("contact")
    open_ones: list[tuple[str, str, date, datetime | None]] = [
        ("task", title_of(row), row.due_on, None) for row in tasks
    ]
    open_ones += [("promise", row.text, row.due_on, row.contact.happened_at) for row in promises]
    steps = [
        _step(kind, text_for(user, what, client.name), due_on, since, today) for kind, what, due_on, since in open_ones
    ]
    steps.sort(key=lambda step: (step.due_on, step.kind))
    last = Contact.objects.visible_to(user).standing().filter(client=client).order_by("-happened_at").first()
    told = None
    if owed and owed.level != ServiceStandard.Level.PASSIVE:
        measure = measure_of(owed, today)
        told = actual(talks_of([client], measure)[client.pk], measure)
    return NextSteps(
        steps[:SHOWN],
        max(len(steps) - SHOWN, 0),
        last.happened_at if last else None,
        owed,
        today,
        told,
        first_open(owed.channels, given) if owed else "",
    )


def _step(kind: str, what: str, due_on: date, since: datetime | None, today: date) -> Step:
    promised = timezone.localtime(since).date() if since else None
    return Step(kind, what, due_on, due_on < today, due_on == today, promised)
