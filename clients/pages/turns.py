"""What a person asks to be done with a file: dry run, commit, undo, throw away, hand out the rejected rows."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clients import imports
from clients.forms import ReasonForm
from clients.imports import rejects
from clients.imports.batches import folder
from clients.models import ImportBatch
from clients.pages.desk import ADMIN, uids
from clients.pages.details import NAMED_REFUSALS, batch_of, refusal_words
from crm import audit
from crm.lib.http import address_of, only, staff_of

State = ImportBatch.State


@require_POST
@only(ADMIN)
def check_import(request: HttpRequest, uid: object) -> HttpResponse:
    """Queue the dry run; a second click finds it under way."""
    batch = batch_of(request, uid)
    imports.ask_check(batch, by=staff_of(request), today=timezone.localdate())
    return redirect("import-detail", uid=batch.uid)


@require_POST
@only(ADMIN)
def commit_import(request: HttpRequest, uid: object) -> HttpResponse:
    """Queue the commit of a checked file; a second click finds it queued."""
    batch = batch_of(request, uid)
    imports.ask_commit(batch, by=staff_of(request), today=timezone.localdate())
    batch.refresh_from_db()
    if batch.state not in {State.COMMITTING, State.COMMITTED}:
        messages.warning(request, _("This file has no dry run to commit. Nothing was written."))
    return redirect("import-detail", uid=batch.uid)


@require_POST
@only(ADMIN)
def commit_imports(request: HttpRequest) -> HttpResponse:
    """Queue the commit of every file whose dry run is ready."""
    user, today = staff_of(request), timezone.localdate()
    ready = ImportBatch.objects.visible_to(user).filter(
        state=State.CHECKED, uid__in=uids(request.POST.getlist("batch")[:100])
    )
    count = 0
    for batch in sorted(ready, key=lambda b: (imports.order_of(b.kind), b.pk)):
        count += imports.ask_commit(batch, by=user, today=today) is not None
    if count:
        words = ngettext("%(count)s file is being committed.", "%(count)s files are being committed.", count)
        messages.success(request, words % {"count": count})
    return redirect("import-list")


@require_POST
@only(ADMIN)
def preview_undo_import(request: HttpRequest, uid: object) -> HttpResponse:
    """What an undo would do now, and what it would leave and why."""
    batch = batch_of(request, uid)
    if batch.state != State.COMMITTED:
        messages.warning(request, _("Only a committed file can be undone. Nothing was changed."))
        return redirect("import-detail", uid=batch.uid)
    counts, refused = imports.preview_undo(batch, at=timezone.now())
    context = {
        "batch": batch,
        "counts": counts,
        "refused_count": len(refused),
        "refused": [refusal_words(r) for r in refused[:NAMED_REFUSALS]],
    }
    return render(request, "clients/undo_preview.html", context)


@require_POST
@only(ADMIN)
def undo_import(request: HttpRequest, uid: object) -> HttpResponse:
    """Queue the undo of a committed file; a second click finds it queued."""
    batch = batch_of(request, uid)
    imports.ask_undo(batch, by=staff_of(request), today=timezone.localdate())
    return redirect("import-detail", uid=batch.uid)


@require_POST
@only(ADMIN)
def discard_import(request: HttpRequest, uid: object) -> HttpResponse:
    """Throw a file away that has not been committed."""
    batch = batch_of(request, uid)
    if imports.discard(batch, by=staff_of(request)):
        messages.success(request, _("%(name)s was thrown away. Nothing of it was written.") % {"name": batch.file_name})
        return redirect("import-list")
    messages.warning(request, _("This file is being worked on or finished: nothing was changed."))
    return redirect("import-detail", uid=batch.uid)


@require_POST
@only(ADMIN)
def download_rejects(request: HttpRequest, uid: object) -> HttpResponse:
    """The rejected rows in full, as a file to correct and drop again: with a reason, and the audit row written first."""
    user, batch = staff_of(request), batch_of(request, uid)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please say why the full values are needed (at least four characters)."))
        return redirect("import-detail", uid=batch.uid)
    if not (folder(batch) / "all_rejects.parquet").exists():
        messages.error(request, _("The rejected rows of this file are no longer kept."))
        return redirect("import-detail", uid=batch.uid)
    audit.record(
        "export-rejected-rows",
        actor=user,
        table="clients_importbatch",
        key=batch.pk,
        detail={"rows": batch.rejected_count},
        reason=form.cleaned_data["reason"],
        address=address_of(request),
    )
    with tempfile.NamedTemporaryFile(dir=folder(batch), suffix=".csv", delete=False) as scratch:
        path = Path(scratch.name)
    rejects.write_file(batch, path)
    file = path.open("rb")
    path.unlink()  # the open file stays readable until the answer has been sent
    name = _("%(name)s rejected.csv") % {"name": Path(batch.file_name).stem}
    response = FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response  # type: ignore[return-value]  # a stream of bytes instead of a page
