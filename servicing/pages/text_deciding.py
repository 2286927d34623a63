"""What is done with a version of a text; and the end of a text."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from crm.lib.http import only
from crm.models import Staff
from servicing.models import TextVersion
from servicing.pages.texts import text_of
from servicing.pages.versions import WRITERS, Acts, waiting_of
from servicing.texts.deciding import ask_approval, decide_text
from servicing.texts.differences import differences

ACTS = Acts(TextVersion, text_of, ask_approval, decide_text)


@require_POST
@only(*WRITERS)
def ask(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Put a draft forward to the second person."""
    return ACTS.ask(request, pk, number)


@require_POST
@only(*WRITERS)
def take_back(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The undo of putting it forward."""
    return ACTS.take_back(request, pk, number)


@require_POST
@only("manager", "compliance")
def decide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Approve or refuse what somebody else wrote."""
    return ACTS.decide(request, pk, number)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody uses the text any more."""
    return ACTS.end(request, pk)


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """The undo of ending it."""
    return ACTS.restore(request, pk)


def waiting_texts(user: Staff, most: int) -> Sequence[dict[str, Any]]:
    """The versions that wait for a reader, each with what it changes."""
    return [
        {"version": version, "pieces": differences(before.body, version.body) if before else None}
        for version, before in waiting_of(TextVersion, user, most)
    ]
