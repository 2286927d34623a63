"""A file becomes a batch: kept as it came, recognised, corrected by a person, or thrown away."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from clients import export_files
from clients.imports import mappings
from clients.models import ImportBatch
from crm import audit
from crm.models import JobRun, Staff

State = ImportBatch.State


class Rejected(Exception):
    """A file that cannot even become a batch; `code` and `params` say why (see export_files.reasons)."""

    def __init__(self, file_name: str, code: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{file_name}: {code}")
        self.file_name, self.code, self.params = file_name, code, dict(params or {})


class TooLate(Exception):
    """The batch is being worked on, committed or gone: its reading can no longer be corrected."""


def folder(batch: ImportBatch) -> Path:
    """Where the batch's own files lie: the original, the staged rows, the plan, the rejects. Outside the web root."""
    return Path(settings.VAR_DIR) / "imports" / batch.uid.hex


@dataclass(frozen=True)
class Received:
    """What became of the files in a file, zip archive or folder."""

    batches: list[ImportBatch]
    refused: list[Rejected]
    ignored: list[str]


def receive_all(path: Path, *, by: Staff | None, name: str | None = None) -> Received:
    """Make a batch of every file in a file, zip archive or folder; what cannot be unpacked is refused by name, and what no
    broker's system exports is ignored by name."""
    batches: list[ImportBatch] = []
    refused: list[Rejected] = []
    with tempfile.TemporaryDirectory(dir=_scratch()) as scratch:
        try:
            found = export_files.unpack(path, into=Path(scratch), name=name or "")
        except export_files.Refused as error:
            return Received([], [Rejected(name or path.name, error.code, error.params)], [])
        for file in found.files:
            shown = name if name and file == path else file.name
            try:
                batches.append(receive(file, by=by, name=shown))
            except Rejected as error:
                refused.append(error)
    return Received(batches, refused, found.ignored)


def named_in_a_line(names: Sequence[str]) -> str:
    """Names for one line: each once, the first ten of them."""
    once = list(dict.fromkeys(names))
    return ", ".join(once[:10]) + (f" … ({len(once)})" if len(once) > 10 else "")


def receive(path: Path, *, by: Staff | None, name: str | None = None) -> ImportBatch:
    """Keep one file and make its batch; raises Rejected when it is larger than the limit."""
    size = path.stat().st_size
    if size > settings.UPLOAD_LIMIT_BYTES:
        raise Rejected(name or path.name, "file_too_large", {"megabytes": settings.UPLOAD_LIMIT_BYTES >> 20})
    batch = ImportBatch(file_name=(name or path.name)[:255], size_bytes=size, uploaded_by=by)
    place = folder(batch)
    place.mkdir(parents=True, mode=0o700)
    # The suffix is kept because it is a hint; the random folder name is what keeps it apart from others.
    original = place / f"original{Path(batch.file_name).suffix.lower()[:8]}"
    digest = hashlib.sha256()
    with path.open("rb") as source, original.open("wb") as target:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
            target.write(chunk)
    batch.path, batch.sha256 = original.name, digest.hexdigest()
    with transaction.atomic():
        batch.save()
        audit.record("upload", actor=by, table="clients_importbatch", key=batch.pk, detail={"size": size})
    return batch


def order_of(kind: str) -> int:
    """Where a kind of file comes in a set of several: each names what the one before brings."""
    order = (
        "rates",
        "clients",
        "accounts",
        "trades",
        "fills",
        "cash_transfers",
        "securities_transfers",
        "assets",
        "holdings",
    )
    return order.index(kind) if kind in order else len(order)


def original(batch: ImportBatch) -> Path:
    """The file as it came."""
    return folder(batch) / batch.path


