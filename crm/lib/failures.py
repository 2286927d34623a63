"""What is kept of an exception, and whether the work or only the database was at fault."""

import traceback

from django.db import InterfaceError, OperationalError, connection


def describe(error: BaseException) -> str:
    """What went wrong without what it went wrong on: messages of our own exceptions are written for people, those of
    libraries may quote a row, so of them only the kind and the place are kept."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-6:]]
    ours = type(error).__module__.partition(".")[0] in {"crm", "clients", "segmentation", "servicing", "reactivation"}
    message = f": {error}" if ours else ""
    return f"{type(error).__name__}{message}\n" + "\n".join(places)


def is_interruption(error: BaseException) -> bool:
    """Whether the database went away or was busy: then nothing is wrong with the work."""
    if connection.vendor == "sqlite":
        return isinstance(error, OperationalError) and "locked" in str(error)
    return isinstance(error, OperationalError | InterfaceError)
