"""Drawing a year's sample again, and comparing it with what is kept (L2)."""

from dataclasses import dataclass

from servicing.callbacks.sampling import checksum, drawn, read
from servicing.models import Callback, CallbackSample


@dataclass(frozen=True)
class Proof:
    """What drawing again showed: whether the base is the one of the checksum, whether the members are the beginning of the
    order, how many stand there, how many of them are or were to be called, and of how many."""

    base_agrees: bool
    members_agree: bool
    members: int
    called: int
    required: int
    base_count: int

    @property
    def suffices(self) -> bool:
        """Whether the share is kept, while the base lasts."""
        return self.called >= self.required or self.members == self.base_count

    @property
    def holds(self) -> bool:
        """Whether everything agrees."""
        return self.base_agrees and self.members_agree and self.suffices


def prove(sample: CallbackSample) -> Proof:
    """Draw again from base and seed, and compare."""
    rows = list(Callback.objects.filter(sample=sample).order_by("place").values_list("client", "state"))
    order = drawn(read(sample.base), sample.seed)
    return Proof(
        checksum(sample.base) == sample.checksum,
        [client for client, _state in rows] == order[: len(rows)],
        len(rows),
        sum(state != Callback.State.WITHDRAWN for _client, state in rows),
        sample.required,
        len(order),
    )
