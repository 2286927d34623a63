"""The contact history of the demonstration: what the advisors noted about their best clients in the last months.

Export files do not carry it; it is written through the same functions as the pages, with the moments of the past. Every
contact has a uid made from its client and number, so that a second run adds nothing."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID, uuid5

from django.utils import timezone

from clients.models import Client
from crm.calendar import trading_day_after
from crm.models import Publication, Staff
from segmentation.models import Band, Standing, Tier
from servicing.contacts import Due, Said, record_contact
from servicing.models import Contact

NAMESPACE = UUID("6d9b2f0e-5f0b-4a55-9a39-3f6c1c1d2a11")
DAYS = 120
OWN, OTHERS = 90, 120  # clients of the advisor whose log-in is shown; VIP and key clients of everybody else
LATELY, RECENT = 0.35, 12  # so many clients were talked to in the last days; what came of it may be open still
SEED = 2026


@dataclass(frozen=True)
class Note:
    """A kind of talk: what was written down, how, in which mood, and what may come of it."""

    channel: str
    summary: str
    mood: str = "calm"
    direction: str = "out"
    promise: str = ""
    step: str = ""


NOTES = (
    Note("phone", "问候近况，客户近期出差较多，行情看得少，约定月底再联系。"),
    Note("phone", "说明账户近期持仓集中度较高，客户表示知道，想听听不同意见。", step="准备持仓集中度说明"),
    Note("wecom", "发送投教讲座邀请，客户表示有兴趣，届时看时间。", "pleased"),
    Note("phone", "客户询问港股通汇率如何折算，已说明口径，书面材料随后发送。", "calm", "in", promise="发送港股通汇率说明"),
    Note("at_branch", "客户到店办理银行卡变更，顺便聊了家庭资金安排，明年孩子出国要用钱。", "pleased", "in"),
    Note("visit", "上门拜访，一起看了三季度账户情况，客户对服务表示认可。", "pleased", promise="送三季度持仓诊断"),
    Note("phone", "客户抱怨手机软件卡顿，已记录机型并转技术同事。", "low", "in", promise="回复软件卡顿的处理结果"),
    Note("wecom", "提醒风险测评即将到期，客户说本周自己在手机上做。", step="确认风险测评是否完成"),
    Note("phone", "客户提到他券商给出更低佣金，说明我们包含的服务，客户愿意再考虑。", "low", step="说明佣金构成"),
    Note("phone", "回访上次提到的新债申购，客户已会操作。", "pleased"),
    Note("sms", "发送节日问候，客户回复感谢。", "pleased"),
    Note("phone", "近两个月交易减少，客户说在装修房子，资金暂时另有安排。"),
    Note("email", "寄出中期策略纸质版的快递单号。", step="确认策略报告是否收到"),
    Note("phone", "客户询问科创板权限开通条件，已说明资产与经验要求。", "calm", "in"),
    Note("at_branch", "到店参加投教讲座，对仓位管理部分提问较多。", "pleased", promise="寄讲座讲义"),
    Note("phone", "未能细谈，客户在开会，约改日上午再打。", step="上午十点前再致电"),
)  # fmt: skip


def seed_contacts(now: datetime) -> int:
    """Write the contacts of the last months until a moment; returns how many are new. Without a published night there is
    nobody to choose."""
    before = Contact.objects.count()
    chance = Random(SEED)  # noqa: S311 (an invented firm)
    today = timezone.localdate(now)
    for client in _chosen():
        _history(client, chance, today, now)
    return Contact.objects.count() - before


def _chosen() -> list[Client]:
    """The best clients of the advisor whose log-in is shown, and VIP and key clients of the others."""
    nights = list(Publication.objects.current().values_list("pk", flat=True))
    found = Standing.objects.filter(publication__in=nights, client__advisor__isnull=False, client__is_restricted=False)
    found = found.select_related("client__advisor", "client__branch").order_by("rank", "publication", "pk")
    shown = next((person for person in Staff.objects.advisors().order_by("pk") if person.has_usable_password()), None)
    mine = [standing.client for standing in found.filter(client__advisor=shown)[:OWN]] if shown else []
    others = found.filter(tier__in=[Tier.VIP, Tier.KEY]).exclude(client__advisor=shown)
    urgent = found.filter(client__advisor=shown, churn_band__in=[Band.HIGH, Band.RAISED])[:5] if shown else []
    kept = {standing.client_id for standing in urgent}  # left without a talk: they are what the page is about
    return [client for client in mine if client.pk not in kept] + [one.client for one in others[:OTHERS]]


def _history(client: Client, chance: Random, today: date, now: datetime) -> None:
    count = chance.choice((1, 1, 2, 2, 3))
    days = sorted(chance.sample(range(1, DAYS), count), reverse=True)
    if chance.random() < LATELY:
        days[-1] = chance.randrange(1, RECENT)
    notes = chance.sample(NOTES, count)
    minutes = [chance.randrange(9 * 60 + 40, 16 * 60 + 50) for _ in range(count)]
    for number, (ago, note, minute) in enumerate(zip(days, notes, minutes, strict=True)):
        day = today - timedelta(days=ago)
        if day.weekday() > 4:
            day -= timedelta(days=2)
        at = timezone.make_aware(datetime.combine(day, time(minute // 60, minute % 60)))
        if at < now:
            _write(client, note, at, number, recent=ago <= RECENT, wait=chance.randrange(1, 8))


def _write(client: Client, note: Note, at: datetime, number: int, *, recent: bool, wait: int) -> None:
    """One contact; what came of it stays open only where it is recent."""
    uid = uuid5(NAMESPACE, f"{client.branch.code}/{client.client_number}/{number}")
    if Contact.objects.filter(uid=uid).exists() or client.advisor is None:
        return
    day = timezone.localdate(at)
    due = trading_day_after(day, wait) if recent else day
    record_contact(
        client,
        Said(at, note.channel, note.direction, note.summary, note.mood, note.step),
        uid=uid,
        by=client.advisor,
        at=at,
        promise=Due(note.promise, due) if note.promise and recent else None,
        step=Due(note.step, due) if note.step and recent else None,
    )
