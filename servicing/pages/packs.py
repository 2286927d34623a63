"""Hand-overs as their receiver reads them (S17): which there are, the pack of one, and a tick for every client that was read.
The manager sees what has not been read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from crm.lib.http import asked_page, is_swap, only, staff_of
from crm.lib.keyset import Order
from servicing.models import HandOver, HandOverClient
from servicing.packs import pack_of, tell_read

SIZE, CLIENTS = 30, 20
LATEST = Order("made_at", datetime.fromisoformat, descending=True)
AS_MOVED = Order("pk")


@require_safe
@only("advisor", "manager")
def pack_list(request: HttpRequest) -> HttpResponse:
    """The hand-overs to the reader, for a manager those of the branch; the latest first."""
    rows = HandOver.objects.visible_to(staff_of(request)).for_list()
    page, links = asked_page(request, rows, LATEST, size=SIZE)
    return render(request, "servicing/pack_list.html", {"page": page, **links})


@require_safe
@only("advisor", "manager")
def pack_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The pack: what to know of each client who is with the receiver still."""
    user, done = staff_of(request), _done(request, uid)
    rows = HandOverClient.objects.visible_to(user).in_pack(done)
    page, links = asked_page(request, rows, AS_MOVED, size=CLIENTS)
    context = {"done": done, "packs": pack_of(user, page.rows), "page": page, "today": timezone.localdate(), **links}
    return render(request, "servicing/pack_detail.html", context | _counts(request, done))


@require_POST
@only("advisor", "manager")
def tell_read_client(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    """The receiver has read a client's part, or takes the tick back; for anybody else there is nothing to tick."""
    user, done = staff_of(request), _done(request, uid)
    row = HandOverClient.objects.visible_to(user).in_pack(done).filter(client=pk).first()
    if row is None or done.to_id != user.pk:
        raise Http404
    tell_read(row, is_read=request.POST.get("read") == "1", by=user, at=timezone.now())
    if not is_swap(request):
        return redirect("pack-detail", uid=uid)
    row.refresh_from_db(fields=["read_at"])
    return render(request, "servicing/_pack_tick.html", {"done": done, "row": row, **_counts(request, done)})


def _done(request: HttpRequest, uid: UUID) -> HandOver:
    rows = HandOver.objects.visible_to(staff_of(request)).filter(uid=uid, undone_at=None)
    found = rows.select_related("to", "made_by", "branch").first()
    if found is None:
        raise Http404
    return found


def _counts(request: HttpRequest, done: HandOver) -> dict[str, Any]:
    rows = HandOverClient.objects.visible_to(staff_of(request)).in_pack(done)
    return {
        "count": rows.count(),
        "unread": rows.filter(read_at=None).count(),
        "may_tick": done.to_id == staff_of(request).pk,
    }
