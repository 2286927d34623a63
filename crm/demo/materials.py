"""Materials of the invented firm: three in force, one of them required for staff, another version that waits; links to
clients, most of them opened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid5

from django.utils import timezone

from clients.models import Client
from crm.lib import pdf
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.materials.deciding import ask_approval, decide_material
from servicing.materials.files import NO_FILE, KeptFile, keep_file
from servicing.materials.reading import confirm_reading, open_share
from servicing.materials.sharing import share_material
from servicing.materials.writing import NOTICES, Heading, Wording, draft_material, require_material, save_material
from servicing.models import Material, MaterialVersion

NAMESPACE = UUID("1d0a9a0e-6f43-4f5c-9b0e-3a5f2f7c9c55")
READERS = 24  # clients of one advisor who are offered each material
SINCE, VALID = timedelta(days=40), timedelta(days=400)


@dataclass(frozen=True)
class Told:
    """A material of the story; `again`: another text that waits beside the one in force. One of the branch is written by its
    advisor, the others by the admin for the firm."""

    title: str
    topic: str
    body: str
    knowledge: str = ""
    product_risk: str = ""
    of_branch: bool = False
    is_required: bool = False
    has_file: bool = False
    again: str = ""


MATERIALS = (
    Told(
        "识别非法荐股的七个信号", "fraud",
        "一、把收益说得十拿九稳。凡是说“跟着做就行”的，一律不信。\n"
        "二、拉群荐股。群里晒单的人，多半是一伙的。\n"
        "三、要求转账到个人账户。正规机构只用公司账户收费，并出具合同与发票。\n"
        "四、冒充券商员工。可拨打营业部电话或在中国证券业协会网站核对从业编号。\n"
        "五、索要密码和验证码。我们的员工任何时候都不会要。\n"
        "六、引导下载陌生软件。交易软件请只从公司官网和应用商店下载。\n"
        "七、催促当天决定。真正的机会不怕您多想一天。\n\n遇到可疑情况，请联系您的客户经理，或拨打 12386。",
        is_required=True,
    ),
    Told(
        "ETF 与股票有什么不同", "products",
        "ETF 是在交易所买卖的基金，一份 ETF 代表一篮子证券。\n"
        "相同之处：都在交易时间买卖，价格随时变动，都可能亏损。\n"
        "不同之处：股票的风险集中在一家公司，ETF 的风险分散在一个指数；ETF 收取管理费，并可能与净值有折溢价。\n"
        "买之前请看三样：跟踪什么指数、规模和成交是否足够、费用是多少。",
        "vague", "R3", of_branch=True,
        again=(
            "ETF 是在交易所买卖的基金，一份 ETF 代表一篮子证券。\n"
            "相同之处：都在交易时间买卖，价格随时变动，都可能亏损。\n"
            "不同之处：股票的风险集中在一家公司，ETF 的风险分散在一个指数；ETF 收取管理费，并可能与净值有折溢价。\n"
            "买之前请看四样：跟踪什么指数、规模和成交是否足够、费用是多少、折溢价有多大。"
        ),
    ),
    Told(
        "融资融券的杠杆与强制平仓", "risk",
        "融资买入放大的不只是收益，也放大亏损：维持担保比例低于约定线时，需要在规定时间内追加担保物，否则会被强制平仓。\n"
        "例：自有资金 50 万元、融资 50 万元买入，股价下跌 30%，自有资金亏损 60%。\n"
        "开通前请确认：您能承受的最大亏损是多少？追加担保物的资金从哪里来？",
        "some", "R4", has_file=True,
    ),
)  # fmt: skip


def write_materials(*, at: datetime) -> int:
    """Write the materials with links and readings; how many links. Where somebody has written one, none."""
    branch = Branch.objects.filter(is_active=True).order_by("code").first()
    admin, law = (Staff.objects.filter(role=role, is_active=True).first() for role in ("admin", "compliance"))
    if branch is None or admin is None or law is None or Material.objects.exists():
        return 0
    team = Staff.objects.filter(branches=branch, is_active=True).order_by("pk")
    advisor = next((one for one in team.filter(role="advisor") if one.has_usable_password()), None)
    manager = team.filter(role="manager").first()
    if advisor is None or manager is None:
        return 0
    given = 0
    for told in MATERIALS:
        author, second = (advisor, manager) if told.of_branch else (admin, law)
        version = _write(told, branch if told.of_branch else None, author, second, at - SINCE)
        if told.is_required:
            require_material(version.material, required=True, by=law)
            for number, person in enumerate(team.filter(role__in=("advisor", "manager"))):
                if number % 3 and person != advisor:
                    confirm_reading(version, by=person, at=at - SINCE / 2 + timedelta(hours=number))
        given += sum(_give(version, advisor, at))
    return given


def _write(told: Told, branch: Branch | None, author: Staff, second: Staff, at: datetime) -> MaterialVersion:
    last = (at + VALID).date()
    heading = Heading(branch, told.title, told.topic, knowledge=told.knowledge, product_risk=told.product_risk)
    wording = Wording(told.body, NOTICES["zh"], last, _file(told, at) if told.has_file else NO_FILE)
    version = draft_material(heading, wording, uid=uuid5(NAMESPACE, told.title), by=author, at=at)
    ask_approval(version, by=author, at=at)
    decide_material(version, approve=True, why="", by=second, at=at + timedelta(hours=3))
    if told.again:
        later = at + SINCE - timedelta(hours=5)
        newer = save_material(version.material, Wording(told.again, NOTICES["zh"], last), seen=1, by=author, at=later)
        ask_approval(newer, by=author, at=later)
    version.refresh_from_db()
    return version


def _file(told: Told, at: datetime) -> KeptFile:
    """The text as a PDF to take along; none where this host cannot make one."""
    if not pdf.is_available():
        return NO_FILE
    paragraphs = "".join(f"<p>{line}</p>" for line in (*told.body.splitlines(), NOTICES["zh"]))
    made = pdf.write_pdf(f"<html lang='zh-CN'><h1>{told.title}</h1>{paragraphs}</html>", "")
    return keep_file(BytesIO(made.content), f"{told.title}.pdf", day=timezone.localdate(at))


def _give(version: MaterialVersion, advisor: Staff, at: datetime) -> Iterator[bool]:
    """Links to the advisor's clients whom nothing stands against; two of three are opened, some of them twice."""
    mine = Client.objects.visible_to(advisor).select_related("branch", "consent", "background").order_by("pk")
    for number, client in enumerate(mine[:READERS]):
        uid, made = (
            uuid5(NAMESPACE, f"{version.pk}/{client.pk}"),
            at - timedelta(days=25 - number, hours=version.pk % 5),
        )
        try:
            share = share_material(client, version, ("wecom", "person")[number % 2], uid=uid, by=advisor, at=made)
        except Refused:
            continue
        for time in range((number + version.pk) % 3):
            opened = made + timedelta(hours=2 + 20 * time)
            open_share(share, version, uid=uuid5(uid, str(time)), at=opened)
        yield True
