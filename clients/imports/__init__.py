"""Export files on their way in: receive → inspect → check (dry run) → commit, and undo.

Reading, judging and comparing happen outside the database, in DuckDB; one transaction holds only the set-based writes,
guarded by the generations that the comparison saw."""

from clients.imports.batches import (
    Received,
    Rejected,
    correct,
    discard,
    inspect,
    named_in_a_line,
    order_of,
    receive,
    receive_all,
)
from clients.imports.bringing import bring_in
from clients.imports.checking import check
from clients.imports.commits import NotReady, commit
from clients.imports.runs import ask_check, ask_checks, ask_commit, ask_undo, check_batch, commit_batch, undo_batch
from clients.imports.undoing import Refusal, preview_undo, undo

__all__ = [
    "NotReady",
    "Received",
    "Refusal",
    "Rejected",
    "ask_check",
    "ask_checks",
    "ask_commit",
    "ask_undo",
    "bring_in",
    "check",
    "check_batch",
    "commit",
    "commit_batch",
    "correct",
    "discard",
    "inspect",
    "named_in_a_line",
    "order_of",
    "preview_undo",
    "receive",
    "receive_all",
    "undo",
    "undo_batch",
]
