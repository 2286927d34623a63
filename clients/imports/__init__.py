"""Export files on their way in: receive → inspect → check (dry run) → commit, and undo.

Reading, judging and comparing happen outside the database, in DuckDB; one transaction holds only the set-based writes,
guarded by the generations that the comparison saw."""

from clients.imports.batches import Rejected, correct, discard, inspect, order_of, receive, receive_all
from clients.imports.checking import check
from clients.imports.commits import NotReady, commit
from clients.imports.undoing import Refusal, preview_undo, undo

__all__ = [
    "NotReady",
    "Refusal",
    "Rejected",
    "check",
    "commit",
    "correct",
    "discard",
    "inspect",
    "order_of",
    "preview_undo",
    "receive",
    "receive_all",
    "undo",
]
