"""What is done with a version of a text; and the end of a text."""

from collections.abc import Sequence
from typing import Any

from crm.models import Staff
from servicing.models import TextVersion
from servicing.pages.texts.texts import text_of
from servicing.pages.versions import Acts, waiting_of
from servicing.texts.deciding import ask_approval, decide_text
from servicing.texts.differences import differences

ACTS = Acts(TextVersion, text_of, ask_approval, decide_text)


def waiting_texts(user: Staff, most: int) -> Sequence[dict[str, Any]]:
    """The versions that wait for a reader, each with what it changes."""
    return [
        {"version": version, "pieces": differences(before.body, version.body) if before else None}
        for version, before in waiting_of(TextVersion, user, most)
    ]
