"""The counter of the invented firm: a client who was received today, one who asked something and waits for the answer, and a
few who changed their advisor and whose pack waits to be read. Written by the same functions as the pages, with uids of their
own, so that a second run adds nothing."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from clients.models import Client
from crm.models import Publication, Staff
from segmentation.models import Standing
from segmentation.querysets import StandingQuerySet
from servicing.arrivals import announce, end, take
from servicing.contacts import Due, Said, record_contact
from servicing.handovers import hand_over
from servicing.models import Arrival, Contact, HandOver

NAMESPACE = UUID("0b0f3c61-7f0e-4a43-9a4b-2a1a0c7e55d4")
MOVED = 3


def seed_reception(now: datetime) -> int:
    """Write an arrival, a question and a hand-over for the advisor whose log-in is shown; returns how many are new."""
    shown = next((person for person in Staff.objects.advisors().order_by("pk") if person.has_usable_password()), None)
    branch = shown.branches.first() if shown else None
    manager = Staff.objects.filter(role=Staff.Role.MANAGER, branches=branch, is_active=True).order_by("pk").first()
    night = Publication.objects.current().filter(branch=branch).first()
    if shown is None or manager is None or night is None:
        return 0
    ranked = Standing.objects.filter(publication=night, client__is_restricted=False, client__closed_on=None)
    ranked = ranked.select_related("client__branch", "client__advisor").order_by("rank")
    return _received(shown, manager, ranked, now) + _asked(shown, ranked, now) + _handed(shown, manager, ranked, now)


def _received(shown: Staff, manager: Staff, ranked: StandingQuerySet[Standing], now: datetime) -> int:
    uid, mine = uuid5(NAMESPACE, f"arrival {now:%F}"), ranked.filter(client__advisor=shown).first()
    if mine is None or Arrival.objects.filter(uid=uid).exists():
        return 0
    told = announce(mine.client, way=Arrival.Way.HERE, to=shown, uid=uid, by=manager, at=now - timedelta(minutes=40))
    take(told, by=shown, at=now - timedelta(minutes=37))
    end(told, by=shown, at=now - timedelta(minutes=5))
    return 1


def _asked(shown: Staff, ranked: StandingQuerySet[Standing], now: datetime) -> int:
    uid, mine = uuid5(NAMESPACE, f"question {now:%F}"), ranked.filter(client__advisor=shown)[1:2]
    if not mine or Contact.objects.filter(uid=uid).exists():
        return 0
    asked = Said(
        now - timedelta(hours=1),
        "phone",
        "in",
        "客户来电询问可转债如何转股，答应问清后回电。",
        "calm",
        "回电说明转股",
    )
    day = timezone.localdate(now)
    record_contact(mine[0].client, asked, uid=uid, by=shown, at=now, step=Due(asked.next_step, day))
    return 1


def _handed(shown: Staff, manager: Staff, ranked: StandingQuerySet[Standing], now: datetime) -> int:
    """Clients of the first colleague who has some go to the advisor shown, with what is open for them."""
    uid = uuid5(NAMESPACE, "hand-over")
    others = ranked.filter(client__in=Contact.objects.standing().values("client")).exclude(client__advisor=shown)
    first = others.first()
    if first is None or HandOver.objects.filter(uid=uid).exists():
        return 0
    moving: list[Client] = [one.client for one in others.filter(client__advisor=first.client.advisor)[:MOVED]]
    hand_over(moving, to=shown, by=manager, at=now, reason="服务区域调整", uid=uid)
    return 1
