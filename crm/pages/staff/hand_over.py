"""The hand-over of a person's clients, branch by branch: what is waiting, who takes over, what moved, and taking it back."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clients.generations import Overtaken
from clients.models import Client
from clients.owners import CannotOwn
from crm.lib.http import only, staff_of
from crm.models import Branch, Publication, Staff
from crm.pages.staff.forms import read_uid
from crm.pages.staff.hand_over_openings import waiting_openings
from crm.pages.staff.lists import clients_served
from crm.pages.staff.page import owned_branches, person_of
from segmentation.models import Standing, Tier
from servicing.competence.rules import Verdict
from servicing.competence.serving import MayNotServe, left_by_all, not_served, tiers_asked
from servicing.competence.words import left_words
from servicing.handovers import hand_over, undo_hand_over
from servicing.models import HandOver, Promise, Task
from servicing.shares import deal, open_clients

WRITERS = ("admin", "manager")
DONE_SHOWN = 10
_BUSY = gettext_lazy("Files of this branch are coming in right now. Nothing was moved; try again in a minute.")


@dataclass(frozen=True)
class Waiting:
    """What a person still has in one branch."""

    branch: Branch
    clients: int
    tiers: list[tuple[str, int]]
    promises: int
    tasks: int
    form: "ReceiversForm"
    uid: UUID


class ReceiversForm(forms.Form):
    """Who takes the clients of a branch over, and why."""

    receivers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who takes over"),
        queryset=Staff.objects.none(),
        widget=forms.SelectMultiple(attrs={"class": "form-select", "data-select": ""}),
        help_text=gettext_lazy("With several the clients are dealt in turn by rank, so that nobody gets all the best."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    anyway = forms.BooleanField(
        label=gettext_lazy("Also clients for whose tier who takes over lacks a paper"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, data: Any = None, *, branch: Branch, leaver: Staff, served: Counter[int]) -> None:
        super().__init__(data, prefix=branch.code)
        if not tiers_asked([branch], timezone.localdate()):
            self.fields.pop("anyway")
        choice = self.fields["receivers"]
        if isinstance(choice, forms.ModelMultipleChoiceField):
            may = Staff.objects.receiving_on(timezone.localdate()).filter(branches=branch).exclude(pk=leaver.pk)
            choice.queryset = may.order_by("username")
            choice.label_from_instance = lambda obj: ngettext(  # type: ignore[method-assign]
                "{name} · {clients} client", "{name} · {clients} clients", served.get(obj.pk, 0)
            ).format(name=obj.name, clients=served.get(obj.pk, 0))


@require_http_methods(["GET", "HEAD", "POST"])
@only(*WRITERS)
def hand_over_clients(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a person's hand-over, and moving the clients of one branch."""
    user, person = staff_of(request), person_of(request, pk)
    branch = _branches(user).filter(code=request.POST.get("branch", "").replace("\0", "")[:20]).first()
    served, _day = clients_served(user)
    form = None
    if request.method == "POST":
        if branch is None:
            raise Http404
        form = ReceiversForm(request.POST, branch=branch, leaver=person, served=served)
        if form.is_valid():
            try:
                done, left = _move(person, branch, form, uid=read_uid(request.POST.get("uid", "")), by=user)
            except (CannotOwn, MayNotServe) as refused:
                form.add_error("receivers", str(refused))
            except Overtaken:
                form.add_error(None, _BUSY)
            else:
                messages.success(request, _result(done))
                if left:
                    messages.warning(request, left_words(left))
                return redirect("hand-over", pk=pk)
    return _page(request, person, served, form=form, of=branch)


@require_POST
@only(*WRITERS)
def undo_hand_over_clients(request: HttpRequest, pk: int, uid: UUID) -> HttpResponse:
    """Give the clients of one hand-over back to the person they came from."""
    user, person = staff_of(request), person_of(request, pk)
    done = HandOver.objects.visible_to(user).filter(uid=uid, clients__former=person).distinct().first()
    if done is None:
        raise Http404
    try:
        back = undo_hand_over(done, by=user, at=timezone.now())
    except Overtaken:
        messages.error(request, str(_BUSY))
        return redirect("hand-over", pk=pk)
    if back.given_back:
        told = ngettext("{n} client given back.", "{n} clients given back.", back.given_back)
        messages.success(request, told.format(n=back.given_back))
    if back.stayed:
        told = ngettext(
            "{n} client stays: moved again since, or {name} may not own clients.",
            "{n} clients stay: moved again since, or {name} may not own clients.",
            back.stayed,
        )
        messages.warning(request, told.format(n=back.stayed, name=person.name))
    return redirect("hand-over", pk=pk)


