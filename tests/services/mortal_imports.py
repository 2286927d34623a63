"""In a worker of the kill tests: kill -9 of this very process at a moment inside an import, once, where the test wants it;
and, for the negative control, an import without its transaction."""

import os
import signal
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf import settings

from clients.export_files import staging
from clients.imports import checking, commits, plans, undoing
from clients.imports.writing import Writer
from crm import jobs


def die(moment: str) -> None:
    wish = Path(settings.VAR_DIR) / "die-inside"
    if wish.exists() and wish.read_text() == moment:
        wish.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def dying(moment: str, function: Callable[..., Any], *, after: bool = False) -> Callable[..., Any]:
    def mortal(*args: Any, **kwargs: Any) -> Any:
        if not after:
            die(moment)
        result = function(*args, **kwargs)
        if after:
            die(moment)
        return result

    return mortal


if "CRM_TEST_DATABASE" in os.environ:
    staging._resolve = dying("while the file is read", staging._resolve)
    checking.make_plan = dying("before the plan", checking.make_plan)
    plans.compare = dying("while the plan is made", plans.compare)
    plans.save = checking.save = commits.save = dying("before the plan is kept", plans.save)
    commits.make_plan = dying("while it is planned anew", commits.make_plan)
    Writer.insert = dying("inside the transaction", Writer.insert, after=True)
    undoing._remove = dying("inside the undo", undoing._remove, after=True)
    jobs.finish = dying("after the commit", jobs.finish)
    if os.environ.get("CRM_TEST_WITHOUT") == "transaction":
        commits.transaction = SimpleNamespace(atomic=nullcontext)
        jobs.fence = lambda run: None
