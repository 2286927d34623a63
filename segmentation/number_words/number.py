"""What a number that people decided means: its words, unit and ends."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

_MOST = 10**15
# Unit as stored → how many stored units make one unit that people type.
SCALES = {"fen": 100, "fen a year": 100, "e-4": 100, "e-3": 10, "e-2 a year": 100, "e-1": 10, "e-6": 100}


@dataclass(frozen=True)
class Number:
    """What a key means: `least` and `most` in stored units; `is_lawlike`: it needs compliance; `of_night`: it decides the
    result of a night, so that another value makes another run."""

    key: str
    label: str | Promise
    unit: str
    topic: str = "others"
    help: str | Promise = ""
    least: int = 0
    most: int = _MOST
    is_lawlike: bool = False
    of_night: bool = True

    @property
    def scale(self) -> int:
        return SCALES.get(self.unit, 1)

    def typed(self, value: int) -> Decimal:
        """A stored value as people type it: yuan for fen, per cent for e-4."""
        return Decimal(value) / self.scale

    def stored(self, typed: Decimal) -> int | None:
        """What is stored for a typed value, None where it has finer parts than are kept."""
        whole = typed * self.scale
        return int(whole) if whole == int(whole) else None


TOPICS = {
    "dormancy": pgettext_lazy("numbers", "Dormancy"),
    "churn": pgettext_lazy("numbers", "Churn"),
    "behaviour": pgettext_lazy("numbers", "Behaviour"),
    "market": pgettext_lazy("numbers", "Market regimes"),
    "alerts": pgettext_lazy("numbers", "Risk alerts"),
    "economy": pgettext_lazy("numbers", "Costs and scenarios"),
    "contacts": pgettext_lazy("numbers", "Contacts and tasks"),
    "care": pgettext_lazy("numbers", "Call-backs and anniversaries"),
    "messages": pgettext_lazy("numbers", "Messages"),
    "concessions": pgettext_lazy("numbers", "Fee concessions and gifts"),
    "events": pgettext_lazy("numbers", "Education events"),
    "materials": pgettext_lazy("numbers", "Materials"),
    "loyalty": pgettext_lazy("numbers", "Loyalty"),
    "work": pgettext_lazy("numbers", "Lists and exports"),
    "openings": pgettext_lazy("numbers", "Account openings"),
    "complaints": pgettext_lazy("numbers", "Complaints"),
    "team": pgettext_lazy("numbers", "Trends and self-assessment"),
    "installation": pgettext_lazy("numbers", "Installation"),
    "others": pgettext_lazy("numbers", "Others"),
}


def days(key: str, label: str | Promise, topic: str, note: str | Promise = "") -> Number:
    """A number of days, at most ten years."""
    return Number(key, label, "days", topic, note, least=1, most=3650)


def share(key: str, label: str | Promise, topic: str) -> Number:
    """A share of a whole, stored in 1/10,000."""
    return Number(key, label, "e-4", topic, most=10_000)
