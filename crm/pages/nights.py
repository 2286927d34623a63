"""Which published nights a request reads: resolved once, so that the queries of a page never mix two nights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.models import Branch, Publication, Staff


@dataclass(frozen=True)
class Nights:
    """One published night of each branch that the reader sees."""

    publications: tuple[Publication, ...]

    @property
    def pks(self) -> list[int]:
        return [night.pk for night in self.publications]

    @property
    def branches(self) -> Sequence[Branch]:
        return [night.branch for night in self.publications]

    @property
    def as_of(self) -> date | None:
        """The latest day among them; a branch that is behind says so in the top bar."""
        return max((night.as_of for night in self.publications), default=None)

    @property
    def measure(self) -> str:
        """What the clients are ranked by, where all branches agree."""
        names = {str(night.basis.scheme.get_measure_display()) for night in self.publications}
        return names.pop() if len(names) == 1 else ""

    @property
    def know_stakes(self) -> bool:
        """Whether a calibrated model scored any of the nights, so that commission at risk is known."""
        models = [night.basis.model for night in self.publications]
        return not models or any(model is None or model.is_calibrated for model in models)


def nights_of(user: Staff, *, branch: str = "", day: date | None = None) -> Nights:
    """The current nights of the reader's branches in one query: of one branch by code, or of an earlier day, where asked."""
    found = Publication.objects.visible_to(user).filter(branch__is_active=True)
    found = found.published().filter(as_of=day) if day else found.current()
    if branch:
        found = found.filter(branch__code=branch)
    return Nights(
        tuple(found.select_related("branch", "basis__scheme", "basis__model").order_by("branch__code").distinct())
    )
