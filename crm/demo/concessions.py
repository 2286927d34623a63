"""Fee concessions of the invented firm: floors that compliance confirmed, and four requests, one in each state that matters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from clients.models import Account, CommissionRate
from crm.models import Publication, Staff
from segmentation.models import Standing, Threshold
from segmentation.numbers import confirm_number, number_of, supersede_number
from servicing.concessions.asking import Fee, Span, ask_concession
from servicing.concessions.deciding import decide_concession, end_concession
from servicing.models import Concession

NAMESPACE = UUID("0e0c7a52-53a1-4b0c-9b35-2f6b6b0e7c11")
FLOORS = {"stock": 120, "bse": 150, "hk": 150, "etf": 50, "cb": 30, "bond": 10, "repo": 1, "margin": 150}  # 1/1,000,000


@dataclass(frozen=True)
class Request:
    """A request of the story: how many days ago it was asked for, and how many days it runs from then on. `rate_e6` None: what
    the rates in force say already."""

    days_ago: int
    days: int
    rate_e6: int | None
    reason: str
    decision: str = ""
    why: str = ""


REQUESTS = (
    Request(225, 330, None, "客户自述他券商报价更低，资产稳定，争取留存", "approve", "同意，一年内复核"),
    Request(150, 160, 130, "家庭合并开户，整体费率下调", "approve"),
    Request(95, 180, 140, "客户反映费率偏高，先行试用", "end", "客户已转由他人打理，优惠不再适用"),
    Request(1, 180, 130, "老客户，近期比较多家券商，申请与同类客户一致"),
)  # fmt: skip


def write_concessions(*, at: datetime) -> int:
    """Write floors and requests, of the advisor whose log-in is shown; how many. Where somebody has asked for one, none."""
    night = Publication.objects.current().order_by("branch__code").first()
    law = Staff.objects.filter(role="compliance", is_active=True).first()
    if night is None or law is None or Concession.objects.exists():
        return 0
    team = Staff.objects.filter(branches=night.branch_id, is_active=True).order_by("pk")
    manager = team.filter(role="manager").first()
    advisor = next((one for one in team.filter(role="advisor") if one.has_usable_password()), None)
    if manager is None or advisor is None:
        return 0
    _floors(law, manager, at=at - timedelta(days=400))
    for request, account in zip(REQUESTS, _accounts(night, advisor), strict=False):
        _write(request, account, advisor, manager, at)
    return Concession.objects.count()


def _floors(law: Staff, manager: Staff, *, at: datetime) -> None:
    day = timezone.localdate(at)
    for product, rate_e6 in FLOORS.items():
        number = number_of(f"fee_floor_{product}")
        if number and not Threshold.objects.filter(key=number.key).exists():
            row = supersede_number(
                number, rate_e6, from_day=day, source="公司佣金下限（演示）", seen=None, by=manager, at=at, today=day
            )
            confirm_number(row, by=law, on=day)


def _accounts(night: Publication, advisor: Staff) -> Iterator[Account]:
    """Fund accounts of the advisor's best clients: first of the one whose known rate for stocks is the lowest above the floor;
    then of those who are not known to pay as little already as is asked for."""
    best = Standing.objects.filter(publication=night, client__advisor=advisor, client__closed_on=None)
    clients = list(best.order_by("rank").values_list("client", flat=True)[:60])
    rates = CommissionRate.objects.standing().filter(client__in=clients, product="stock", account__closed_on=None)
    known = rates.filter(rate_e6__gte=FLOORS["stock"], account__family="fund").select_related("account")
    first = known.order_by("rate_e6", "pk").first()
    served = set(rates.filter(rate_e6__lte=max(one.rate_e6 or 0 for one in REQUESTS)).values_list("client", flat=True))
    if first:
        served.add(first.client_id)
        yield first.account
    funds = Account.objects.filter(client__in=clients, kind="fund", closed_on=None).select_related("client__branch")
    own = {account.client_id: account for account in funds.order_by("-pk")}
    yield from (own[pk] for pk in clients if pk in own and pk not in served)


def _write(request: Request, account: Account, advisor: Staff, manager: Staff, at: datetime) -> None:
    asked = at - timedelta(days=request.days_ago)
    begins = timezone.localdate(asked)
    span = Span(begins, begins + timedelta(days=request.days - 1), request.reason)
    fee = Fee(account, "stock", *_terms(request, account))
    uid = uuid5(NAMESPACE, request.reason)
    row = ask_concession(account.client, fee, span, uid=uid, by=advisor, at=asked)
    if request.decision:
        why = request.why if request.decision == "approve" else ""
        decide_concession(row, approve=True, why=why, by=manager, at=asked + timedelta(hours=3))
    if request.decision == "end":
        end_concession(row, why=request.why, by=manager, at=_noon(begins + timedelta(days=40)))


def _terms(request: Request, account: Account) -> tuple[int, int]:
    paid = CommissionRate.objects.standing().filter(account=account, product="stock").order_by("-from_day").first()
    if request.rate_e6 is None and paid:
        return paid.rate_e6, paid.minimum_fen
    return request.rate_e6 or FLOORS["stock"], 500


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), timezone.get_default_timezone())