def inspect(batch: ImportBatch) -> export_files.Inspection:
    """Find out encoding, delimiter, header, kind and preset, with what a person corrected or once confirmed. A file of
    rejected rows is read like the file it came from, and takes over what was said about that one."""
    remembered = mappings.known()
    found = export_files.inspect(original(batch), remembered=remembered, overrides=_overrides(batch))
    origin = mappings.origin_of(found)
    if origin and batch.overrides.get("kind") in {None, origin.kind}:
        remembered[found.signature] = export_files.RememberedMapping(origin.kind, {}, origin.preset)
        found = export_files.inspect(original(batch), remembered=remembered, overrides=_overrides(batch, origin))
        if not batch.inspection:  # afterwards a person may have taken them back
            batch.day, batch.account = batch.day or origin.day, batch.account or origin.account
            batch.branch, batch.field_policy = batch.branch or origin.branch, batch.field_policy or origin.field_policy
    data = json.loads(found.to_json()) | {"file_name": batch.file_name}
    # The first rows stand there in clear; they stay with the file and never enter the database.
    _sample(batch).write_text(json.dumps(data.pop("sample")))
    batch.inspection = data
    batch.kind, batch.preset = found.kind, found.preset
    if batch.state == State.UPLOADED:
        batch.state = State.INSPECTED
    answers = ["day", "account", "branch", "field_policy"]
    batch.save(update_fields=["inspection", "kind", "preset", "state", *answers])
    return found


def inspection(batch: ImportBatch) -> export_files.Inspection:
    """What was found, as stored with the batch; the first rows only on the host that has the file."""
    try:
        sample = json.loads(_sample(batch).read_text())
    except FileNotFoundError:
        sample = []
    return export_files.Inspection.from_json(json.dumps(batch.inspection | {"sample": sample}))


def _sample(batch: ImportBatch) -> Path:
    return folder(batch) / "sample.json"


def _overrides(batch: ImportBatch, origin: ImportBatch | None = None) -> export_files.Overrides:
    """A person's corrections; for a file of rejected rows on top of the columns of the file it came from."""
    columns = {c["index"]: c["field"] for c in origin.inspection["columns"]} if origin else {}
    columns |= {int(k): v for k, v in batch.overrides.get("columns", {}).items()}
    return export_files.Overrides(**{**batch.overrides, "columns": columns})


def correct(
    batch: ImportBatch,
    *,
    by: Staff | None,
    overrides: Mapping[str, Any] | None = None,
    answers: Mapping[str, Any] | None = None,
    at: datetime,
) -> export_files.Inspection:
    """Take a person's corrections of the reading and answers to what the file does not say (day, account, branch, the two
    permissions, the field policy; None or '' takes an answer back), remember a confirmed mapping for the header, and look
    at the file again. Any earlier dry run is void. Raises TooLate when the batch is being worked on, committed or gone."""
    if not take(batch, State.UPLOADED, error={}, progress={}):
        raise TooLate(batch.file_name)
    batch.error, batch.progress = {}, {}
    for field, value in (answers or {}).items():
        setattr(batch, field, value)
    if overrides:
        batch.overrides = {**batch.overrides, **overrides}
    batch.state = State.UPLOADED
    with transaction.atomic():
        batch.save()
        audit.record(
            "correct",
            actor=by,
            table="clients_importbatch",
            key=batch.pk,
            detail={"fields": sorted({*(overrides or {}), *(answers or {})})},
        )
    found = inspect(batch)
    if overrides and overrides.get("columns"):
        mappings.remember(found, by=by, at=at)
    return found


def discard(batch: ImportBatch, *, by: Staff | None) -> bool:
    """Throw a batch away that has not been committed: its files go, its row stays. False when it is too late."""
    with transaction.atomic():
        taken = take(batch, State.DISCARDED)
        if taken:
            audit.record("discard", actor=by, table="clients_importbatch", key=batch.pk)
    if taken:
        shutil.rmtree(folder(batch), ignore_errors=True)
    return taken


def take(batch: ImportBatch, to_state: str, **changes: Any) -> bool:
    """Move a batch on that nobody works on and of which nothing is written (work that failed has written nothing); the
    row count of the update is the lock, so of two clicks one wins."""
    mine = ImportBatch.objects.filter(pk=batch.pk)
    failed = JobRun.objects.filter(state=JobRun.State.FAILED)
    waiting = mine.filter(state__in=[State.UPLOADED, State.INSPECTED, State.CHECKED, State.HELD])
    broken = mine.filter(state__in=[State.CHECKING, State.COMMITTING], run__in=failed)
    return bool(waiting.update(state=to_state, **changes) or broken.update(state=to_state, **changes))


def _scratch() -> Path:
    place = Path(settings.VAR_DIR) / "scratch"
    place.mkdir(parents=True, exist_ok=True)
    return place
