"""What a page shows of one file: what was found, where it stands, how far the work is."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.export_files import reasons
from clients.imports.checking import blocking
from clients.imports.runs import written_rows
from clients.models import ImportBatch
from clients.pages.words import DELIMITER_LABELS, kind_label
from crm.lib import formats
from crm.models import JobRun

State = ImportBatch.State
_BUSY = {State.CHECKING, State.COMMITTING, State.UNDOING}
_COLOURS = {State.COMMITTED: ("ok", "check"), State.UNDONE: ("", ""), State.DISCARDED: ("", "")}
_ANSWERABLE = {"unknown_kind", "missing_column", "needs_day", "needs_account"}
_TITLES: dict[str, Promise] = {
    State.CHECKING: gettext_lazy("Dry run"),
    State.COMMITTING: gettext_lazy("Commit"),
    State.UNDOING: gettext_lazy("Undo"),
}


@dataclass(frozen=True)
class Progress:
    """Background work as a page shows it: a rate between 0 and 1 where it is known, and what is left."""

    title: str
    rate: float | None
    text: str


@dataclass(frozen=True)
class Card:
    """One file for a page at a moment; reads nothing but the row and its run."""

    batch: ImportBatch
    at: datetime

    @property
    def href(self) -> str:
        return reverse("import-detail", args=[self.batch.uid])

    @property
    def kind(self) -> str:
        return kind_label(self.batch.kind)

    @property
    def rows(self) -> int | None:
        """Rows counted by the dry run, else as estimated from the beginning of the file."""
        return self.batch.total_count or self.batch.inspection.get("row_count")

    @cached_property
    def marks(self) -> list[str]:
        """Encoding or workbook, delimiter, preset."""
        found: dict[str, Any] = self.batch.inspection
        marks = [str(found.get("encoding") or found.get("container") or "").upper()]
        if found.get("delimiter"):
            marks.append(str(DELIMITER_LABELS.get(found["delimiter"], found["delimiter"])))
        if found.get("sheet"):
            marks.append(_("sheet %(name)s") % {"name": found["sheet"]})
        return [mark for mark in [*marks, self.batch.preset] if mark]

    @property
    def run(self) -> JobRun | None:
        return self.batch.run

    @property
    def has_failed(self) -> bool:
        """The work was given up with an error; nothing of it was written."""
        return self.batch.state in _BUSY and self.run is not None and self.run.state == JobRun.State.FAILED

    @property
    def is_busy(self) -> bool:
        return self.batch.state in _BUSY and not self.has_failed

    @cached_property
    def questions(self) -> list[str]:
        """What a person has to answer before the file can be read."""
        if self.batch.state not in {State.UPLOADED, State.INSPECTED, State.HELD} or not self.batch.inspection:
            return []
        return [reasons.describe(code, params) for code, params in blocking(self.batch) if code in _ANSWERABLE]

    @cached_property
    def defects(self) -> list[str]:
        """Why the file cannot be read at all, whatever a person answers."""
        if self.batch.state not in {State.UPLOADED, State.INSPECTED, State.HELD} or not self.batch.inspection:
            return []
        return [reasons.describe(code, params) for code, params in blocking(self.batch) if code not in _ANSWERABLE]

    @property
    def tag(self) -> tuple[str, str, str]:
        """State as (colour, icon, words): please look, failed or done, else the accent."""
        state, waiting = State(self.batch.state), self.batch.waiting_count
        if self.has_failed or self.defects:
            return "bad", "x", _("failed") if self.has_failed else _("cannot be read")
        if state == State.HELD or self.questions:
            return "note", "alert-circle", _("please answer") if self.questions else _("held")
        if state == State.CHECKED and waiting:
            return "note", "", _("ready, %(count)s to review") % {"count": formats.count(waiting)}
        colour, sign = _COLOURS.get(state, ("ac", ""))
        return colour, sign, str(state.label)

    @property
    def progress(self) -> Progress | None:
        """How far the work is, None where none is under way."""
        if not self.is_busy:
            return None
        title = str(_TITLES[State(self.batch.state)])
        run = self.run
        if run is None or run.state == JobRun.State.QUEUED or run.started_at is None:
            waited = (self.at - run.created_at).total_seconds() if run else 0
            late = run is not None and run.attempt == 0 and waited > 20
            return Progress(
                title, None, _("no worker has taken it yet; it is kept") if late else _("waits for a worker")
            )
        seconds = max((self.at - run.started_at).total_seconds(), 0.1)
        done, whole = self.batch.progress.get("done", 0), self.batch.inspection.get("row_count") or 0
        if self.batch.state == State.COMMITTING:
            done, whole = written_rows(self.batch), self.batch.new_count + self.batch.changed_count
        if self.batch.state == State.UNDOING:
            done, whole = written_rows(self.batch) // 2, self.batch.wrote_count
        if not done or not whole:
            return Progress(
                title, None, _("%(took)s so far; you may leave this page") % {"took": formats.duration(seconds)}
            )
        if self.batch.state == State.CHECKING and done >= whole * 0.99:
            return Progress(title, 0.99, _("read; comparing it with what is known, you may leave this page"))
        rate = min(done / whole, 0.99)
        words = _("%(speed)s rows/s · %(left)s left, you may leave this page") % {
            "speed": formats.count(int(done / seconds)),
            "left": formats.duration(max(whole - done, 0) * seconds / done),
        }
        return Progress(title, rate, words)
