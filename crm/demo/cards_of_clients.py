"""Cards about the best clients of each branch, invented: what advisors would have written down by now."""

from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clients.models import Account, Client, PreferenceCard
from clients.models.cards import CHANNELS
from clients.profile import KINDS, save
from clients.profile.contacts import sealed_phone
from clients.profile.editing import Version
from clients.profile.household import pair
from crm.models import Branch, Publication, Staff
from segmentation.models import Standing

PER_BRANCH = 16
SEATS = ("二楼 A07，靠窗", "一楼大厅 12 号", "贵宾室 3 号", "二楼 B02", "靠近行情屏的位置", "")
DRINKS = ("龙井，不加糖", "温水", "普洱，淡一点", "美式咖啡", "菊花茶", "铁观音")
TIMES = ("10:00 前或 15:00 后", "收盘后", "工作日晚上七点后", "上午九点前", "午休时间", "周末上午")
HOBBIES = ("书法、越剧", "钓鱼", "太极拳", "摄影、自驾", "羽毛球", "养花、广场舞", "围棋", "看球赛")
TABOOS = ("2018 年的基金亏损", "退休金的数额", "子女的工作", "上一家券商", "新股破发", "")
NAMES = ("知夏", "兰亭", "明远", "若溪", "子衡", "静姝", "建国", "雨桐", "思齐", "文博")
NEEDS = {
    "return": "希望收益明显高于存款",
    "asked": "每周想听一次市场观点",
    "system": "常用手机软件，嫌切换慢",
    "valued": "看重节日问候",
    "learning": "想学可转债",
    "space": "喜欢到营业部看盘",
    "part": "愿意参加投资者活动",
}
TOLD = ("可谈行程，不谈账户", "可联系，书法同好", "负责安排日程", "了解家庭计划", "只在本人不便时联系")
SOURCES = ("面谈", "电话", "问卷", "活动现场")


def write_cards(*, at: datetime, seed: int) -> int:
    """Write the cards of the best clients of each branch; a client who has any is left alone, so twice is once. Returns
    how many rows were written."""
    return sum(_of_branch(branch, at=at, seed=seed) for branch in Branch.objects.order_by("code"))


def _of_branch(branch: Branch, *, at: datetime, seed: int) -> int:
    best = Standing.objects.filter(
        publication__in=Publication.objects.current().filter(branch=branch), client__is_restricted=False
    )
    chosen = [
        row.client for row in best.select_related("client__advisor", "client__branch").order_by("rank")[:PER_BRANCH]
    ]
    known = set(PreferenceCard.objects.filter(client__in=chosen).values_list("client", flat=True))
    rows = 0
    with transaction.atomic():
        for number, client in enumerate(chosen):
            if client.pk in known or client.advisor is None:
                continue
            writer = Writer(client, client.advisor, at, Random(f"{seed}:{client.client_number}"))  # noqa: S311
            same_name = [other for other in chosen[number + 1 :] if other.name[:1] == client.name[:1]]
            writer.write(same_name[0] if same_name else None)
            rows += writer.rows
    return rows


class Writer:
    """Writes the cards of one client by the hand of the advisor, days or weeks before the moment."""

    def __init__(self, client: Client, by: Staff, at: datetime, dice: Random) -> None:
        self.client, self.by, self.at, self.dice, self.rows = client, by, at, dice, 0
        self.today = timezone.localdate(at)

    def write(self, relative: Client | None) -> None:
        """Every kind of card, some of them not filled in."""
        dice, account = self.dice, self.client.accounts.filter(family=Account.Family.FUND).order_by("-is_main").first()
        self._save(
            "preferences",
            {
                "seat": dice.choice(SEATS),
                "drink": dice.choice(DRINKS),
                "call_time": dice.choice(TIMES),
                "hobbies": dice.choice(HOBBIES),
                "taboos": dice.choice(TABOOS),
            },
        )
        self._save("background", self._background())
        self._save("consent", self._consent())
        for kind in dice.sample(sorted(NEEDS), dice.randint(1, 3)):
            said = {"kind": kind, "strength": dice.randint(1, 3), "source": dice.choice(SOURCES), "note": NEEDS[kind]}
            self._save("need", {**said, "noted_on": self._day(120)})
        if dice.random() < 0.7:
            self._save("contact", self._contact())
        if relative is not None:
            self._save("household", {**pair(self.client, relative), "relation": "relatives", "note": ""})
        for board in dice.sample(("chinext", "star", "hk", "bse", "margin"), dice.randint(1, 3)):
            said = {"board": board, "granted_on": self._day(1500, 400), "ended_on": None, "source": "权限开通申请表"}
            self._save("permission", {"account_id": None, **said})
        if account is not None:
            rate = {"rate_e6": dice.choice((120, 150, 200, 250, 300)), "minimum_fen": 500, "basis": "all_in"}
            self._save("rate", {"account_id": account.pk, "product": "stock", **rate, "from_day": self._day(900, 200)})

    def _background(self) -> dict[str, Any]:
        dice = self.dice
        said: dict[str, Any] = {
            "knowledge": dice.choice(("expert", "some", "vague", "none")),
            "service_model": dice.choice(("advised", "self", "mixed")),
            "is_strategic": dice.random() < 0.15,
        }
        if dice.random() < 0.5:
            share = dice.randint(40, 90) * 100
            said |= {"elsewhere_fen": dice.randint(20, 600) * 10_000_00, "wallet_share_e4": share}
            said |= {"elsewhere_on": self._day(200), "elsewhere_source": "客户口述"}
        if (self.client.pk % 4) == 0:
            said |= {"loss_line_e4": 1500}
        return said

    def _consent(self) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for channel in CHANNELS:
            word = self.dice.choices(("given", "refused", ""), (7, 1, 2))[0]
            known = {f"{channel}_on": self._day(600), f"{channel}_source": "开户授权书"} if word else {}
            said |= {channel: word, **known}
        quiet = {"quiet_from": time(21, 0), "quiet_until": time(8, 30)} if self.dice.random() < 0.5 else {}
        return {**said, **quiet}

    def _contact(self) -> dict[str, Any]:
        dice = self.dice
        uid = UUID(int=dice.getrandbits(128), version=4)
        return {
            "uid": uid,
            "name": self.client.name[:1] + dice.choice(NAMES),
            "relation": dice.choice(("spouse", "child", "assistant", "introducer")),
            "phone_sealed": sealed_phone(f"164{dice.randint(0, 99_999_999):08d}", owner=uid, known=None),
            "can_tell": dice.choice(TOLD),
            "may_contact": dice.random() < 0.7,
        }

    def _day(self, most: int, least: int = 5) -> Any:
        return self.today - timedelta(days=self.dice.randint(least, most))

    def _save(self, card: str, values: dict[str, Any]) -> None:
        moment = self.at - timedelta(days=self.dice.randint(1, 90), minutes=self.dice.randint(0, 400))
        change = save(KINDS[card], self.client, values, seen=Version(), by=self.by, at=moment)
        self.rows += change is not None
