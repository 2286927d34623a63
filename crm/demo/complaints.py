"""The complaints of the demonstration: a dozen of the last months in every stage, written through the same functions as the
pages, with the moments of the past. Each has a uid made from its number, so that a second run adds nothing."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from clients.models import Client
from crm.calendar import working_days
from crm.lib.refusals import Refused
from crm.models import Branch, Publication, Staff
from segmentation.models import Standing
from servicing.complaints.callers import Caller
from servicing.complaints.escalating import escalate_overdue
from servicing.complaints.owners import name_officer
from servicing.complaints.receiving import Given, receive_complaint
from servicing.complaints.stages import (
    Acknowledged,
    Answered,
    CauseFound,
    FollowedUp,
    Improved,
    Said,
    check_action,
    leave_stage,
    record_call,
    settle_action,
)
from servicing.models import Complaint

NAMESPACE = UUID("0f3c6a52-92a4-4d5b-8d0f-3a8a7d4f6c21")
EVERY = 17  # clients apart in the order of rank, so that the complaints are of many advisors
STAGES = ("received", "cause", "answer", "follow_up", "improve", "closed")


@dataclass(frozen=True)
class Story:
    """A complaint: working days ago, what and how, about the advisor or not, how far it went, and after how many working days
    each stage was left."""

    ago: int
    how: str
    category: str
    severity: str
    text: str
    until: str
    left: tuple[int, ...] = (0, 2, 4, 7, 11)
    cause: str = "explanation"
    about: bool = False
    score: int | None = 4
    action: str = ""
    caller: str = ""


STORIES = (
    Story(0, "phone", "system", "serious", "早盘十分钟登录不上手机软件，错过了卖出时机，要求说明原因。", "received"),
    Story(1, "visit", "conduct", "serious", "到店办业务等了四十分钟，经办人边接私人电话边办理。", "received", about=True),
    Story(4, "regulator", "price", "grave", "监管转办：佣金与开户时口头约定不一致，要求退还差额。", "cause", (0,)),
    Story(6, "phone", "process", "minor", "银行卡变更来回跑了三趟，每次都缺不同材料。", "answer", (1, 3), "delay"),
    Story(9, "email", "conduct", "serious", "三次留言都没有回电，持仓到期也没有提醒。", "follow_up", (0, 2, 5), "neglect", True),
    Story(14, "letter", "product", "serious", "收益凭证到期收益低于宣传材料中的示例，认为没有讲清楚。", "improve", (1, 3, 6, 9)),
    Story(12, "phone", "other", "minor", "收到不相干的短信，问是否泄露了号码。", "cause", (1,), caller="周女士"),
    Story(25, "phone", "price", "minor", "融资利率调整没有提前告知。", "closed",
          cause="price", score=3, action="利率调整前三日短信告知"),
    Story(38, "link", "system", "serious", "条件单没有触发，客服说法前后不一。", "closed", (0, 2, 5, 9, 16), "system", score=2),
    Story(52, "visit", "process", "minor", "讲座报名后临时取消，没有通知。", "closed",
          cause="mistake", score=5, action="活动取消须逐一致电"),
    Story(75, "phone", "conduct", "serious", "推荐产品时没有说明风险等级。", "closed",
          (1, 4, 9, 14, 21), "explanation", True, None),
    Story(98, "email", "process", "minor", "对账单地址更新后仍寄往旧地址。", "closed", cause="mistake", score=4),
    Story(121, "phone", "price", "serious", "转户后佣金恢复默认档，未事先说明。", "closed",
          cause="rule", score=3, action="转户清单加一项佣金核对"),
)  # fmt: skip


def seed_complaints(now: datetime) -> int:
    """Write the complaints of the last months until a moment; returns how many are new. Without a published night there is
    nobody to choose."""
    before = Complaint.objects.count()
    today = timezone.localdate(now)
    days = [day for day in working_days(today - timedelta(days=270), today) if day <= today]
    clients = _chosen()
    _name_officers(clients, now)
    for number, (story, client) in enumerate(zip(STORIES, clients, strict=False)):
        uid = uuid5(NAMESPACE, str(number))
        if not Complaint.objects.filter(uid=uid).exists():
            _write(story, client, uid, days, now)
    escalate_overdue(now)
    return Complaint.objects.count() - before


def _chosen() -> list[Client]:
    """Clients of many advisors, in the order of their rank."""
    nights = list(Publication.objects.current().values_list("pk", flat=True))
    found = Standing.objects.filter(publication__in=nights, client__advisor__isnull=False, client__is_restricted=False)
    found = found.select_related("client__advisor", "client__branch").order_by("rank", "publication", "pk")
    return [standing.client for standing in found[: EVERY * len(STORIES)]][::EVERY] or []


def _name_officers(clients: list[Client], now: datetime) -> None:
    for branch in {client.branch for client in clients}:
        manager = _manager(branch)
        if manager is not None:
            try:
                name_officer(branch, manager, from_day=timezone.localdate(now), by=manager, at=now)
            except Refused:  # of an earlier run
                continue


def _manager(branch: Branch) -> Staff | None:
    found: Staff | None = Staff.objects.filter(role="manager", branches=branch, is_active=True).order_by("pk").first()
    return found


def _write(story: Story, client: Client, uid: UUID, days: list[date], now: datetime) -> None:
    start = len(days) - 1 - story.ago
    at = min(_moment(days[start], 10), now)
    given = Given(story.category, story.severity, story.text, client.advisor if story.about else None)
    complaint = receive_complaint(
        client.branch,
        given,
        how=story.how,
        uid=uid,
        at=at,
        by=None if story.how == "link" else _manager(client.branch) if story.about else client.advisor,
        client=None if story.caller else client,
        caller=Caller(story.caller, "13800000000") if story.caller else None,
    )
    for stage, after in zip(STAGES[: STAGES.index(story.until)], story.left, strict=False):
        at = min(max(_moment(days[min(start + after, len(days) - 1)], 15), at + timedelta(minutes=20)), now)
        complaint = _leave(story, stage, complaint, at)
    for action in complaint.actions.filter(due_on__lt=timezone.localdate(now)):
        settle_action(action, by=action.owner, at=at)
        check_action(action, effective=True, by=action.owner, at=now)


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 20)))


def _leave(story: Story, stage: str, complaint: Complaint, at: datetime) -> Complaint:
    by = complaint.owner
    if stage == "follow_up":
        uid = uuid5(NAMESPACE, f"call:{complaint.pk}:{complaint.round}")
        record_call(complaint, "satisfied", "认可处理结果", uid=uid, by=by, at=at)
    return leave_stage(complaint, _said(story, stage, by, at), version=complaint.version, by=by, at=at)


def _said(story: Story, stage: str, by: Staff, at: datetime) -> Said:
    """What a stage says in the demonstration."""
    due = (timezone.localdate(at) + timedelta(days=14)).isoformat()
    told: dict[str, Said] = {
        "received": Acknowledged("phone", "已致电客户，说明由我负责并告知答复期限。"),
        "cause": CauseFound("客户补充了经过和时间点，希望得到书面说明。", story.cause, "核对记录与录音后确认。"),
        "answer": Answered("按核对结果处理，并补寄书面说明。", "phone", "已说明原因、处理办法与时间。", "spoken"),
        "follow_up": FollowedUp(),
        "improve": Improved(
            "同类情况应提前告知客户。",
            remedy=story.action,
            remedy_owner=by.pk if story.action else None,
            remedy_due=due if story.action else "",
            no_remedy="" if story.action else "个案，现有制度已覆盖",
            satisfaction=story.score,
            not_asked="" if story.score else "客户表示不必再联系",
        ),
    }
    return told[stage]
