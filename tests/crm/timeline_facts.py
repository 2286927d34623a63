"""What happens with a client, written down by hand for the tests of the timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.urls import reverse
from hypothesis import strategies as some

from clients.models import CashTransfer, Client, FactChange, SecuritiesTransfer, Trade
from crm.models import Staff
from crm.pages.timeline.events import Event, Place
from crm.pages.timeline.reading import read_page
from crm.pages.timeline.sources import Found, Source
from segmentation.models import StateChange, TierMove, TierScheme
from servicing.models import Contact, Promise, Task
from tests.crm.page_firm import DAY, NOW, batch, browser_of

IN_ENGLISH = {"accept-language": "en"}


FRAGMENT = {"HX-Request": "true", **IN_ENGLISH}


@dataclass(frozen=True)
class Kept:
    """A source whose events are kept in a list."""

    name: str
    places: Sequence[Place]
    group: str = "kept"

    def found(self, after: Place | None, *, same_day: int, count: int) -> list[Found]:
        order = sorted(self.places, key=lambda p: (p.day, p.at, p.key), reverse=True)
        if after:
            behind = {
                1: lambda p: p.day <= after.day,
                0: lambda p: (p.day, p.at, p.key) < (after.day, after.at, after.key),
                -1: lambda p: p.day < after.day,
            }[same_day]
            order = [place for place in order if behind(place)]
        return [Found(place, None) for place in order[:count]]

    def told(self, found: Sequence[Found]) -> list[Event]:
        return [Event(one.place, "coin", str(one.place)) for one in found]

    def counted(self, limit: int) -> tuple[str, Sequence[Any]]:
        return "SELECT %s", [min(len(self.places), limit)]


def walked(sources: Sequence[Source], size: int) -> list[Place]:
    """Every place, by going from page to page."""
    places: list[Place] = []
    after = ""
    while True:
        page = read_page(sources, after=after, size=size)
        assert len(page.events) <= size
        new = [event.place for event in page.events]
        assert not set(new) & set(places), "an event comes twice"
        places += new
        after = page.after
        if not after:
            return places


marks = some.lists(some.tuples(some.integers(0, 4), some.integers(0, 3), some.integers(0, 5)), unique=True, max_size=12)


def fact(owner: Any, **more: Any) -> dict[str, Any]:
    told = {"branch": owner.branch, "client": owner.client, "account": owner, "batch": batch(), "recorded_at": NOW}
    return {**told, **more}


def trade(owner: Any, day: date, n: int = 0, **more: Any) -> Trade:
    values = {"side": "buy", "quantity_e2": 100, "amount_minor": 1000, "commission_minor": 5, "channel": "mobile"}
    values |= {"security_code": "600000", "instrument_class": "main", **more}
    return Trade.objects.create(**fact(owner, traded_on=day, deal_key=f"{day}-{n}", **values))


def contact(who: Client, by: Staff, at: datetime, **more: Any) -> Contact:
    values = {"channel": "phone", "summary": "想看纸质的中期策略", "recorded_at": at, **more}
    return Contact.objects.create(branch=who.branch, client=who, staff=by, happened_at=at, **values)


def promise(of: Contact, by: Staff, **more: Any) -> Promise:
    values = {"text": "寄中期策略", "due_on": DAY, **more}
    return Promise.objects.create(branch=of.branch, client=of.client, contact=of, owner=by, **values)


def task(who: Client, by: Staff, key: str, **more: Any) -> Task:
    values = {"title": "回访", "due_on": DAY, "made_by": by, "made_at": NOW, **more}
    return Task.objects.create(branch=who.branch, client=who, owner=by, key=key, **values)


def change(who: Client, at: datetime = NOW, **more: Any) -> FactChange:
    return FactChange.objects.create(
        **{"table": "clients_client", "key": who.pk, "branch": who.branch, "at": at, **more}
    )


KINDS = ("trade", "trade elsewhere", "cash", "securities", "contact", "promise", "task", "tier", "state", "change")


mixes = some.lists(some.tuples(some.sampled_from(KINDS), some.integers(0, 5)), max_size=25)


def happened(kind: str, day: int, n: int, who: Client, owners: Sequence[Any], by: Staff) -> None:
    """Something of a kind, so many days ago; two of a kind on one day stand at the same moment."""
    on = DAY - timedelta(days=day)
    at = datetime(on.year, on.month, on.day, 15, 59, tzinfo=UTC)  # one minute before midnight in Shanghai
    if kind == "trade":
        trade(owners[0], on, n)
    elif kind == "trade elsewhere":
        trade(owners[1], on, n)
    elif kind == "cash":
        CashTransfer.objects.create(**fact(owners[0]), moved_on=on, transfer_key=str(n), amount_minor=100)
    elif kind == "securities":
        SecuritiesTransfer.objects.create(**fact(owners[1]), moved_on=on, transfer_key=str(n), quantity_e2=100)
    elif kind == "contact":
        contact(who, by, at)
    elif kind == "promise":
        promise(contact(who, by, at, withdrawn_at=at), by, state="kept", settled_at=at, settled_by=by)
    elif kind == "task":
        task(who, by, f"{who.pk}-{n}", state="done", settled_at=at, settled_by=by)
    elif kind == "tier" and not TierMove.objects.filter(client=who, day=on).exists():
        TierMove.objects.create(
            client=who, branch=who.branch, day=on, to_tier="vip", scheme=TierScheme.objects.get(branch=None),
            measure_fen=1, rank=1, why="first",
        )  # fmt: skip
    elif kind == "state" and not StateChange.objects.filter(client=who, day=on, subject="band").exists():
        StateChange.objects.create(client=who, branch=who.branch, day=on, subject="band", before="low", after="high")
    elif kind == "change":
        change(who, at, before={"risk_level": "C1"}, after={"risk_level": "C2"})


def body_of(person: Staff, who: Client, **asked: str) -> str:
    address = reverse("client-timeline", args=[who.pk])
    return browser_of(person).get(address, asked, headers=FRAGMENT).content.decode()
