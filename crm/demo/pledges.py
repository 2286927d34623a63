"""The pledge of the invented firm since half a year, what the nights of that time would have found, and what became of it."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from crm.models import Branch, Staff
from servicing.models import Measure, Pledge, PledgeBreach
from servicing.pledges.breaches import Report, report_breach, settle_breach
from servicing.pledges.deciding import Book, supersede_pledge
from servicing.pledges.finding import find_breaches

NAMESPACE = UUID("5f1b0c0e-3a54-4a3c-9d2a-77b1c8f2ab10")
DAYS = 180
SETTLED = 5  # of every so many breaches all but one are put right
# measure, allowed, in Chinese, in English
PLEDGES = (
    (Measure.RESPONSE, 240, "您的来询，四个工作小时内首次答复。", "A first answer to your question within four working hours."),
    (Measure.PROMISE, 0, "答应您的事，到日必办。", "What we promise you is done by its day."),
    (Measure.COMPLAINT, 0, "您的投诉，每一步都在公示的时限内处理。", "Every step of your complaint within the time we publish."),
    (Measure.CADENCE, 10, "不让您等太久：按服务标准定期联系您。", "You hear from us as often as your service standard says."),
    (Measure.CALLBACK, 5, "新开户三十天内，我们会回访您一次。", "After an account opening we call you back in time."),
    (Measure.IDEA, 0, "您提的建议，两周内给您答复。", "Your ideas are answered within two weeks."),
)  # fmt: skip
OWN = (
    120,
    "您的来询，两个工作小时内首次答复。",
    "A first answer to your question within two working hours.",
)
REMEDIES = ("已致电客户道歉并补办", "已与客户重新约定时间，由同事代为跟进", "已当面说明原因，客户表示理解")
REPORTED = "客户到店等候四十分钟无人接待，承诺的专人陪同没有做到"


def write_pledges(*, at: datetime) -> int:
    """Decide on the pledge, judge the months since, put most breaches right; how many breaches there are. Where somebody has
    pledged anything, nothing."""
    admin = Staff.objects.filter(role="admin", is_active=True).order_by("pk").first()
    branches = list(Branch.objects.active())
    if admin is None or not branches or Pledge.objects.exists():
        return 0
    begins = at - timedelta(days=DAYS)
    for measure, allowed, sentence, english in PLEDGES:
        _decide(measure, allowed, sentence, english, branch=None, by=admin, at=begins)
    manager = _manager(branches[0])
    if manager:
        later = at - timedelta(days=45)
        _decide(Measure.RESPONSE, *OWN, branch=branches[0], by=manager, at=later)
    for branch in branches:
        for day in _mornings(timezone.localdate(at)):
            find_breaches(branch, day=day, at=at)
        _put_right(branch, at)
    if manager:
        _report(branches[0], manager, at)
    return PledgeBreach.objects.count()


def _decide(
    measure: str, allowed: int, sentence: str, english: str, *, branch: Branch | None, by: Staff, at: datetime
) -> None:
    row = Pledge(
        branch=branch, measure=measure, allowed=allowed, sentence=sentence, sentence_en=english,
        from_day=timezone.localdate(at), source="服务承诺（演示）",
    )  # fmt: skip
    supersede_pledge(row, by=by, at=at)


def _mornings(today: date) -> list[date]:
    """Every second first day of a month since the beginning, and today: each night judges two months."""
    firsts, day = [today], today.replace(day=1)
    for _month in range(DAYS // 30):
        firsts.append(day)
        day = (day - timedelta(days=1)).replace(day=1)
    return firsts[::2][::-1]


def _put_right(branch: Branch, at: datetime) -> None:
    manager = _manager(branch)
    found = PledgeBreach.objects.filter(branch=branch, state="open").select_related("owner").order_by("on", "pk")
    for n, breach in enumerate(found):
        by = breach.owner or manager
        if n % SETTLED and by:
            days = (timezone.localdate(at) - breach.on).days
            settle_breach(breach, REMEDIES[n % len(REMEDIES)], by=by, at=at - timedelta(days=max(days - 3, 0)))


def _report(branch: Branch, manager: Staff, at: datetime) -> None:
    day = timezone.localdate(at) - timedelta(days=2)
    pledge = Book(Pledge.objects.of(branch), branch.pk).on(Measure.RESPONSE, day)
    if pledge:
        said = Report(pledge, day, REPORTED)
        report_breach(branch, said, uid=uuid5(NAMESPACE, branch.code), by=manager, at=at)


def _manager(branch: Branch) -> Staff | None:
    found: Staff | None = Staff.objects.filter(role="manager", branches=branch, is_active=True).order_by("pk").first()
    return found
