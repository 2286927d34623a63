"""Which published nights a request reads: resolved once, so that the queries of a page never mix two nights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from crm.models import Publication, Staff
from segmentation.models import NightFigures, TierScheme

_HAS_SUMS = Exists(NightFigures.objects.filter(publication=OuterRef("pk")))


@dataclass(frozen=True)
class ReadNight:
    """What a page needs to know of one published night; there may be a hundred of them."""

    pk: int
    as_of: date
    branch: int
    branch_code: str
    branch_name: str
    measure: str | None
    is_calibrated: bool | None  # None: no model
    has_sums: bool


@dataclass(frozen=True)
class Nights:
    """One published night of each branch that the reader sees."""

    publications: tuple[ReadNight, ...]

    @property
    def pks(self) -> list[int]:
        return [night.pk for night in self.publications]

    @property
    def branches(self) -> Sequence[int]:
        return [night.branch for night in self.publications]

    @property
    def as_of(self) -> date | None:
        """The latest day among them; a branch that is behind says so in the top bar."""
        return max((night.as_of for night in self.publications), default=None)

    @property
    def measure(self) -> str:
        """What the clients are ranked by, where all branches agree."""
        measures = {night.measure for night in self.publications}
        one = measures.pop() if len(measures) == 1 else None
        return str(TierScheme.Measure(one).label) if one else ""

    @property
    def have_sums(self) -> bool:
        """Whether every one of them was published with its sums (segmentation.figures)."""
        return all(night.has_sums for night in self.publications)

    @property
    def know_stakes(self) -> bool:
        """Whether a calibrated model scored any of the nights, so that commission at risk is known."""
        return not self.publications or any(night.is_calibrated is not False for night in self.publications)


def nights_of(user: Staff, *, branch: str = "", day: date | None = None) -> Nights:
    """The current nights of the reader's branches in one query: of one branch by code, or of an earlier day, where asked."""
    found = Publication.objects.visible_to(user).filter(branch__is_active=True)
    found = found.published().filter(as_of=day) if day else found.current()
    if branch:
        found = found.filter(branch__code=branch)
    read = found.annotate(has_sums=_HAS_SUMS).order_by("branch__code")
    rows = read.values_list(
        *("pk", "as_of", "branch", "branch__code", "branch__name"),
        *("basis__scheme__measure", "basis__model__is_calibrated", "has_sums"),
    )
    return Nights(tuple(ReadNight(*row) for row in rows))
