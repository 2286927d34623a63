"""Scripts and templates of the invented firm: a few in force, two that wait for somebody's approval."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from crm.models import Branch, Staff
from servicing.models import MessageText
from servicing.texts.deciding import ask_approval, decide_text
from servicing.texts.writing import Heading, Wording, draft_text, save_wording

NAMESPACE = UUID("6f1f2d1e-5a35-4c7e-9d60-0d6a5f8f0b14")
MARKET = "市场有风险，投资需谨慎。以上内容不构成投资建议。"


@dataclass(frozen=True)
class Told:
    """A text of the story; `again`: another wording that waits beside the one in force. One of the branch is written by its
    advisor, the others by the admin for the firm."""

    kind: str
    channel: str
    name: str
    purpose: str
    wording: Wording
    of_branch: bool = False
    is_approved: bool = True
    again: str = ""


def _says(body: str, subject: str = "", **more: object) -> Wording:
    return Wording(subject, body, **more)  # type: ignore[arg-type]


TEXTS = (
    Told(
        "script", "phone", "久未联系的问候", "三个月以上没有联系的客户，先问近况，不谈产品",
        _says(
            "{称呼}，您好，我是{营业部}的{客户经理}。有一阵没有跟您联系了，想问问您近来可好，账户用着有没有不方便的地方？\n"
            "（听客户说，记下提到的家事、出行和资金安排。）\n"
            "您平时什么时候接电话方便？我以后就按这个时间联系您。"
        ),
    ),
    Told(
        "script", "phone", "持仓集中度沟通", "单一证券占比过高时提醒，只讲事实，不作买卖建议",
        _says(
            "{称呼}，您好，我是{客户经理}。我看到您账户里有一只证券占了大半，想跟您确认一下：这是您有意的安排，还是行情变化造成的？\n"
            "（是有意安排：记下理由和期限。）\n"
            "（不是有意安排：约{日期}前后一起看一次持仓，由客户自己决定。）",
            risk_notice="单一持仓波动较大，请结合自身承受能力判断。",
        ),
    ),
    Told(
        "script", "phone", "开户后第三天回访", "新客户首次回访：软件、密码、风险测评",
        _says(
            "{称呼}，您好，欢迎来到{营业部}，我是您的服务人员{客户经理}。软件登录顺利吗？银证转账试过没有？\n"
            "您的风险测评结果在软件的“我的”里可以看到，有疑问我给您解释。"
        ),
        of_branch=True,
        again=(
            "{称呼}，您好，欢迎来到{营业部}，我是您的服务人员{客户经理}。软件登录顺利吗？银证转账试过没有？\n"
            "您的风险测评结果在软件的“我的”里可以看到，有疑问我给您解释。\n"
            "另外提醒您，我们不会向您索要密码和验证码，遇到这样的来电请直接挂断。"
        ),
    ),
    Told(
        "template", "sms", "生日祝福", "主要客户和 VIP 客户生日当天",
        _says("{称呼}，祝您生日快乐，身体健康，阖家安好。{营业部}{客户经理}敬上。{退订方式}"),
    ),
    Told(
        "template", "wecom", "风险测评到期提醒", "测评到期前一个月",
        _says("{称呼}，您好，您的风险测评将于{日期}到期。到期后部分业务会受限，请您抽空在手机软件“我的—风险测评”里更新。如需协助请随时找我。{客户经理}"),
    ),
    Told(
        "template", "sms", "投教资料推送", "附一份投教资料，请客户先读风险提示",
        _says("{称呼}，给您准备了一份投资者教育资料，请先阅读风险提示：{资料链接} 不明白请随时问我。{客户经理}。{退订方式}"),
    ),
    Told(
        "template", "email", "盘后市场小结", "当日收盘后发给订阅客户，次日即失效",
        _says(
            "{称呼}，您好：\n今日（{日期}）市场小结见附页。如对其中内容有疑问，欢迎回信或来电。\n{营业部} {客户经理}\n{退订方式}",
            "{日期}盘后市场小结",
            risk_notice=MARKET,
            shelf_hours=36,
        ),
    ),
    Told(
        "template", "letter", "年度服务回顾函", "年末寄给主要客户，回顾一年的服务并约下一次见面",
        _says(
            "尊敬的{称呼}：\n过去一年感谢您的信任。随信附上本年度的服务记录，下一项为您安排的是{服务项目}。\n"
            "若您方便，我们想请您在{日期}前后到{营业部}坐一坐，听听您的意见。",
            "年度服务回顾",
        ),
        of_branch=True,
        is_approved=False,
    ),
)  # fmt: skip


def write_texts(*, at: datetime) -> int:
    """Write the texts; how many. Where somebody has written one, none."""
    branch = Branch.objects.filter(is_active=True).order_by("code").first()
    admin, law = (Staff.objects.filter(role=role, is_active=True).first() for role in ("admin", "compliance"))
    if branch is None or admin is None or law is None or MessageText.objects.exists():
        return 0
    team = Staff.objects.filter(branches=branch, is_active=True).order_by("pk")
    advisor = next((one for one in team.filter(role="advisor") if one.has_usable_password()), None)
    manager = team.filter(role="manager").first()
    for told in TEXTS:
        author, second = (advisor, manager) if told.of_branch else (admin, law)
        if author and second:
            _write(told, branch, author, second, at)
    return MessageText.objects.count()


def _write(told: Told, branch: Branch, author: Staff, second: Staff, at: datetime) -> None:
    scope = branch if told.of_branch else None
    heading = Heading(told.kind, told.channel, scope, told.name, told.purpose, "zh")
    version = draft_text(heading, told.wording, uid=uuid5(NAMESPACE, told.name), by=author, at=at)
    ask_approval(version, by=author, at=at)
    if told.is_approved:
        decide_text(version, approve=True, why="", by=second, at=at)
    if told.again:
        newer = save_wording(version.text, _says(told.again), seen=1, by=author, at=at)
        ask_approval(newer, by=author, at=at)
