"""The call-backs of the demonstration: the year's sample, drawn some months ago, and what the calls until now brought."""

from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from crm import calendar
from crm.models import Branch
from servicing.callbacks import make_callbacks
from servicing.callbacks.findings import settle_finding
from servicing.callbacks.questions import NO, QUESTIONS, YES
from servicing.callbacks.recording import Heard, record_attempt
from servicing.models import Callback, CallbackFinding, CallbackSample

NAMESPACE = UUID("2f0d4c0e-6a53-4f0c-9a35-0d1c7c1b6b20")
SEED = 2026
MONTHS = 2  # so long ago the branches began
LEFT = 0.03  # of what was due is overdue still
SAFE = {key: YES if question.risky == NO else NO for key, question in QUESTIONS.items()}
REMARKS = ("客户确认资料无误。", "", "", "客户建议短信少一些。", "约好下次面谈再更新测评。")


def seed_callbacks(now: datetime) -> int:
    """Draw and make the call-backs of the year until a moment, through the same functions as the night and the pages.
    Returns how many calls were recorded; nothing where the year is drawn already."""
    today, chance, made = timezone.localdate(now), Random(SEED), 0  # noqa: S311 (an invented firm)
    for branch in Branch.objects.active():
        if CallbackSample.objects.filter(branch=branch, year=today.year).exists():
            continue
        for month in range(max(today.month - MONTHS, 1), today.month + 1):
            day = calendar.working_days(date(today.year, month, 3), date(today.year, month, 20))[0]
            if day < today:
                make_callbacks(branch, day=day, at=_moment(day, 2), seed=f"{branch.code}-{today.year}-demo")
        make_callbacks(branch, day=today, at=now, seed=f"{branch.code}-{today.year}-demo")
        with transaction.atomic():
            made += _call(branch, today, chance)
    return made


def _call(branch: Branch, today: date, chance: Random) -> int:
    due = Callback.objects.filter(branch=branch).waiting().filter(due_on__lt=today)
    count = 0
    for callback in list(due.select_related("caller", "client", "branch"))[:-1]:  # one is overdue in any case
        if callback.caller is None or chance.random() < LEFT:
            continue
        day = callback.due_on - timedelta(days=chance.randrange(4))
        at = _moment(day, 10 + chance.randrange(6))
        outcome = chance.choices(("reached", "unreached", "refused", "wrong"), (88, 7, 3, 2))[0]
        for heard in _heard(outcome, chance):
            uid = uuid5(NAMESPACE, f"{callback.pk}/{count}")
            record_attempt(callback, heard, uid=uid, by=callback.caller, at=at)
            count += 1
            at += timedelta(days=1)
    manager = branch.staff.filter(role="manager", is_active=True).order_by("pk").first()
    findings = list(CallbackFinding.objects.filter(branch=branch).waiting())
    for finding in findings[:-3]:
        if manager is not None:
            settle_finding(
                finding, "已与客户核实并说明，资料更新。", by=manager, at=finding.made_at + timedelta(days=2)
            )
    return count


def _heard(outcome: str, chance: Random) -> list[Heard]:
    if outcome == "unreached":
        return [Heard("unreached")] * 3
    if outcome != "reached":
        return [Heard(outcome)]
    answers = dict(SAFE)
    if chance.random() < 0.04:
        key = chance.choice(list(QUESTIONS))
        answers[key] = QUESTIONS[key].risky
    return [Heard("reached", answers, chance.choice(REMARKS))]


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 15)))
