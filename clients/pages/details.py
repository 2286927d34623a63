"""One file: what was found, its columns, the dry run with its differences and rejected rows, and what became of it."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from clients import imports
from clients.export_files import reasons
from clients.export_files.inspection import Inspection
from clients.forms import CorrectionForm, PolicyForm, ReasonForm, columns_given, kind_named
from clients.imports import differences, undoing
from clients.imports.batches import TooLate, inspection
from clients.imports.checking import blocking
from clients.imports.masking import masked_text
from clients.models import ImportBatch
from clients.pages.cards import Card
from clients.pages.desk import ADMIN, READERS, desk_of, recent_history
from clients.pages.readings import (
    error_reasons_of,
    fields_of,
    headers_of,
    notices_of,
    row_errors_of,
    sample_of,
)
from clients.pages.words import field_label, kind_label
from crm.lib.http import only, staff_of
from crm.models import Branch

State = ImportBatch.State
NAMED_REFUSALS = 50


def batch_of(request: HttpRequest, uid: object) -> ImportBatch:
    """The batch of an address if the user may see it, else 404."""
    seen = ImportBatch.objects.visible_to(staff_of(request)).select_related("run", "branch", "uploaded_by")
    return get_object_or_404(seen, uid=uid)


@require_safe
@only(*READERS)
def import_detail(request: HttpRequest, uid: object) -> HttpResponse:
    """Everything about one file, with the others that are in work above it."""
    return render(request, "clients/import_detail.html", _context(request, batch_of(request, uid)))


@require_safe
@only(*READERS)
def import_progress(request: HttpRequest, uid: object) -> HttpResponse:
    """How far the work on a file is; when it is over the page is asked to load itself anew."""
    card = Card(batch_of(request, uid), timezone.now())
    response = render(request, "clients/_progress.html", {"card": card})
    if not card.is_busy:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@only(ADMIN)
def correct_import(request: HttpRequest, uid: object) -> HttpResponse:
    """Take corrections and answers, look at the file again, and queue the dry run if nothing is left to ask."""
    user, batch = staff_of(request), batch_of(request, uid)
    form = CorrectionForm(request.POST, branches=list(Branch.objects.filter(is_active=True)))
    try:
        given = _given(form, batch, request.POST)
    except ValidationError as error:
        context = _context(request, batch, correction=form, problem=error.messages[0])
        return render(request, "clients/import_detail.html", context, status=422)
    now = timezone.now()
    try:
        imports.correct(batch, by=user, at=now, **given)
    except TooLate:
        messages.warning(request, _("This file is being worked on or finished: nothing was changed."))
        return redirect("import-detail", uid=batch.uid)
    batch.refresh_from_db()
    if batch.kind and not blocking(batch):
        imports.ask_check(batch, by=user, today=timezone.localdate(now))
    return redirect("import-detail", uid=batch.uid)


def _given(form: CorrectionForm, batch: ImportBatch, data: Any) -> dict[str, Any]:
    """The arguments of `correct` from a request; raises ValidationError with the first thing that is wrong."""
    if not form.is_valid():
        raise ValidationError(next(iter(form.errors.values()))[0])
    answers, overrides = form.answers(), form.overrides()
    if overrides.get("kind") and overrides["kind"] != batch.kind:
        overrides["columns"] = {}  # another kind has other fields
    elif kind := kind_named(batch.kind):
        columns = columns_given(kind, inspection(batch), data)
        if columns:
            overrides["columns"] = {**batch.overrides.get("columns", {}), **columns}
    if any(name.startswith("policy_") for name in data):
        policy = PolicyForm(data, labels={}, policy={})
        if not policy.is_valid():
            raise ValidationError(_("A field policy is overwrite, fill blanks or never."))
        answers["field_policy"] = policy.policy()
    return {"overrides": overrides, "answers": answers}


def _context(
    request: HttpRequest, batch: ImportBatch, *, correction: CorrectionForm | None = None, problem: str = ""
) -> dict[str, Any]:
    user, now = staff_of(request), timezone.now()
    found = inspection(batch) if batch.inspection else None
    card = Card(batch, now)
    context: dict[str, Any] = {
        "card": card,
        "batch": batch,
        "found": found,
        "problem": problem,
        "may_act": user.is_admin,
        "is_open": _is_open(batch),
        "has_counts": bool(batch.total_count) and batch.state not in {State.UPLOADED, State.INSPECTED, State.DISCARDED},
        "commit_count": batch.wrote_count,
        "steps": _steps(card, found),
        "notices": notices_of(found),
        "sample": sample_of(found) if found else None,
        "fields": fields_of(found) if found else [],
        "must_map": found is not None and any(c.confidence == "guess" for c in found.columns),
        "mapped_count": sum(bool(c.field) for c in found.columns) if found else 0,
        "sources": list(zip((c.index for c in found.columns), headers_of(found), strict=True)) if found else [],
        "earlier": ImportBatch.objects.visible_to(user).same_file_as(batch).first() if _is_open(batch) else None,
        "differences": differences.load(batch) if batch.changed_count and batch.state != State.HELD else [],
        "errors": row_errors_of(batch),
        "error_reasons": error_reasons_of(batch),
        "reasons": _why(batch),
        "notes": _notes(batch),
        "identity": _identity(batch),
        "unknown": _unknown(batch),
        "undo": batch.notes.get("undo"),
        "refused": [refusal_words(r) for r in undoing.named(batch)[:NAMED_REFUSALS]],
        "report": _report(batch),
        "history": recent_history(user, now),
        **desk_of(user, now, current=batch),
    }
    if user.is_admin:
        context |= _forms(batch, found, correction)
    return context


def _forms(batch: ImportBatch, found: Inspection | None, correction: CorrectionForm | None) -> dict[str, Any]:
    branches = list(Branch.objects.filter(is_active=True))
    initial = {
        "kind": batch.kind,
        "encoding": found.encoding if found else "",
        "delimiter": f"c{ord(found.delimiter)}" if found and found.delimiter else "",
        "sheet": found.sheet if found else "",
        "header_line": found.header_line or None if found else None,
        "day": batch.day,
        "account": batch.account,
        "branch": batch.branch.code if batch.branch else "",
    }
    labels = {name: str(label) for name, label in differences.LABELS.items()}
    form = correction or CorrectionForm(initial=initial, branches=branches)
    names = ["kind", "day", "account", "branch"]
    if found and found.container == "text":
        names += ["encoding", "delimiter", "header_line"]
    else:
        names += ["sheet", "header_line"]
    return {
        "correction": form,
        "shown_corrections": [form[name] for name in names],
        "policy": PolicyForm(labels=labels, policy=batch.field_policy) if batch.kind == "clients" else None,
        "reason": ReasonForm(),
    }


def _is_open(batch: ImportBatch) -> bool:
    return batch.state not in {State.COMMITTED, State.UNDOING, State.UNDONE, State.DISCARDED}


def _steps(card: Card, found: Inspection | None) -> list[dict[str, str]]:
    """Recognised → columns → dry run → commit, each done, under way, or asking."""
    batch = card.batch
    reached = {
        State.CHECKING: 2,
        State.CHECKED: 3,
        State.COMMITTING: 3,
        State.COMMITTED: 4,
        State.UNDOING: 4,
        State.UNDONE: 5,
    }
    at = reached.get(State(batch.state), 2 if found and not card.questions else 1)
    names = [_("recognise"), _("columns"), _("dry run"), _("commit")]
    if batch.state in {State.UNDOING, State.UNDONE}:
        names.append(_("undo"))
    guessed = sum(c.confidence == "guess" for c in found.columns) if found else 0
    if guessed and at < 4:
        names[1] = ngettext("columns: %(count)s to confirm", "columns: %(count)s to confirm", guessed) % {
            "count": guessed
        }
    steps = [{"label": name, "state": "done" if n < at else "now" if n == at else ""} for n, name in enumerate(names)]
    if (guessed and at < 4) or card.questions:
        steps[1]["state"] = "ask"
    if batch.state == State.HELD:
        steps[min(at, 2)]["state"] = "ask"
    return steps


def _why(batch: ImportBatch) -> str:
    """Why a file is held."""
    if batch.state != State.HELD or not batch.error:
        return ""
    return masked_text(reasons.describe(batch.error["code"], batch.error.get("params")))


def _notes(batch: ImportBatch) -> list[tuple[str, int]]:
    """What happened to rows on the way that a person should know, by the sentences of the reader of files."""
    silent = {"identity_checked", "identity_failed"}
    return [
        (str(reasons.NOTES[code]), count)
        for code, count in batch.notes.items()
        if code in reasons.NOTES and code not in silent and count
    ]


def _identity(batch: ImportBatch) -> dict[str, Any] | None:
    checked, failed = batch.notes.get("identity_checked", 0), batch.notes.get("identity_failed", 0)
    if not checked:
        return None
    kind = kind_named(batch.kind)
    labels = {f.name: field_label(f) for f in kind.fields} if kind else {}
    rule = re.sub(r"[a-z_]+", lambda name: labels.get(name[0], name[0]), batch.notes.get("rule", ""))
    return {"checked": checked, "holding": checked - failed, "rule": rule.replace("+", " + ").replace("→", " → ")}


def _unknown(batch: ImportBatch) -> dict[str, Any] | None:
    branches, advisors = batch.unknown.get("branches", []), batch.unknown.get("advisors", [])
    if not branches and not advisors:
        return None
    return {"branches": branches, "advisors": advisors}


def refusal_words(refusal: undoing.Refusal) -> dict[str, str]:
    """Which row an undo leaves as it is, and why."""
    words = {
        "by_hand": _("changed by %(by)s since"),
        "later_file": _("changed by the later file %(by)s"),
        "leaned_on": _("other records lean on it (%(by)s)"),
        "account_gone": _("its account is gone"),
    }
    row = f"{kind_label(refusal.table)} #{refusal.key}"
    return {"row": row, "why": words.get(refusal.why, refusal.why) % {"by": refusal.by}}


def _report(batch: ImportBatch) -> dict[str, Any] | None:
    """Seconds and rows per second of the last step that a worker did."""
    run = batch.run
    if run is None or not run.steps or batch.state not in {State.COMMITTED, State.UNDONE, State.CHECKED}:
        return None
    seconds = sum(step.get("seconds") or 0 for step in run.steps)
    rows = batch.total_count or batch.new_count + batch.changed_count
    return {"seconds": seconds, "speed": int(rows / seconds) if rows >= 1000 and seconds > 0 else None}
