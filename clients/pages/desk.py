"""The list of imports: where files are dropped, the files in work as cards, and the history."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from clients import imports
from clients.export_files import reasons
from clients.imports.runs import FOUNDATIONS
from clients.models import IdentityConflict, ImportBatch
from clients.pages.cards import Card
from crm.lib import formats
from crm.lib.http import asked_page, is_swap, only, staff_of
from crm.lib.keyset import Order
from crm.lib.uploads import too_large
from crm.models import Staff

ADMIN = Staff.Role.ADMIN.value
READERS = (ADMIN, Staff.Role.COMPLIANCE.value)


def _moment(text: str) -> datetime:
    """A moment of an address; one without a zone was not written here."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


LATEST_FIRST = Order("id", descending=True)
LAST_IN_FIRST = Order("committed_at", parse=_moment, descending=True)
HISTORY_ROWS = 30
RECENT_ROWS = 8
CARDS, DONE_CARDS = 40, 5
JUST_DONE = timedelta(hours=1)


@require_safe
@only(*READERS)
def import_list(request: HttpRequest) -> HttpResponse:
    """Drop zone, cards of the files in work, history by keyset pages."""
    user, now = staff_of(request), timezone.now()
    batches = ImportBatch.objects.visible_to(user).history()
    page, links = asked_page(request, batches, LAST_IN_FIRST, size=HISTORY_ROWS)
    context = {
        "may_act": user.is_admin,
        "history": [Card(batch, now) for batch in page.rows],
        "history_count": batches.count(),
        **links,
        **desk_of(user, now),
    }
    return render(request, "clients/import_list.html", context)


@require_safe
@only(*READERS)
def import_cards(request: HttpRequest) -> HttpResponse:
    """The cards again, while something is under way; the list then loads itself anew, a detail keeps what is typed."""
    user = staff_of(request)
    seen = ImportBatch.objects.visible_to(user)
    current = seen.filter(uid__in=uids([request.GET.get("current", "")])).first()
    context = desk_of(user, timezone.now(), current=current)
    response = render(request, "clients/_cards.html", {**context, "may_act": user.is_admin})
    if not context["is_busy"] and current is None:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@only(ADMIN)
def upload_import(request: HttpRequest) -> HttpResponse:
    """Keep what was dropped, find out what it is, and queue the dry runs that need no answer first."""
    user = staff_of(request)
    files = request.FILES.getlist("files")  # read first: reading is what finds the files that are too large
    batches: list[ImportBatch] = []
    ignored: list[str] = []
    refused = [imports.Rejected(name, "file_too_large", {"megabytes": _limit() >> 20}) for name in too_large(request)]
    for file in files:
        path = Path(file.temporary_file_path())  # type: ignore[attr-defined]  # the upload handler writes to disk
        received = imports.receive_all(path, by=user, name=file.name)
        batches += received.batches
        refused += received.refused
        ignored += received.ignored
    for batch in batches:
        imports.inspect(batch)
    imports.ask_checks(sorted(batches, key=lambda b: imports.order_of(b.kind)), by=user, today=timezone.localdate())
    _tell(request, batches, refused, ignored)
    target = reverse("import-detail", args=[batches[0].uid]) if len(batches) == 1 else reverse("import-list")
    if is_swap(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = target
        return response
    return redirect(target)


def _tell(
    request: HttpRequest, batches: list[ImportBatch], refused: list[imports.Rejected], ignored: list[str]
) -> None:
    if batches:
        words = ngettext("%(count)s file taken.", "%(count)s files taken.", len(batches)) % {"count": len(batches)}
        messages.success(request, words)
    for error in refused[:5]:
        why = reasons.describe(error.code, error.params)
        messages.error(request, _("%(name)s was not taken: %(why)s") % {"name": error.file_name, "why": why})
    if len(refused) > 5:
        more = len(refused) - 5
        words = ngettext("%(count)s more file was not taken.", "%(count)s more files were not taken.", more)
        messages.error(request, words % {"count": more})
    if ignored:
        messages.info(request, _("Ignored: %(names)s") % {"names": imports.named_in_a_line(ignored)})
    if not batches and not refused and not ignored:
        messages.warning(request, _("No file arrived. Please choose one or drop it here."))


def desk_of(user: Staff, now: datetime, *, current: ImportBatch | None = None) -> dict[str, Any]:
    """The cards of the files in work, whether any is being worked on, and how many contradictions wait for a person."""
    seen = ImportBatch.objects.visible_to(user)
    batches = list(seen.in_work()[: CARDS + 1])
    done = [] if len(batches) > CARDS else list(seen.done_since(now - JUST_DONE)[:DONE_CARDS])
    shown = sorted(batches[:CARDS] + done, key=lambda batch: batch.pk)
    if current is not None and all(b.pk != current.pk for b in shown):
        shown.insert(0, current)
    cards = [Card(b, now) for b in shown]
    return {
        "cards": cards,
        "current": current,
        "has_more_cards": len(batches) > CARDS,
        "is_busy": any(card.is_busy for card in cards),
        "waits_for_clients": _waits_for_clients(cards),
        "ready_count": sum(c.batch.state == ImportBatch.State.CHECKED for c in cards),
        "conflict_count": IdentityConflict.objects.visible_to(user).waiting().count(),
        "upload_limit": formats.size(_limit()),
    }


def _waits_for_clients(cards: list[Card]) -> bool:
    """Whether files stand unchecked because the files that bring their clients are still to be committed."""
    state = ImportBatch.State
    over = {state.COMMITTED, state.UNDOING, state.UNDONE, state.DISCARDED}
    unchecked = [c for c in cards if c.batch.kind and c.batch.state == state.INSPECTED and not c.questions]
    pending = [c for c in cards if c.batch.kind in FOUNDATIONS and c.batch.state not in over]
    return bool(unchecked and pending)


def recent_history(user: Staff, now: datetime) -> list[Card]:
    """The last few imports, for the side of a page."""
    return [Card(batch, now) for batch in ImportBatch.objects.visible_to(user).history()[:RECENT_ROWS]]


def _limit() -> int:
    return int(settings.UPLOAD_LIMIT_BYTES)


def uids(texts: Iterable[str]) -> list[UUID]:
    """The batch keys among texts of a request; what is none is left out."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(UUID(text))
    return found
