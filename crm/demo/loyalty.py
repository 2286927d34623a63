"""Referrals of the invented firm in every state, written by the functions that people use; and the ladder with them."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid5

import numpy as np
from django.utils import timezone

from clients.models import Client
from crm.demo.names import draw_people
from crm.models import Branch, Publication, Staff
from segmentation.models import Standing
from servicing.loyalty.keeping import keep_loyalty
from servicing.models import Referral
from servicing.referrals.naming import Named, name_referral
from servicing.referrals.working import contact_referral, lose_referral, open_referral

NAMESPACE = UUID("5c0f7e1a-3f0b-4d8e-9a57-71f4a3a4c2d0")
SEED = 2026
# days ago, what became of the person
STORIES = (
    (2, ""), (5, ""), (9, "contacted"), (16, "contacted"), (40, "price"), (75, "no_answer"), (120, "competitor"),
    (90, "referrer"), (300, "opened"), (210, "opened"),
)  # fmt: skip
NOTES = ("同事，做基金定投。", "牌友，账户在别家，嫌佣金高。", "女儿，刚工作，想学投资。", "邻居，退休，主要打新。", "")
STEPS = ("约周四到部里坐坐", "发开户指引并电话跟进")


def seed_referrals(now: datetime) -> int:
    """Write the referrals until a moment, and keep the loyalty of the latest nights with them; how many there are. Where
    somebody has noted one, none."""
    if Referral.objects.exists():
        return 0
    chance = Random(SEED)  # noqa: S311 (an invented firm)
    for place, night in enumerate(Publication.objects.current().select_related("branch").order_by("branch__code")):
        _branch(night, place, chance, now)
        keep_loyalty(night)
    return Referral.objects.count()


def _branch(night: Publication, place: int, chance: Random, now: datetime) -> None:
    referrers = _referrers(night, night.branch)
    dice = np.random.default_rng([SEED, place])
    count = len(STORIES)
    _surnames, names = draw_people(dice, women=dice.random(count) < 0.5, born_year=dice.integers(1955, 2002, count))
    newcomers = list(
        Client.objects.filter(branch=night.branch, closed_on=None, is_restricted=False, advisor__isnull=False)
        .filter(opened_on__gt=timezone.localdate(now) - timedelta(days=200), referred_by=None)
        .order_by("opened_on", "pk")[:4]
    )
    for number, ((days_ago, became), referrer, name) in enumerate(zip(STORIES, referrers, names, strict=False)):
        at = now - timedelta(days=days_ago)
        agreed = number % 4 != 3
        named = Named(
            str(name), f"165{place:04d}{number:04d}" if agreed else "", agreed, chance.choice(NOTES),
            *((chance.choice(STEPS), timezone.localdate(now) + timedelta(days=3)) if became == "contacted" else ()),
        )  # fmt: skip
        by: Staff = referrer.advisor  # type: ignore[assignment]
        row = name_referral(referrer, named, uid=uuid5(NAMESPACE, f"{night.branch.code}/{number}"), by=by, at=at)
        _become(row, became, newcomers, by, min(at + timedelta(days=4), now))


def _become(row: Referral, became: str, newcomers: list[Client], by: Staff, at: datetime) -> None:
    if not became:
        return
    contact_referral(row, by=by, at=at)
    if became == "opened" and newcomers:
        open_referral(row, newcomers.pop(), by=by, at=at)
    elif became in Referral.Reason.values:
        lose_referral(row, became, by=by, at=at + timedelta(days=9))


def _referrers(night: Publication, branch: Branch) -> list[Client]:
    """Good clients of the branch, those of the advisors who log in first."""
    best = Standing.objects.filter(publication=night, client__advisor__isnull=False, client__closed_on=None)
    shown = (
        best.filter(client__is_restricted=False, churn_band="low").select_related("client__advisor").order_by("rank")
    )
    clients = [row.client for row in shown[:80]]
    return sorted(clients, key=lambda one: (not (one.advisor and one.advisor.has_usable_password()), one.pk))
