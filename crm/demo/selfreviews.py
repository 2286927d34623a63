"""The self-assessments of the demonstration: that of the former quarter handed in, the present one begun."""

from datetime import datetime, time, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from crm.models import Branch, Staff
from servicing.models import SelfReview
from servicing.quarters import Quarter
from servicing.selfreviews.actions import add_action, settle_action
from servicing.selfreviews.writing import Answers, begin_review, hand_in_review, save_review

NAMESPACE = UUID("3c7a51de-0b8e-4d0a-8a0e-6b1b1a0f7d54")
FORMER: Answers = {
    "whom": {"text": "VIP 与主要客户多在五十岁以上，最看重被重视；年轻客户需要学习与系统支持，需求登记仍不足三成。", "mark": 3},
    "offer": {"text": "持仓诊断与交易复盘是客户期望的项目，完成率尚可；市场点评客户并不在意，可以减少。", "mark": 4},
    "channels": {"text": "以电话和企业微信为主，到店与上门偏少；小客户几乎只有群发，了解不到真实想法。", "mark": 3},
    "asking": {"text": "回访按计划完成，投诉办结后都问了满意度；日常服务之后还没有固定询问。", "mark": 2},
}  # fmt: skip
DRAFT: Answers = {
    "whom": {"text": "重点客户需求卡补登到位，本季度新开户以年轻客户为主。", "mark": 4},
    "offer": {"text": "", "mark": None},
    "channels": {"text": "到店预约开通后，面谈比上季度多。", "mark": None},
    "asking": {"text": "", "mark": None},
}
ACTIONS = (("重点客户需求卡补登，每人每周十户", 40, True), ("服务之后三天内电话询问感受", 95, False))


def seed_selfreviews(now: datetime) -> int:
    """Write both for the first branch with a manager; returns how many there are. A second run adds nothing."""
    quarter = Quarter.of(timezone.localdate(now))
    for branch in Branch.objects.active().order_by("code")[:1]:
        boss = branch.staff.filter(role="manager", is_active=True).order_by("pk").first()
        if boss is not None and not SelfReview.objects.filter(branch=branch).exists():
            _write(branch, boss, quarter, now)
    return SelfReview.objects.count()


def _write(branch: Branch, boss: Staff, quarter: Quarter, now: datetime) -> None:
    at = timezone.make_aware(datetime.combine(quarter.before.last - timedelta(days=2), time(16, 20)))
    former = begin_review(branch, quarter.before, by=boss, at=at)
    owners = list(Staff.objects.working_in(branch).filter(role="advisor").order_by("pk")[: len(ACTIONS)]) or [boss]
    for number, (text, days, is_done) in enumerate(ACTIONS):
        due_on = timezone.localdate(at) + timedelta(days=days)
        owner = owners[number % len(owners)]
        action = add_action(former, text, owner, due_on, uid=uuid5(NAMESPACE, str(number)), by=boss, at=at)
        if is_done:
            settle_action(action, by=owner, at=min(at + timedelta(days=days - 3), now))
    hand_in_review(former, FORMER, version=1, by=boss, at=at)
    draft = begin_review(branch, quarter, by=boss, at=now)
    save_review(draft, DRAFT, version=1, by=boss, at=now)
