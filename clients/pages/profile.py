"""Cards about a client, edited in the drawer: one form, one save, history, withdrawal, undo. A second editor sees both
versions, and typed text stays."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.generations import Overtaken
from clients.grants import look_up
from clients.models import CardChange, Client, FactChange
from clients.pages.card_form import CardForm
from clients.pages.profile_line_forms import FORMS
from clients.pages.profile_words import both_versions, title_of
from clients.profile import household, kinds, opening, person
from clients.profile.editing import UndoRefused, undo
from clients.profile.history import card_history
from clients.profile.opening import Opened, Stale, Taken
from clients.profile.reading import profile_cards
from crm.lib.http import is_swap, only, staff_of

EDITORS, READERS = ("advisor", "manager"), ("advisor", "manager", "compliance")


@require_http_methods(["GET", "HEAD", "POST"])
@only(*EDITORS)
def edit_card(request: HttpRequest, pk: int, card: str, key: int | None = None) -> HttpResponse:
    """The form of a card in the drawer, and what it sends; without a key the one card of its kind, or a new row."""
    client = _client(request, pk)
    opened = opening.open_card(card, client, key) if card in FORMS else None
    if opened is None:
        if request.method != "POST" or card not in FORMS or key is None or not opening.was_there(card, client, key):
            raise Http404
        opened = _blank(card, client)
    form = _form(request, opened)
    if request.method != "POST":
        return _drawer(request, form, key)
    if not form.is_valid():
        return _drawer(request, form, key, status=422)
    if not form.has_changed() and (opened.row is not None or card == opening.PERSON):
        return _done(request, client, card, None, _("Nothing was changed."))
    token = request.POST.get("token", "")
    try:
        change = opening.store(
            card, client, form.values(), key=key, token=token, by=staff_of(request), at=timezone.now()
        )
    except Stale as stale:
        return _told(request, form, stale, key)
    except Taken:
        form.add_error(None, _("There is another row for the same day already; edit that one."))
    except Overtaken:
        form.add_error(None, _("A file is coming in for this branch. Please save once more."))
    else:
        return _done(request, client, card, change, _("Saved.") if change else _("Nothing was changed."))
    return _drawer(request, form, key, status=422)


@require_POST
@only(*EDITORS)
def withdraw_card(request: HttpRequest, pk: int, card: str, key: int) -> HttpResponse:
    """Take one of several rows away; it stays in the history."""
    client = _client(request, pk)
    kind = kinds.KINDS.get(card)
    if kind is None or kind.is_single or not opening.was_there(card, client, key):
        raise Http404
    token = request.POST.get("token", "")
    try:
        change = opening.take_away(card, client, key=key, token=token, by=staff_of(request), at=timezone.now())
    except Stale as stale:
        now = stale.now or _blank(card, client)
        form = FORMS[card](None, opened=now, user=staff_of(request), today=timezone.localdate())
        form.warning = _("{who} changed this meanwhile. It was not withdrawn.").format(who=now.by)
        return _drawer(request, form, key, status=422)
    return _done(request, client, card, change, _("Withdrawn.") if change else _("It was withdrawn already."))


@require_POST
@only(*EDITORS)
def undo_card_change(request: HttpRequest, pk: int, card: str, change: int) -> HttpResponse:
    """Bring back what stood before the last edit; refused when somebody edited since."""
    client, user, now = _client(request, pk), staff_of(request), timezone.now()
    try:
        if card == opening.PERSON:
            fact = FactChange.objects.filter(pk=change, key=client.pk, table="clients_client", staff=user).first()
            if fact is None:
                raise Http404
            person.undo_person(client, fact, by=user, at=now)
        else:
            kind = kinds.KINDS.get(card)
            edit = CardChange.objects.visible_to(user).filter(pk=change, card=card).first()
            if kind is None or edit is None or not opening.was_there(card, client, edit.key):
                raise Http404
            undo(kind, client, edit, by=user, at=now)
    except UndoRefused:
        return _done(request, client, card, None, _("It was changed again since; nothing was undone."), status=422)
    except Overtaken:
        return _done(request, client, card, None, _("A file is coming in; please undo once more."), status=422)
    return _done(request, client, card, None, _("Undone."))


@require_safe
@only(*READERS)
def card_changes(request: HttpRequest, pk: int, card: str) -> HttpResponse:
    """Who wrote what on a card, and when."""
    if card not in FORMS:
        raise Http404
    client = look_up(staff_of(request), pk, timezone.now())
    if client is None:
        raise Http404
    context = {"title": title_of(card), "edits": card_history(card, client, staff_of(request))}
    return render(request, "clients/_profile_history.html", context)


@require_safe
@only(*EDITORS)
def find_relatives(request: HttpRequest, pk: int) -> HttpResponse:
    """Clients of the same branch who may belong to the household, as choices of the form."""
    client, text = _client(request, pk), request.GET.get("q", "")[:60]
    found = household.candidates(client, text, staff_of(request))
    return render(request, "clients/_profile_found.html", {"found": found, "asked": text.strip()})


def _client(request: HttpRequest, pk: int) -> Client:
    found = Client.objects.visible_to(staff_of(request)).select_related("branch").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _blank(card: str, client: Client) -> Opened:
    return Opened(card, client, None, kinds.KINDS[card].blank(), "")


def _form(request: HttpRequest, opened: Opened) -> CardForm:
    data = request.POST if request.method == "POST" else None
    return FORMS[opened.name](data, opened=opened, user=staff_of(request), today=timezone.localdate())


def _drawer(
    request: HttpRequest, form: CardForm, key: int | None, *, status: int = 200, token: str | None = None
) -> HttpResponse:
    opened = form.opened
    args = [opened.client.pk, opened.name]
    typed = request.POST.get("token", "") if token is None and request.method == "POST" else token
    context = {
        "title": title_of(opened.name, is_new=key is None and opened.row is None and opened.name != opening.PERSON),
        "form": form,
        "client": opened.client,
        "token": opened.token if typed is None else typed,
        "form_action": reverse("edit-card", args=[*args, key]) if key is not None else reverse("add-card", args=args),
        "edit_url": reverse("edit-card", args=[*args, key]) if key is not None else reverse("add-card", args=args),
        "withdraw_url": reverse("withdraw-card", args=[*args, key]) if key is not None else "",
    }
    if opened.name == "household" and opened.row is None:
        text = request.POST.get("q", "")[:60]
        context |= {"asked": text, "found": household.candidates(opened.client, text, staff_of(request))}
        context |= {"chosen": request.POST.get("other", ""), "picks": True}
    return render(request, "clients/_profile_form.html", context, status=status)


def _told(request: HttpRequest, form: CardForm, stale: Stale, key: int | None) -> HttpResponse:
    """Somebody wrote since: both versions side by side; sent once more, this editor's text is taken."""
    if stale.now is None:
        form.warning = _("Somebody withdrew this meanwhile. What you typed is kept; save to write it down anew.")
        return _drawer(request, form, None, status=422, token="")
    if stale.now.row is not None and key is None and not kinds.KINDS[stale.now.name].is_single:
        key = stale.now.row.pk
    shown = form.over(stale.now)
    shown.warning = _("{who} saved this meanwhile ({when}).").format(
        who=stale.now.by, when=timezone.localtime(stale.now.at).strftime("%Y-%m-%d %H:%M") if stale.now.at else ""
    )
    shown.versions = both_versions(form, stale.now)
    return _drawer(request, shown, key, status=422, token=stale.now.token)


def _done(
    request: HttpRequest,
    client: Client,
    card: str,
    change: CardChange | FactChange | None,
    text: str,
    *,
    status: int = 200,
) -> HttpResponse:
    """The panels anew and a short message with undo, both out of band; the drawer closes."""
    if not is_swap(request):
        (messages.success if status == 200 else messages.error)(request, text)
        return redirect("client-detail", pk=client.pk)
    client.refresh_from_db()
    context = {
        "profile": profile_cards(client, staff_of(request), today=timezone.localdate()),
        "client": client,
        "text": text,
        "undo_url": reverse("undo-card", args=[client.pk, card, change.pk]) if change else "",
        "is_refused": status != 200,
        "out_of_band": True,
    }
    response = render(request, "clients/_profile_saved.html", context, status=status)
    response["HX-Trigger"] = "close-drawer"
    return response
