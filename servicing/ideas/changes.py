"""What every write to an idea does: look whether somebody wrote meanwhile."""

from collections.abc import Callable

from servicing.models import Idea


class IdeaConflict(Exception):
    """Somebody else wrote to the idea meanwhile: `current` is how it stands now. Nothing was written."""

    def __init__(self, current: Idea) -> None:
        super().__init__(f"{current} is at version {current.version}")
        self.current = current


def locked(idea: Idea, version: int, *, unless: Callable[[Idea], bool]) -> Idea:
    """The idea as it stands, locked inside the caller's transaction. Raises IdeaConflict where it is not at the version that
    was read, unless it already says what is to be written."""
    row = Idea.objects.select_for_update(of=("self",)).select_related("branch", "client", "owner").get(pk=idea.pk)
    if row.version != version and not unless(row):
        raise IdeaConflict(row)
    return row
