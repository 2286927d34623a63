"""What the word of a row says: a trade, a bank transfer or one of the other movements (F2), and in which direction."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clients.export_files.words import plain


@dataclass(frozen=True)
class Meaning:
    """`sign` is the direction of the money or the shares: +1 into the account, −1 out, 0 as the file signs it."""

    row_kind: str  # trade, cash_transfer, movement, skip
    kind: str = ""
    side: str = ""
    sign: int = 0


BUY = Meaning("trade", side="buy", sign=-1)
SELL = Meaning("trade", side="sell", sign=1)

# First match wins; the special words stand above the ones they contain (融券回购 above 融券, 申购配号 above 申购).
_RULES: tuple[tuple[str, Meaning], ...] = (
    (r"撤单|废单|撤销委托|^(已撤|撤|撤销|部撤|全撤|内部撤单)$|cancel", Meaning("skip")),
    (r"(银行转(证券|存|入)|银证转入|银转证|银行转账转入).*(冲正|冲销)", Meaning("cash_transfer", "reversal", sign=-1)),
    (r"(证券转银行|银行转取|银证转出|证转银).*(冲正|冲销)", Meaning("cash_transfer", "reversal", sign=1)),
    (r"冲正|冲销|单边账", Meaning("cash_transfer", "reversal")),
    (
        r"证券转银行|银行转取|银证转出|证转银|转银行|银行转账转出|^转出$|资金转出|取款|^withdrawal$",
        Meaning("cash_transfer", "bank", sign=-1),
    ),
    (
        r"银行转证券|银行转存|银证转入|银转证|银行转入|银行转账转入|^转入$|资金转入|存款|^deposit$",
        Meaning("cash_transfer", "bank", sign=1),
    ),
    (r"银行转账|银证转账", Meaning("cash_transfer", "bank")),
    (r"内部划转|内部转账|资金划转|资金内转|资金归集|资金调拨|^internal$", Meaning("cash_transfer", "internal")),
    (r"融券回购|拆出质押|质押回购拆出|回购拆出|^拆出|逆回购(?!.*购回)", Meaning("movement", "reverse_repo", "sell")),
    (r"融券购回|拆出购回|拆出质押购回|逆回购.*购回", Meaning("movement", "reverse_repo", "buy")),
    (r"质押|正回购|融资回购|融资购回|回购拆入|拆入|提交质押|回购|购回", Meaning("movement", "pledged_repo")),
    (r"股息.*税|红利.*税|个税|个人所得税|差异扣税|利息税", Meaning("movement", "dividend_tax")),
    (r"股息|红利|派息|分红|红股|送股|转增|现金红利|股利", Meaning("movement", "dividend")),
    (r"配号", Meaning("movement", "lottery")),
    (r"新股|中签|网上认购|市值申购|股票申购|申购返款|配股|配售缴款|新债", Meaning("movement", "new_share")),
    (r"指定交易|撤销指定|撤指|指定登记|^指定", Meaning("movement", "designation")),
    (
        r"担保品划|担保物划|担保品提交|担保品返还|担保物提交|担保物返还|担保品转|担保划|余券划转|还券划转",
        Meaning("movement", "collateral"),
    ),
    (r"卖券还款|担保[品物]卖出|融券卖出|平仓卖出", SELL),
    (r"买券还券|担保[品物]买入|融资买入|平仓买入", BUY),
    (
        r"融资借入|融资负债|负债本金|融资利息|偿还融|归还融|直接还款|现金还款|融券费|两融|融资还款|信用利息",
        Meaning("movement", "margin_loan"),
    ),
    (r"买入|^买$|^b$|^buy$|^证券买$|^buying$|^1买", BUY),
    (r"卖出|^卖$|^s$|^sell$|^证券卖$|^selling$|^2卖", SELL),
    (r"利息|结息|归本|兑息|付息", Meaning("movement", "interest")),
    (r"产品|理财|基金|申购|赎回|认购|保证金|天天|现金宝|收益凭证|定投", Meaning("movement", "product")),
    (
        r"转托管|托管转|席位|非交易过户|股份转|证券转|兑付|转股|回售|摘牌|权证|行权|调账|补扣|扣收|费用|手续费",
        Meaning("movement", "other"),
    ),
)


def meaning(word: str) -> Meaning | None:
    """What a row with this word is, None where the word says nothing."""
    text = plain(word)
    return next((found for pattern, found in _RULES if re.search(pattern, text)), None)


_SECURITIES_RULES: tuple[tuple[str, str, int], ...] = (
    (r"转托管转入|托管转入|转入托管", "custody", 1),
    (r"转托管转出|托管转出|转出托管", "custody", -1),
    (r"撤销指定|撤指定|指定转出", "designation", -1),
    (r"指定交易|指定登记|指定转入", "designation", 1),
    (r"(担保|还券|余券).*(转入|划入|返还|提交入)", "collateral", 1),
    (r"(担保|还券|余券).*(转出|划出)", "collateral", -1),
    (r"担保|还券|余券|collateral", "collateral", 0),
    (r"转托管|托管|custody", "custody", 0),
    (r"指定|designation", "designation", 0),
    (r"转入|划入|过入|^in$", "other", 1),
    (r"转出|划出|过出|^out$", "other", -1),
    (r"过户|other|继承|赠与|司法", "other", 0),
)


def securities_transfer(word: str) -> tuple[str, int] | None:
    """(custody, designation, collateral or other; sign of the shares), None where the word says nothing."""
    text = plain(word)
    return next(((kind, sign) for pattern, kind, sign in _SECURITIES_RULES if re.search(pattern, text)), None)


def cash_transfer(word: str) -> tuple[str, int] | None:
    """(bank, internal or reversal; sign of the money), None where the word says nothing."""
    text = plain(word)
    found = meaning(word)
    if found and found.row_kind == "cash_transfer":
        return found.kind, found.sign
    if re.search(r"转入|存入|入金|^in$|^存$", text):
        return "bank", 1
    if re.search(r"转出|取出|出金|支取|^out$|^取$", text):
        return "bank", -1
    return ("bank", 0) if text == "bank" else None
