"""The pages of decided rows: what holds now, what comes later and what held before, of the firm and of each branch that decided
for itself."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from crm.lib.decided_forms import FIRM
from crm.lib.deciding import branches_of, may_decide
from crm.lib.http import staff_of
from crm.models import Branch
from servicing.models.decided import DecidedRow

D = TypeVar("D", bound=DecidedRow)


@dataclass(frozen=True)
class Scope:
    """The firm, or a branch with rows of its own, each row as the page shows it."""

    branch: Branch | None
    holding: Sequence[Any]
    later: Sequence[Any]
    before: Sequence[Any]
    may_write: bool

    @property
    def code(self) -> str:
        """What an address says for it."""
        return self.branch.code if self.branch else FIRM


@dataclass(frozen=True)
class DecidedList(Generic[D]):
    """The list of one kind of row: `counting` gives those that count for a branch out of those that have begun, `holding` how
    they are shown to a branch, `shown` how any other row is. `noun` names the addresses and templates."""

    rows: Callable[[], QuerySet[D]]
    counting: Callable[[Iterable[D], int | None], Collection[D]]
    holding: Callable[[Collection[D], int | None], Sequence[Any]]
    shown: Callable[[D], Any]
    noun: str

    @method_decorator(require_safe)
    def show(self, request: HttpRequest, **more: Any) -> HttpResponse:
        """What the reader may see of them; `more` is for the template."""
        user, today = staff_of(request), timezone.localdate()
        rows = list(self.rows().visible_to(user).select_related("branch", "made_by"))  # type: ignore[attr-defined]
        own = sorted({row.branch for row in rows if row.branch}, key=lambda branch: branch.code)
        mine = set(branches_of(user)) if may_decide(user) else set[Branch]()

        def scope(branch: Branch | None) -> Scope:
            key = branch.pk if branch else None
            counting = self.counting([row for row in rows if row.from_day <= today], key)
            others = [row for row in rows if row.branch_id == key and row not in counting]
            others.sort(key=lambda row: (row.from_day, row.pk))
            return Scope(
                branch,
                self.holding(counting, key),
                [self.shown(row) for row in others if row.from_day > today],
                [self.shown(row) for row in reversed(others) if row.from_day <= today],
                user.is_admin or branch in mine,
            )

        context = {"scopes": [scope(branch) for branch in (None, *own)], "may_write": may_decide(user)}
        context |= {"noun": self.noun, "heads": f"servicing/_{self.noun}_heads.html", **more}
        return render(request, f"servicing/{self.noun}_list.html", context)
