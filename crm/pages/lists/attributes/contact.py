"""What was done for the client: contacts, tasks, promises. They are of today, not of the night."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from crm.calendar import day_begins
from crm.pages.lists.attributes.attribute import Attribute, Subject, of_values
from crm.pages.lists.days import Day, Days, dates_of
from crm.pages.lists.kinds import NONE, Asked
from crm.pages.lists.spans import Span
from servicing.models import Contact, Guest, Promise, ServiceStage, Stage, Task

_WORK = [("open", _("open")), ("overdue", _("overdue"))]


def _contacts() -> Any:
    return Contact.objects.standing().filter(client=OuterRef("client"))


def _visits() -> Any:
    return Guest.objects.filter(client=OuterRef("client"), attendance=Guest.Attendance.CAME)


def _last(rows: Callable[[], Any], dated: str) -> Callable[[Span[Day], Asked], Q]:
    """The day of the last of some rows. Who was never spoken to was not spoken to for 30 days either."""

    def build(value: Span[Day], asked: Asked) -> Q:
        if value.is_none:
            return ~Q(Exists(rows()))
        span = dates_of(value, asked.today)
        found = Q()
        if span.low is not None:
            found &= Q(Exists(rows().filter(**{f"{dated}__gte": day_begins(span.low)})))
        if span.high is not None:
            later = span.high + timedelta(days=1) if span.high < date.max else span.high
            found &= ~Q(Exists(rows().filter(**{f"{dated}__gte": day_begins(later)})))
        return found

    return build


def _last_channel(value: tuple[str, ...], _asked: Asked) -> Q:
    last = Subquery(_contacts().order_by("-happened_at").values("channel")[:1])
    found = Q(pk__in=[])
    for channel in value:
        found |= Q(Exact(last, channel))
    return found


def _open(rows: Any, value: tuple[str, ...], asked: Asked) -> Q:
    mine = rows.filter(client=OuterRef("client"), state="open")
    found = Q(pk__in=[])
    for one in value:
        if one == NONE:
            found |= ~Q(Exists(mine))
        else:
            found |= Q(Exists(mine.filter(due_on__lt=asked.today) if one == "overdue" else mine))
    return found


def _task(value: tuple[str, ...], asked: Asked) -> Q:
    return _open(Task.objects, value, asked)


def _promise(value: tuple[str, ...], asked: Asked) -> Q:
    return _open(Promise.objects, value, asked)


def _stage(value: tuple[str, ...], _asked: Asked) -> Q:
    """The stage that counts; in none is also of whom nobody ever said one."""
    mine = ServiceStage.objects.standing().filter(client=OuterRef("client")).exclude(stage=Stage.OUT)
    found = Q(Exists(mine.filter(stage__in=[one for one in value if one != NONE])))
    return found | ~Q(Exists(mine)) if NONE in value else found


_STAGES = [choice for choice in Stage.choices if choice[0] != Stage.OUT]
SUBJECT = Subject(
    _("Service"),
    (
        Attribute("last_contact", _("Last contact"), Days(), build=_last(_contacts, "happened_at"), never=_("never")),
        Attribute("channel", _("Channel of the last contact"), of_values(Contact.Channel.choices), build=_last_channel),
        Attribute(
            "last_event", _("Last event attended"), Days(), build=_last(_visits, "event__starts_at"), never=_("never")
        ),
        Attribute("stage", _("Stage"), of_values(_STAGES, none=True), build=_stage, never=_("none")),
        Attribute("task", _("Task"), of_values(_WORK, none=True), build=_task, never=_("none")),
        Attribute("promise", _("Promise"), of_values(_WORK, none=True), build=_promise, never=_("none")),
    ),
)
