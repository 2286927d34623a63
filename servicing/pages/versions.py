"""What the pages of everything written in versions do alike: which version is shown beside which, what may be done with it,
and doing it: put forward, taken back, approved or refused by a second person; and the end of the whole."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from crm.lib import http
from crm.lib.http import method_view, staff_of
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models.versions import Version, Versioned
from servicing.pages.version_forms import DecisionForm
from servicing.versions import deciding, writing
from servicing.versions.deciding import may_decide
from servicing.versions.writing import may_end, may_write

WRITERS = ("advisor", "manager", "admin")
OPEN = ("draft", "waiting", "refused")
_STANDING = Q(ended_at=None)
# The states by which a list is filtered.
STATES: Mapping[str, Q] = {
    "": _STANDING,
    "ended": ~_STANDING,
    **{state: Q(versions__state=state) & _STANDING for state in ("approved", "waiting", "draft")},
}
V = TypeVar("V", bound=Version)


@dataclass(frozen=True)
class Acts(Generic[V]):
    """The views of what is done with the versions of one noun: `of` finds one for a reader or raises Http404; `ask_approval`
    and `decide_version` are the noun's. Addresses are named verb-noun."""

    kind: type[V]
    of: Callable[[HttpRequest, int], Any]
    ask_approval: Callable[..., bool]
    decide_version: Callable[..., bool]

    @property
    def noun(self) -> str:
        return self.kind.OF

    @method_view(*WRITERS)
    def ask(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Put a draft forward to the second person."""
        version = self._version(request, pk, number, writing_it=True)
        try:
            self.ask_approval(version, by=staff_of(request), at=timezone.now())
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            undo = reverse(f"take-back-{self.noun}", args=[pk, number])
            messages.success(request, _("It waits for somebody else's approval now."), extra_tags=undo)
        return redirect(f"{self.noun}-detail", pk=pk)

    @method_view(*WRITERS)
    def take_back(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """The undo of putting it forward."""
        version = self._version(request, pk, number, writing_it=True)
        if deciding.take_back(version, by=staff_of(request)):
            messages.success(request, _("It is a draft again."))
        else:
            messages.error(request, _("Somebody has decided already."))
        return redirect(f"{self.noun}-detail", pk=pk)

    @method_view("manager", "compliance")
    def decide(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Approve or refuse what somebody else wrote; from the page of approvals one comes back to it."""
        user, version = staff_of(request), self._version(request, pk, number)
        if not may_decide(user, version.head.branch):
            raise Http404
        form = DecisionForm(request.POST)
        back = redirect("approval-list") if "from-approvals" in request.POST else redirect(f"{self.noun}-detail", pk=pk)
        if not form.is_valid():
            messages.error(
                request, _("Choose whether to approve or to refuse, with a reason of at most 200 characters.")
            )
            return back
        approve, why = form.cleaned_data["decision"] == "approve", form.cleaned_data["why"]
        try:
            done = self.decide_version(version, approve=approve, why=why, by=user, at=timezone.now())
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            said = _("Approved.") if approve else _("Refused.")
            messages.success(request, said if done else _("Somebody has decided already."))
        return back

    @method_decorator(require_POST)
    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Nobody uses it any more."""
        head = self._ending(request, pk)
        writing.end(head, self.noun, by=staff_of(request), at=timezone.now())
        undo = reverse(f"restore-{self.noun}", args=[pk])
        messages.success(request, _("Ended. It can be restored on its page."), extra_tags=undo)
        return redirect(f"{self.noun}-detail", pk=pk)

    @method_decorator(require_POST)
    def restore(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The undo of ending it."""
        writing.restore(self._ending(request, pk), self.noun, by=staff_of(request))
        messages.success(request, _("Restored."))
        return redirect(f"{self.noun}-detail", pk=pk)

    def _ending(self, request: HttpRequest, pk: int) -> Any:
        head = self.of(request, pk)
        if not may_end(staff_of(request), head.branch):
            raise Http404
        return head

    def _version(self, request: HttpRequest, pk: int, number: int, *, writing_it: bool = False) -> V:
        head = self.of(request, pk)
        versions = self.kind._default_manager.select_related(f"{self.noun}__branch")
        version = versions.filter(**{self.noun: head}, number=number).first()
        if version is None or (writing_it and not may_write(staff_of(request), head.branch)):
            raise Http404
        return version


def to_page(request: HttpRequest, noun: str, pk: int) -> HttpResponse:
    """To the page of what was saved; a form that was sent by htmx forgets its draft and goes there whole."""
    return http.to_page(request, reverse(f"{noun}-detail", args=[pk]))


def rights_of(user: Staff, head: Versioned, versions: Sequence[Version], chosen: Version) -> dict[str, bool]:
    """What the page of a version offers to its reader."""
    writes, waits, stands = may_write(user, head.branch), chosen.state == "waiting", not head.ended_at
    decides = waits and stands and chosen.author_id != user.pk and may_decide(user, head.branch)
    return {
        "may_edit": writes and stands and versions[0].state != "waiting",
        "may_ask": writes and stands and chosen.state == "draft",
        "may_take_back": writes and waits and not decides,
        "may_decide": decides,
        "may_end": may_end(user, head.branch),
    }


def chosen_of(versions: Sequence[V], asked: str) -> V:
    """The version that an address names; without one what is being worked on, then what is in force."""
    if asked:
        found = [version for version in versions if str(version.number) == asked]
        if not found:
            raise Http404
        return found[0]
    in_force = [version for version in versions if version.state == "approved"]
    return versions[0] if versions[0].state in OPEN or not in_force else in_force[0]


def base_of(versions: Sequence[V], chosen: V) -> V | None:
    """What a version is compared with: the approved one before it, else the one before it."""
    earlier = [version for version in versions if version.number < chosen.number]
    decided = [version for version in earlier if version.decided_by_id and version.state != "refused"]
    return next(iter([*decided, *earlier]), None)


def in_work(kind: type[V], heads: Iterable[Versioned]) -> Mapping[int, tuple[V | None, V | None]]:
    """Of each heading the version in force and a later one that is being worked on."""
    kept: dict[int, dict[str, V]] = defaultdict(dict)
    keys = [head.pk for head in heads]
    found = kind._default_manager.filter(**{f"{kind.OF}__in": keys}).exclude(state="ended")
    for version in found.select_related("author", kind.OF).order_by("number"):
        kept[getattr(version, f"{kind.OF}_id")]["approved" if version.state == "approved" else "open"] = version
    pairs = {}
    for key in keys:
        in_force, latest = kept[key].get("approved"), kept[key].get("open")
        is_older = in_force is not None and latest is not None and latest.number < in_force.number
        pairs[key] = (in_force, None if is_older else latest)
    return pairs


def waiting_of(kind: type[V], user: Staff, most: int) -> Sequence[tuple[V, V | None]]:
    """The versions that wait for a reader, the longest waiting first, each with the one in force."""
    rows: Any = kind._default_manager
    waiting = rows.waiting_for(user).select_related(f"{kind.OF}__branch", "author").order_by("asked_at", "pk")
    found = list(waiting[:most])
    heads = [version.head.pk for version in found]
    before = {
        one.head.pk: one for one in rows.filter(**{f"{kind.OF}__in": heads}, state="approved").select_related(kind.OF)
    }
    return [(version, before.get(version.head.pk)) for version in found]


def name_in(text: str) -> str:
    """A name in an address; raises ValueError for what none can be."""
    if "\0" in text:
        raise ValueError(text)
    return text


def state_words() -> list[tuple[str, str]]:
    """The states by which a list is filtered, in words."""
    return [
        ("approved", pgettext("text", "in force")),
        ("waiting", _("waits for approval")),
        ("draft", pgettext("text", "draft")),
        ("ended", pgettext("text", "ended")),
    ]
