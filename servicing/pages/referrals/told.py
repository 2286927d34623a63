"""A referral as a page tells it to its reader: names and words as they may be read, the next step, whether it is late."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from crm.access import name_for, text_for
from crm.models import Staff
from servicing.models import Referral
from servicing.querysets.referrals import OPEN

MARKS = {"named": "note", "contacted": "ac", "opened": "ok", "lost": ""}


@dataclass(frozen=True)
class Told:
    """A referral for one reader. `why`: why it was lost, in words; `is_late`: the next step was due."""

    row: Referral
    name: str
    referrer: str
    client: str
    note: str
    next_step: str
    why: str
    is_hidden: bool
    is_late: bool
    is_open: bool

    @property
    def mark(self) -> str:
        """The class of the tag."""
        return MARKS[self.row.state]


def told_of(row: Referral, user: Staff, today: date) -> Told:
    """How a referral, read with referrer and client, is told to somebody who sees it."""
    hidden = row.is_restricted and not user.is_compliance
    why = str(row.get_reason_display()) if row.reason else ""
    if row.reason_text and not hidden:
        why = f"{why} · {text_for(user, row.reason_text, row.name)}"
    return Told(
        row=row,
        name=_("hidden") if hidden else name_for(user, row.name),
        referrer=name_for(user, row.referrer.name, row.referrer.client_number),
        client=name_for(user, row.client.name, row.client.client_number) if row.client else "",
        note="" if hidden else text_for(user, row.note, row.name),
        next_step="" if hidden else text_for(user, row.next_step, row.name),
        why=why,
        is_hidden=hidden,
        is_late=row.next_on is not None and row.next_on < today,
        is_open=row.state in OPEN,
    )
