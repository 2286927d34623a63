"""Broker export files: unpack them, find out what they are, read their rows into typed columns or rejects.

Knows files only: no models, no database of the house. `unpack` → `inspect` → `stage`.
"""

from clients.export_files.detection import inspect
from clients.export_files.inspection import ColumnMatch, Inspection, Overrides, RememberedMapping, Staged
from clients.export_files.limits import LIMITS, Limits, Refused
from clients.export_files.matching import REPORT, own
from clients.export_files.original_rows import cells_of
from clients.export_files.staging import stage
from clients.export_files.unpacking import unpack

__all__ = [
    "LIMITS",
    "REPORT",
    "ColumnMatch",
    "Inspection",
    "Limits",
    "Overrides",
    "Refused",
    "RememberedMapping",
    "Staged",
    "cells_of",
    "inspect",
    "own",
    "stage",
    "unpack",
]
