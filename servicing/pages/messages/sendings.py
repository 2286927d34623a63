"""Sendings: the list, the page of one with its counts and the rows behind them, and every step of its life."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.access import name_for
from crm.lib import formats
from crm.lib.http import asked_page, is_swap, only, staff_of, varies
from crm.lib.keyset import Order
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.messages.gateways import leaves_the_house
from servicing.messages.sendings import decide_sending, needs_second, send_test, start_sending, stop_sending
from servicing.messages.unknown import send_again, settle_unknown
from servicing.messages.wording import without_link
from servicing.models import LeftOut, MaterialShare, Message, Sending
from servicing.pages.messages.forms import TestForm, UnknownForm

READERS = ("advisor", "manager", "compliance")
WRITERS = ("advisor", "manager")
_ORDER = Order("asked_at", datetime.fromisoformat, descending=True)
_ROWS = Order("pk")
_SHOWN, _PREVIEWED = 50, 3
_TROUBLES = {**dict(LeftOut.choices), "worker": gettext_lazy("the program broke off while it sent")}
_READ = {"yes": gettext_lazy("link opened"), "no": gettext_lazy("link not opened")}


@require_safe
@only(*READERS)
def sending_list(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, what nobody knows the outcome of, and every sending that the reader sees."""
    user = staff_of(request)
    page, links = asked_page(request, Sending.objects.visible_to(user).told_to(user), _ORDER, size=_SHOWN)
    counts = Message.objects.counted([row.pk for row in page.rows])
    unknown = Message.objects.visible_to(user).unsettled().filter(sending__in=Sending.objects.visible_to(user))
    context = {
        "waiting": waiting_sendings(user, _SHOWN),
        "unknown": sorted({message.sending_id: message.sending for message in unknown[:_SHOWN]}.items()),
        "rows": [{"sending": row, "counts": _told(counts.get(row.pk, {}))} for row in page.rows],
        "may_write": user.role in WRITERS,
        **links,
    }
    return render(request, "servicing/sending_list.html", context)


