"""Words of the exports and what they mean: states, kinds, markets, currencies, channels. None = the word is not known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

Translate = Callable[[str], str | None]


def plain(text: str) -> str:
    """A word without width, case, blanks and 帐/账 differences."""
    text = unicodedata.normalize("NFKC", text).replace("帐", "账")
    return re.sub(r"[\s　]+", "", text).lower()


def _table(words: Mapping[str, str]) -> dict[str, str]:
    return {plain(word): meaning for meaning, listed in words.items() for word in (meaning, *listed.split())}


def _lookup(words: Mapping[str, str]) -> Translate:
    table = _table(words)
    return lambda text: table.get(plain(text))


client_state = _lookup(
    {
        "normal": "正常 开户 有效 正常户 active",
        "dormant": "休眠 休眠户 休眠账户 不动户",
        "frozen": "冻结 司法冻结 司法冻结户",
        "closed": "销户 已销户 注销 已注销 销户户",
        "transferred_out": "转托管 转出 已转出 转户 已转托管",
    }
)
client_kind = _lookup(
    {"individual": "个人 个人客户 自然人 个人户 personal", "institution": "机构 机构客户 法人 企业 产品 产品户 机构户"}
)
identity_type = _lookup(
    {
        "id_card": "身份证 居民身份证 二代身份证 中国居民身份证 一代身份证",
        "household_register": "户口本 户口簿",
        "passport": "护照 外国护照",
        "hk_macau_permit": "港澳通行证 港澳居民来往内地通行证 港澳居民居住证 回乡证",
        "taiwan_permit": "台胞证 台湾居民来往大陆通行证 台湾居民居住证",
        "foreign_permit": "外国人永久居留证 外国人永久居留身份证",
        "military": "军官证 士兵证 军人证 文职证 警官证 武警证",
        "unified_credit_code": "统一社会信用代码 社会信用代码 统一社会信用代码证",
        "organisation_code": "组织机构代码 组织机构代码证",
        "business_licence": "营业执照 工商营业执照",
        "other": "其他 其它 其他证件",
    }
)
calendar = _lookup({"solar": "公历 阳历 新历", "lunar": "农历 阴历 旧历"})
currency = _lookup({"CNY": "人民币 rmb 元 人民币元 0", "HKD": "港币 港元 港股港币 hk$", "USD": "美元 美金 美币 us$"})
yes_no = _lookup(
    {
        "true": "是 y yes 1 专业投资者 专业 主 主账户 主账号 主资金账号 t",
        "false": "否 n no 0 普通投资者 普通 辅 副 辅账户 副账户 辅助账户 非主账户 f",
    }
)
account_kind = _lookup(
    {
        "fund": "资金账户 资金账号 普通资金账户 普通账户 普通 资金",
        "margin": "信用资金账户 信用账户 信用 两融账户 融资融券账户 信用资金账号",
        "option": "期权账户 衍生品账户 期权资金账户 衍生品资金账户 期权",
        "sh_a": "沪a 上海a股 沪市a股 沪a账户 上海a股账户 沪市a股账户 上海a",
        "sz_a": "深a 深圳a股 深市a股 深a账户 深圳a股账户 深市a股账户 深圳a",
        "sh_b": "沪b 上海b股 沪市b股 沪b账户 上海b股账户 沪市b股账户",
        "sz_b": "深b 深圳b股 深市b股 深b账户 深圳b股账户 深市b股账户",
        "bj_a": "北a 京a 京市a股 北京a股 北交所 京市a股账户 股转a 北交所账户",
        "hk": "港股通 沪港通 深港通 港股通账户 港股",
        "sh_margin": "沪信用 上海信用 沪市信用 信用沪a 沪市信用账户 上海信用证券账户",
        "sz_margin": "深信用 深圳信用 深市信用 信用深a 深市信用账户 深圳信用证券账户",
        "fund_units": "基金账户 场内基金 开放式基金账户 基金 封闭式基金账户 沪基金 深基金",
        "other": "其他 其它",
    }
)

_MARKET_RULES = (
    (r"港股|hkex|^hk|香港|港交所|联交所|沪港|深港|^港", "hk"),
    (r"股转|北交|北京|北a|京a|京市|特转|^bj|三板", "bj"),
    (r"上海|上交|上证|沪|^sh|^ss[e]?$|xshg", "sh"),
    (r"深圳|深交|深证|深|^sz|xshe", "sz"),
)


def market(text: str) -> str | None:
    """sh, sz, bj or hk. 沪港通 and 深港通 are Hong Kong shares."""
    word = plain(text)
    return next((name for pattern, name in _MARKET_RULES if re.search(pattern, word)), None)


_CHANNEL_RULES = (
    (r"手机|移动|app|mobile|无线|掌上|微信|phoneapp", "mobile"),
    (r"电话|phone|语音", "phone"),
    (r"自助|热键|磁卡|小键盘|kiosk|刷卡|大厅|驻留", "kiosk"),
    (r"柜台|柜面|柜员|counter|现场|临柜", "counter"),
    (r"网上|网络|网页|互联网|web|online|pc|客户端|通达信|同花顺|internet", "web"),
)


def channel(text: str) -> str | None:
    """mobile, web, phone, kiosk, counter or other (B6); every other word is 'other'."""
    word = plain(text)
    return next((name for pattern, name in _CHANNEL_RULES if re.search(pattern, word)), "other")


_RISK_WORDS = (
    ("保守", "C1"),
    ("谨慎", "C2"),
    ("稳健", "C3"),
    ("平衡", "C3"),
    ("积极", "C4"),
    ("激进", "C5"),
    ("进取", "C5"),
)


def risk_level(text: str) -> str | None:
    """C1–C5, from the level itself or from its usual name; a text that names two levels is not known."""
    word = plain(text)
    levels = set(re.findall(r"c([1-5])(?!\d)", word))
    if levels:
        return f"C{levels.pop()}" if len(levels) == 1 else None
    named = {level for name, level in _RISK_WORDS if name in word}
    return named.pop() if len(named) == 1 else None


TRANSLATORS: dict[tuple[str, str], Translate] = {
    ("clients", "state"): client_state,
    ("accounts", "state"): client_state,
    ("clients", "client_kind"): client_kind,
    ("clients", "identity_type"): identity_type,
    ("clients", "birthday_calendar"): calendar,
    ("clients", "risk_level"): risk_level,
    ("clients", "professional"): yes_no,
    ("accounts", "is_main"): yes_no,
    ("accounts", "account_kind"): account_kind,
}


def translator(kind: str, field: str) -> Translate:
    """The function that translates the words of a column."""
    shared: dict[str, Translate] = {"market": market, "currency": currency, "channel": channel}
    return shared.get(field) or TRANSLATORS[kind, field]
