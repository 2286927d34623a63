"""Which published nights a request reads: resolved once, so that the queries of a page never mix two nights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from crm.models import Branch, Publication, Staff
from segmentation.models import NightFigures

_FITTED = [f"basis__model__{name}" for name in ("params", "calibrator", "counts", "metrics", "gates")]
_HAS_SUMS = Exists(NightFigures.objects.filter(publication=OuterRef("pk")))


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
        schemes = {night.basis.scheme.measure: night.basis.scheme for night in self.publications}
        return str(next(iter(schemes.values())).get_measure_display()) if len(schemes) == 1 else ""

    @property
    def have_sums(self) -> bool:
        """Whether every one of them was published with its sums (segmentation.figures)."""
        return all(getattr(night, "has_sums", False) for night in self.publications)

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
    read = found.select_related("branch", "basis__scheme", "basis__model").defer(*_FITTED).order_by("branch__code")
    return Nights(tuple(read.annotate(has_sums=_HAS_SUMS).distinct()))
