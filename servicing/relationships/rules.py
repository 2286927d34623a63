"""What level a relationship has (S1): the highest one of which every condition holds, from counts of the log and nothing
else. A low mood, a complaint or a score is no condition (S8)."""

from dataclasses import dataclass
from datetime import date, timedelta

from segmentation.thresholds import thresholds
from servicing.models import ServiceStandard

Level = ServiceStandard.Level
LEVELS: tuple[str, ...] = tuple(Level.values)  # from passive to partner
KEYS = ("relation_window", "relation_cadence", "relation_share", "relation_theirs", "relation_answer")


@dataclass(frozen=True)
class Measure:
    """By what clients of one standard are judged on a day: contacts count from `begins`; `spoken`: our last contact is not
    earlier; `kept`: neither here, the cadence is kept; `expected`: contacts of ours since `begins`; `theirs`: conversations
    that the client began; `asked`: what came in before that day is answered."""

    day: date
    begins: date
    spoken: date
    kept: date
    expected: int
    theirs: int
    asked: date

    @property
    def cadence_days(self) -> int:
        """The cadence in days."""
        return (self.day - self.kept).days


@dataclass(frozen=True)
class Talks:
    """What the log says of one client since `Measure.begins`: our and their conversations, the day of our last one, of the
    last question that came in and was followed by none of ours, and how many open promises are overdue."""

    ours: int = 0
    theirs: int = 0
    last_ours: date | None = None
    unanswered: date | None = None
    late_promises: int = 0
    is_new: bool = False  # opened since `begins`: the number of contacts is not asked yet


@dataclass(frozen=True)
class Lack:
    """What is missing for the next level, as a code with numbers; `since`: the day from which it is missing, where known."""

    code: str
    count: int = 0
    wanted: int = 0
    since: date | None = None


@dataclass(frozen=True)
class Actual:
    """The level of a relationship, and what it lacks to the next one."""

    level: str
    lack: Lack | None


def measure_of(standard: ServiceStandard, day: date) -> Measure:
    """By what the clients of a standard are judged on a day, with the numbers in force on it."""
    return measure_with(standard.cadence_days, thresholds(KEYS, day), day)


def measure_with(cadence_days: int | None, numbers: dict[str, int], day: date) -> Measure:
    """The same from the cadence and the numbers."""
    cadence = cadence_days or numbers["relation_cadence"]
    window = max(numbers["relation_window"], 2 * cadence)
    return Measure(
        day=day,
        begins=day - timedelta(days=window),
        spoken=day - timedelta(days=2 * cadence),
        kept=day - timedelta(days=cadence),
        expected=max(window * numbers["relation_share"] // (100 * cadence), 1),
        theirs=numbers["relation_theirs"],
        asked=day - timedelta(days=numbers["relation_answer"]),
    )


def actual(talks: Talks, measure: Measure) -> Actual:
    """The level, from below: what is missing first is what it lacks."""
    for at, lack in enumerate((_accountable(talks, measure), _proactive(talks, measure), _partner(talks, measure))):
        if lack:
            return Actual(LEVELS[at], lack)
    return Actual(Level.PARTNER, None)


def is_below(level: str, target: str) -> bool:
    """Whether a level is lower than another."""
    return LEVELS.index(level) < LEVELS.index(target)


def _accountable(talks: Talks, measure: Measure) -> Lack | None:
    """We were in touch within twice the cadence, and what came in was answered."""
    if talks.last_ours is None:
        return Lack("never")
    silent = (measure.day - talks.last_ours).days
    if talks.last_ours < measure.spoken:
        since = talks.last_ours + timedelta(days=2 * measure.cadence_days)
        return Lack("silent", silent, 2 * measure.cadence_days, since)
    if talks.unanswered and talks.unanswered < measure.asked:
        return Lack("unanswered", (measure.day - talks.unanswered).days, since=talks.unanswered)
    return None


def _proactive(talks: Talks, measure: Measure) -> Lack | None:
    """Our contacts keep the cadence: the last one and their number."""
    if talks.last_ours is None:
        return Lack("never")
    if talks.last_ours < measure.kept:
        since = talks.last_ours + timedelta(days=measure.cadence_days)
        return Lack("late", (measure.day - talks.last_ours).days, measure.cadence_days, since)
    if talks.ours < measure.expected and not talks.is_new:
        return Lack("seldom", talks.ours, measure.expected)
    return None


def _partner(talks: Talks, measure: Measure) -> Lack | None:
    """The client begins conversations too, and what we promised is kept."""
    if talks.theirs < measure.theirs:
        return Lack("one_way", talks.theirs, measure.theirs)
    return Lack("promises", talks.late_promises) if talks.late_promises else None
