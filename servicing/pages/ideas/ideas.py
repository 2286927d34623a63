"""Ideas of clients: the list, answers that are late first, with what they come to in numbers; one idea; taking one down."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from crm.access import name_for
from crm.lib import formats
from crm.lib.deciding import branches_of
from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.ideas.figures import topics_of
from servicing.ideas.moving import NEXT
from servicing.ideas.taking import take_idea
from servicing.models import Contact, Idea
from servicing.pages.complaints.reception import client_asked, client_numbered
from servicing.pages.ideas.forms import AnswerForm, Choices, LinkForm, MoveForm, OwnerForm, TakeForm
from servicing.pages.ideas.words import told_to
from servicing.querysets import IdeaQuerySet

READERS, SERVERS = ("advisor", "manager", "compliance"), ("advisor", "manager")
SIZE, YEAR = 50, timedelta(days=365)
LEADS, TALKS, BEGINNING = 50, 10, 40
Rows = IdeaQuerySet[Idea]
_DUE = Order("answer_due_on", date.fromisoformat)
_TAKEN = Order("taken_at", datetime.fromisoformat, descending=True)
SHOWN: dict[str, tuple[Callable[[Rows], Rows], Order]] = {
    "owed": (lambda rows: rows.unanswered(), _DUE),
    "open": (lambda rows: rows.still_open(), _DUE),
    "all": (lambda rows: rows, _TAKEN),
}


@require_safe
@only(*READERS)
def idea_list(request: HttpRequest) -> HttpResponse:
    """Ideas that the reader sees; those whose answer is due first stand first."""
    user, today = staff_of(request), timezone.localdate()
    asked = {name: request.GET.get(name, "") for name in ("show", "topic", "state")}
    asked["show"] = asked["show"] if asked["show"] in SHOWN else "owed"
    seen = Idea.objects.visible_to(user)
    choose, order = SHOWN[asked["show"]]
    rows = choose(seen)
    for name, choices in (("topic", Idea.Topic), ("state", Idea.State)):
        if asked[name] in choices.values:
            rows = rows.filter(**{name: asked[name]})
    page, links = asked_page(request, rows.select_related("client", "owner", "branch"), order, size=SIZE)
    lately = seen.filter(taken_at__gte=timezone.now() - YEAR)
    context = {
        "noun": "idea",
        "rows": told_to(user, page.rows, today),
        "asked": asked,
        "is_filtered": bool(asked["topic"] or asked["state"]),
        "shown": [("owed", _("answers owed")), ("open", pgettext("ideas", "open")), ("all", pgettext("ideas", "all"))],
        "topics": Idea.Topic.choices,
        "states": Idea.State.choices,
        "figures": topics_of(lately, today),
        "may_take": user.role in SERVERS,
        "today": today,
        **links,
    }
    return render(request, "servicing/idea_list.html", context)


@require_safe
@only(*READERS)
def idea_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One idea: what became of it, the answer, and who else asked for it."""
    return render(request, "servicing/idea_detail.html", detail_context(request, idea_of(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@only(*SERVERS)
def create_idea(request: HttpRequest) -> HttpResponse:
    """Take an idea down, of a client (`?client=`) or of a visitor."""
    user, now = staff_of(request), timezone.now()
    client = client_asked(request)
    branches = {branch.code: branch for branch in ([client.branch] if client else branches_of(user))}
    form = TakeForm(
        request.POST or None,
        branches=[(branch.code, branch.name) for branch in branches.values()],
        has_client=client is not None,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        otherwise = _("No client of yours has this number; leave it empty for a visitor.")
        try:
            whose = client or client_numbered(user, given["client_number"], otherwise=otherwise)
            branch = whose.branch if whose else branches[given["branch"]]
            idea = take_idea(branch, given["text"], given["topic"], client=whose, uid=given["uid"], by=user, at=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            words = _("Taken down. {name} answers by {day}.")
            messages.success(request, words.format(name=idea.owner.name, day=formats.day(idea.answer_due_on)))
            return redirect("idea-detail", pk=idea.pk)
    context = {
        "form": form,
        "client": client,
        "name": name_for(user, client.name, client.client_number) if client else "",
        "draft": f"{user.pk}:idea:{client.pk if client else ''}",
    }
    return render(request, "servicing/idea_form.html", context, status=422 if form.errors else 200)


def idea_of(request: HttpRequest, pk: int) -> Idea:
    """An idea that the reader sees; any other is missing."""
    found = Idea.objects.visible_to(staff_of(request)).filter(pk=pk)
    row = found.select_related("client", "branch", "owner", "taken_by", "answered_by", "answer_contact").first()
    if row is None:
        raise Http404
    return row


def may_work(user: Staff, idea: Idea) -> bool:
    """Its owner and the managers of its branch work on it; for somebody who sees it."""
    return user.is_manager or (user.is_advisor and idea.owner_id == user.pk)


def detail_context(request: HttpRequest, idea: Idea) -> dict[str, Any]:
    """What the page of an idea shows; the forms of whoever may work on it."""
    user, today = staff_of(request), timezone.localdate()
    again = (
        Idea.objects.visible_to(user).filter(like=idea).select_related("client", "owner").order_by("-taken_at", "-pk")
    )
    [told, *others] = told_to(user, [idea, *again[:LEADS]], today)
    leading = Idea.objects.visible_to(user).select_related("client", "owner")
    lead = leading.filter(pk=idea.like_id).first() if idea.like_id else None
    works = may_work(user, idea)
    leads_itself = idea.like_id is None
    return {
        "told": told,
        "row": idea,
        "others": others,
        "lead": told_to(user, [lead], today)[0] if lead else None,
        "works": works,
        "move": move_form(idea) if works and leads_itself else None,
        "answer": answer_form(user, idea) if works and idea.answered_at is None else None,
        "link": link_form(user, idea) if works and leads_itself else None,
        "own": own_form(idea) if user.is_manager else None,
        "theirs": None,
    }


def move_form(idea: Idea, data: Any = None) -> MoveForm:
    """What may become of an idea; what is sent may be as it stands already, by a double click."""
    states: Choices = [(state.value, state.label) for state in NEXT[idea.state]]
    if data is not None:
        states = [*states, (idea.state, idea.get_state_display())]
    return MoveForm(data, initial={"version": idea.version}, states=states, auto_id="move-%s")


def answer_form(user: Staff, idea: Idea, data: Any = None) -> AnswerForm:
    """The answer, with the contacts with the client since the idea."""
    contacts: Choices = []
    if idea.client is not None:
        rows = Contact.objects.visible_to(user).standing().of_client(idea.client)
        since = rows.filter(happened_at__gte=idea.taken_at)[:TALKS]
        contacts = [(str(row.pk), f"{formats.moment(row.happened_at)} · {row.get_channel_display()}") for row in since]
    initial: dict[str, object] = {"version": idea.version, "contact": contacts[0][0] if contacts else ""}
    return AnswerForm(
        data, initial=initial, contacts=contacts, has_client=idea.client_id is not None, auto_id="answer-%s"
    )


def link_form(user: Staff, idea: Idea, data: Any = None) -> LinkForm | None:
    """Other ideas of the branch and topic that it may say again; None where there is none."""
    rows = Idea.objects.visible_to(user).leading().filter(branch=idea.branch_id, topic=idea.topic).exclude(pk=idea.pk)
    leads = [(str(row.pk), row.text[:BEGINNING]) for row in rows.order_by("-taken_at")[:LEADS]]
    return LinkForm(data, initial={"version": idea.version}, leads=leads, auto_id="link-%s") if leads else None


def own_form(idea: Idea, data: Any = None) -> OwnerForm:
    """Who may own it: advisors and managers who work at its branch."""
    rows = Staff.objects.working_in(idea.branch_id).filter(role__in=SERVERS).order_by("role", "name", "pk")
    initial = {"version": idea.version, "owner": idea.owner_id}
    return OwnerForm(data, initial=initial, owners=[(str(one.pk), one.name) for one in rows], auto_id="own-%s")
