"""How pledges and their breaches are told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import name_for, text_for
from crm.lib import formats
from crm.models import Staff
from servicing.models import Measure, Pledge, PledgeBreach
from servicing.pledges.breaches import may_settle

# What was not kept, with the day on which it was due.
BROKEN: Mapping[str, LazyText] = {
    Measure.RESPONSE: gettext_lazy("what the client asked on {day} was not answered in time"),
    Measure.COMPLAINT: gettext_lazy("a stage of a complaint was due on {day}"),
    Measure.PROMISE: gettext_lazy("a promise was due on {day}"),
    Measure.CADENCE: gettext_lazy("the next conversation was due on {day}"),
    Measure.CALLBACK: gettext_lazy("a call-back was due on {day}"),
    Measure.IDEA: gettext_lazy("the answer to an idea was due on {day}"),
}
MARKS = {"open": "note", "settled": "ok", "void": ""}


@dataclass(frozen=True)
class Told:
    """A breach as a reader may read it."""

    row: PledgeBreach
    who: str
    what: str
    remedy: str
    may_settle: bool

    @property
    def mark(self) -> str:
        """The class of the tag of its state."""
        return MARKS[self.row.state]


def told_of(row: PledgeBreach, user: Staff) -> Told:
    """A breach, read with client, pledge and owner, for somebody who sees it."""
    name, number = (row.client.name, row.client.client_number) if row.client else ("", "")
    found = str(BROKEN[row.measure]).format(day=formats.day(row.on))
    return Told(
        row,
        name_for(user, name, number) if row.client else "",
        text_for(user, row.text, name) if row.reported_by_id else found,
        text_for(user, row.remedy, name),
        may_settle(user, row),
    )


def allowed_words(pledge: Pledge) -> str:
    """What a pledge allows."""
    n = pledge.allowed
    if pledge.measure == Measure.RESPONSE:
        return ngettext("within {n} working minute", "within {n} working minutes", n).format(n=n)
    if not n:
        return _("by the day it is due")
    return ngettext("{n} working day after it was due", "{n} working days after it was due", n).format(n=n)


def sentence_of(pledge: Pledge) -> str:
    """The sentence in the reader's language."""
    return pledge.sentence if formats.is_chinese() else pledge.sentence_en


def last_months(today: date, count: int) -> list[date]:
    """The first days of this month and of those before, the latest last."""
    months = [today.replace(day=1)]
    for _before in range(count - 1):
        first = months[-1]
        months.append(
            first.replace(year=first.year - 1, month=12) if first.month == 1 else first.replace(month=first.month - 1)
        )
    return months[::-1]