@require_safe
@only(*READERS)
def sending_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One sending: its counts, each opening its rows; while it goes, htmx asks for the counts alone."""
    user, sending = staff_of(request), sending_of(request, uid)
    context = _counted(sending, user)
    if is_swap(request) and request.headers.get("HX-Target") == "counts":
        return varies(render(request, "servicing/_sending_counts.html", context))
    state, reason, read = (request.GET.get(name, "") for name in ("state", "reason", "read"))
    seen = Message.objects.visible_to(user).filter(sending=sending).select_related("client")
    heading: Any = ""
    if state in Message.State.values:
        heading, reason = Message.State(state).label, reason if reason in LeftOut.values else ""
        seen = seen.filter(state=state, **({"reason": reason} if reason else {}))
        context["reason_words"] = LeftOut(reason).label if reason else ""
    elif read in _READ:
        heading, links_read = _READ[read], _links_of(sending).filter(opened_at__isnull=read == "no")
        seen = seen.filter(uid__in=links_read.values("uid"))
    if heading:
        page, links = asked_page(request, seen, _ROWS, size=_SHOWN)
        kept = urlencode({"state": state, "reason": reason, "read": read})
        links = {name: f"{link}&{kept}" if link else "" for name, link in links.items()}
        context |= {"rows": _rows(page.rows, user), "heading": heading, **links}
    else:
        shown = seen.exclude(body="").order_by("pk")[:_PREVIEWED]
        context["previews"] = _rows(shown, user) if user.role in WRITERS else []
    context["test_form"] = TestForm(channel=sending.channel)
    return varies(render(request, "servicing/sending_page.html", context))


@require_POST
@only(*WRITERS)
def start(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Let a draft go, or ask a second person."""
    user, sending = staff_of(request), _own(request, uid)
    try:
        state = start_sending(sending, by=user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if state == Sending.State.WAITING:
            messages.success(request, _("It waits for a second person."))
        elif state == Sending.State.GOING:
            messages.success(request, _("It goes out now. What has not gone can be stopped here."))
    return redirect("sending-detail", uid=uid)


@require_POST
@only(*WRITERS)
def test(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The text to an address of one's own."""
    user, sending = staff_of(request), _own(request, uid)
    form = TestForm(request.POST, channel=sending.channel)
    if not form.is_valid():
        context = {**_counted(sending, user), "test_form": form, "previews": []}
        return render(request, "servicing/sending_page.html", context, status=422)
    try:
        send_test(sending, to=form.cleaned_data["to"], by=user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The test is on its way."))
    return redirect("sending-detail", uid=uid)


@require_POST
@only("manager", "compliance")
def decide(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Approve or refuse what somebody else asked for."""
    user, sending = staff_of(request), sending_of(request, uid)
    decision = request.POST.get("decision")
    back = redirect("approval-list") if "from-approvals" in request.POST else redirect("sending-detail", uid=uid)
    if decision not in {"approve", "refuse"}:
        messages.error(request, _("Choose whether to approve or to refuse."))
        return back
    try:
        done = decide_sending(sending, approve=decision == "approve", by=user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        told = _("Approved.") if decision == "approve" else _("Refused.")
        messages.success(request, told if done else _("Somebody has decided already."))
    return back


@require_POST
@only(*WRITERS)
def stop(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Stop what has not gone, and say what went: nobody calls that back."""
    sending = sending_of(request, uid)
    kept = stop_sending(sending, by=staff_of(request), at=timezone.now())
    if kept is None:
        messages.info(request, _("It had ended already."))
    else:
        gone = Message.objects.real().filter(sending=sending, state__in=["sending", "sent", "unknown"]).count()
        text = ngettext("Stopped: %(kept)s message stays here.", "Stopped: %(kept)s messages stay here.", kept)
        went = ngettext(" %(gone)s had gone already.", " %(gone)s had gone already.", gone) if gone else ""
        messages.success(request, (text + went) % {"kept": formats.count(kept), "gone": formats.count(gone)})
    return redirect("sending-detail", uid=uid)


@require_POST
@only(*WRITERS)
def settle_message(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say how a message ended of which nobody knew."""
    user, now = staff_of(request), timezone.now()
    seen = Message.objects.visible_to(user).filter(sending__in=Sending.objects.visible_to(user))
    message = seen.select_related("sending", "branch").filter(uid=uid).first()
    if message is None:
        raise Http404
    form = UnknownForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say how it ended and how you know."))
    else:
        outcome, note = form.cleaned_data["outcome"], form.cleaned_data["note"]
        try:
            if outcome == "again":
                done = send_again(message, note=note, by=user, at=now)
            else:
                done = settle_unknown(message, sent=outcome == "sent", note=note, by=user, at=now)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Noted.") if done else _("Somebody has settled it already."))
    return redirect(f"{reverse('sending-detail', args=[message.sending.uid])}?state=unknown")


def sending_of(request: HttpRequest, uid: UUID) -> Sending:
    """A sending that the reader sees; anybody else's is missing, and so is another's draft."""
    user = staff_of(request)
    rows = Sending.objects.visible_to(user).told_to(user).select_related("decided_by", "ended_by")
    found = rows.filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


def waiting_sendings(user: Staff, most: int) -> Sequence[dict[str, Any]]:
    """What a second person has to decide on, the longest waiting first, with how many would get it."""
    waiting = Sending.objects.waiting_for(user).select_related("branch", "asked_by", "text__text", "material")
    rows = waiting.order_by("asked_at")[:most]
    counts = Message.objects.counted([row.pk for row in rows])
    return [{"sending": row, "count": counts.get(row.pk, {}).get("queued", 0)} for row in rows]


def _own(request: HttpRequest, uid: UUID) -> Sending:
    sending = sending_of(request, uid)
    if sending.asked_by_id != staff_of(request).pk:
        raise Http404
    return sending


def _counted(sending: Sending, user: Staff) -> dict[str, Any]:
    """What the page says of a sending: counts by state, reasons of those left out, reports, what the reader may do."""
    counts = Message.objects.counted([sending.pk]).get(sending.pk, {})
    is_own = sending.asked_by_id == user.pk
    is_draft = is_own and sending.state == Sending.State.DRAFT
    queued = counts.get("queued", 0)
    reasons = Message.objects.reasons(sending.pk)
    order = list(LeftOut)
    return {
        "sending": sending,
        "counts": _told(counts),
        "queued": queued,
        "reasons": [
            {"state": state, "reason": reason, "label": LeftOut(reason).label, "n": n}
            for (state, reason), n in sorted(reasons.items(), key=lambda one: (order.index(LeftOut(one[0][1])), one[0]))
        ],
        "reports": [(Message.Delivery(one).label, n) for one, n in Message.objects.reported(sending.pk)],
        "needs_second": is_draft and needs_second(sending, queued, timezone.now()),
        "is_own": is_own,
        "tests": sending.messages.filter(is_test=True).order_by("pk") if is_draft else [],
        "may_decide": sending.state == "waiting" and not is_own and (user.is_manager or user.is_compliance),
        "may_stop": sending.state in {"draft", "waiting", "going"} and user.role in WRITERS,
        "may_settle": user.role in WRITERS,
        "reaches_nobody": not leaves_the_house(sending.channel),
        "is_going": sending.state == "going" and sending.channel != "letter",
        "read_counts": _links_of(sending).read_counts() if sending.material else None,
    }


def _links_of(sending: Sending) -> Any:
    """The links that the messages of a sending carry, without those that were closed because nothing went."""
    return MaterialShare.objects.standing().carried_by(Message.objects.filter(sending=sending))


def _told(counts: dict[str, int]) -> list[dict[str, Any]]:
    return [{"state": state, "label": state.label, "n": counts[state]} for state in Message.State if counts.get(state)]


def _rows(found: Any, user: Staff) -> list[dict[str, Any]]:
    return [
        {
            "message": row,
            "name": name_for(user, row.client.name, row.client.client_number),
            "body": without_link(row.body),
            "trouble": _TROUBLES.get(row.trouble, row.trouble),
        }
        for row in found
    ]