def _move(
    person: Staff, branch: Branch, form: ReceiversForm, *, uid: UUID, by: Staff
) -> tuple[list[HandOver], list[Verdict]]:
    """Each receiver's share is a hand-over of its own; all of them or none. Also what is missing for each client who stays,
    because none of the receivers has what the tier asks for (S21)."""
    receivers = list(form.cleaned_data["receivers"])
    now, reason, anyway = timezone.now(), form.cleaned_data["reason"], form.cleaned_data.get("anyway", False)
    known = list(HandOver.objects.filter(uid__in=[uuid5(uid, str(one.pk)) for one in receivers]))
    with transaction.atomic():
        clients, today = open_clients(person, branch), timezone.localdate(now)
        barred = {} if anyway else {one.pk: not_served(clients, one, today) for one in receivers}
        left = [barred[receivers[0].pk][one.pk] for one in left_by_all(clients, receivers, barred)]
        if known:  # the same form a moment ago
            return known, left
        if left and len(left) == len(clients):
            raise MayNotServe(receivers[0], left[0])
        shares = deal(clients, receivers, barred)
        return [
            hand_over(some, to=receiver, by=by, at=now, reason=reason, uid=uuid5(uid, str(receiver.pk)), anyway=anyway)
            for receiver, some in shares.items()
            if some
        ], left


def _result(done: list[HandOver]) -> str:
    clients = sum(one.clients.count() for one in done)
    told = ngettext("{n} client handed over", "{n} clients handed over", clients).format(n=clients)
    return told + _("; promises that went along: {promises}, tasks: {tasks}; {who}").format(
        promises=sum(len(one.promises) for one in done),
        tasks=sum(len(one.tasks) for one in done),
        who=", ".join(f"{one.to.name} {one.clients.count()}" for one in done),
    )


def _branches(user: Staff) -> Any:
    return Branch.objects.visible_to(user).order_by("code")


def _page(
    request: HttpRequest, person: Staff, served: Counter[int], *, form: ReceiversForm | None, of: Branch | None
) -> HttpResponse:
    user = staff_of(request)
    owned = owned_branches(person)
    seen = {branch.pk: branch for branch in _branches(user).filter(pk__in=owned)}
    waiting = [
        _waiting(person, branch, owned[pk], form if form and branch == of else None, served)
        for pk, branch in seen.items()
    ]
    hand_overs = (
        HandOver.objects.visible_to(user).filter(clients__former=person).select_related("to", "made_by", "branch")
    )
    done = list(hand_overs.annotate(moved=Count("clients")).order_by("-made_at")[:DONE_SHOWN])
    context = {
        "person": person,
        "waiting": waiting,
        "openings": waiting_openings(person, user),
        "elsewhere": sum(n for pk, n in owned.items() if pk not in seen),
        "done": done,
        "may_undo": person.is_active and person.left_on is None,
    }
    return render(request, "crm/hand_over.html", context, status=422 if form is not None and form.errors else 200)


def _waiting(person: Staff, branch: Branch, clients: int, form: ReceiversForm | None, served: Counter[int]) -> Waiting:
    night = Publication.objects.filter(branch=branch).current().first()
    open_ones = Client.objects.filter(advisor=person, branch=branch).exclude(state__in=["closed", "transferred_out"])
    tiers = Standing.objects.filter(publication=night, client__in=open_ones).order_by().values_list("tier")
    counts = dict(tiers.annotate(n=Count("pk"))) if night else {}
    known = [(tier, counts[tier]) for tier in Tier.values if counts.get(tier)]
    rest = clients - sum(counts.values())
    return Waiting(
        branch,
        clients,
        known + ([("", rest)] if rest > 0 else []),
        Promise.objects.filter(client__in=open_ones, state="open").count(),
        Task.objects.filter(client__in=open_ones, state="open").count(),
        form or ReceiversForm(branch=branch, leaver=person, served=served),
        uuid4(),
    )
