"""What is known about brokers' settlement layouts: the headers that set them apart and which fees are inside the net amount.

A preset is a first guess: `commission.choose_rule` checks it against the rows of the file and takes what the rows say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clients.export_files.commission import Rule
from clients.export_files.kinds import normal_header

_STAMP, _TRANSFER = "stamp_duty", "transfer_fee"

HANDLING_STAMP_TRANSFER = Rule(("handling_fee", _STAMP, _TRANSFER), "handling_fee")
HANDLING_STAMP = Rule(("handling_fee", _STAMP), "handling_fee")
HANDLING_STAMP_OTHER = Rule(("handling_fee", _STAMP, "other_fees"), "handling_fee")
BROKERAGE_STAMP = Rule(("brokerage", _STAMP), "brokerage")
BROKERAGE_STAMP_TRANSFER = Rule(("brokerage", _STAMP, _TRANSFER), "brokerage")
NET_COMMISSION_AND_LEVIES = Rule(("net_commission", "regulatory_fee", _STAMP, _TRANSFER), "net_commission")
NET_COMMISSION_INSIDE = Rule(("handling_fee", _STAMP, _TRANSFER), "net_commission", contained=("net_commission",))
HANDLING_IS_TOTAL = Rule(("handling_fee",), "brokerage", contained=("brokerage", _STAMP, _TRANSFER, "other_fees"))
TOTAL_IS_TOTAL = Rule(("total_fees",), "net_commission", contained=("net_commission", _STAMP, _TRANSFER))


@dataclass(frozen=True)
class Preset:
    """A broker's layout of one kind of file. Without headers it is known by its fees only."""

    name: str
    kind: str
    headers: str = ""  # blank-separated, in the broker's order
    rule: Rule | None = None

    @property
    def normal_headers(self) -> frozenset[str]:
        """The headers as compared."""
        return frozenset(normal_header(header) for header in self.headers.split())


def _settlement(name: str, rule: Rule | None, headers: str) -> Preset:
    return Preset(name, "trades", headers, rule)


PRESETS: tuple[Preset, ...] = (
    _settlement(
        "中信信用",
        HANDLING_STAMP_TRANSFER,
        "发生日期 证券名称 委托编号 成交数量 成交价格 成交金额 手续费 印花税 清算金额 资金本次余额 股东代码 备注 "
        "过户费 交易所清算费 成交时间 资金帐号 币种 费用备注",
    ),
    _settlement(
        "中信普通",
        HANDLING_STAMP,
        "发生日期 成交时间 证券代码 证券名称 业务名称 成交数量 成交价格 成交金额 余额 清算金额 手续费 印花税 "
        "附加费 资金本次余额 委托编号 股东代码 过户费 交易所清算费 资金帐号 币种 费用备注",
    ),
    _settlement(
        "中银信用",
        BROKERAGE_STAMP,
        "发生日期 成交时间 证券代码 证券名称 买卖标志 成交数量 成交价格 成交金额 发生金额 剩余金额 申报序号 "
        "股东代码 席位代码 委托编号 成交编号 证券数量 佣金 印花税 过户费 交易征费 交易规费 备注",
    ),
    _settlement(
        "华泰普通",
        None,
        "成交日期 摘要 证券名称 合同编号 成交数量 成交均价 成交金额 手续费 印花税 其他杂费 发生金额 股东帐户 备注 "
        "操作 证券代码 结算汇率",
    ),
    _settlement(
        "国泰普通",
        HANDLING_STAMP_OTHER,
        "成交日期 证券代码 证券名称 操作 成交数量 成交均价 成交金额 股票余额 发生金额 手续费 印花税 其他杂费 "
        "资金余额 合同编号 市场名称 股东帐户",
    ),
    _settlement(
        "国金普通",
        None,
        "成交日期 证券代码 证券名称 买卖标志 成交数量 成交价格 成交金额 发生金额 佣金 印花税 过户费 成交编号 "
        "股东代码 备注",
    ),
    _settlement(
        "招商普通",
        HANDLING_STAMP_TRANSFER,
        "币种 证券名称 成交日期 成交价格 成交数量 发生金额 资金余额 合同编号 业务名称 手续费 印花税 过户费 结算费 "
        "证券代码 股东代码",
    ),
    _settlement(
        "方正普通",
        BROKERAGE_STAMP_TRANSFER,
        "成交日期 成交时间 证券代码 证券名称 操作 成交数量 成交编号 成交均价 成交金额 余额 发生金额 印花税 "
        "其他杂费 本次金额 合同编号 股东帐户 佣金 过户费 交易市场",
    ),
    _settlement(
        "浙商信用",
        BROKERAGE_STAMP_TRANSFER,
        "委托日期 股东帐户 证券代码 证券名称 合同编号 操作 成交数量 可用余额 成交均价 成交金额 印花税 过户费 "
        "其他杂费 佣金 发生金额 可用金额",
    ),
    _settlement(
        "浙商普通",
        BROKERAGE_STAMP_TRANSFER,
        "成交日期 证券代码 证券名称 成交价格 发生数量 成交数量 成交金额 发生金额 股票余额 佣金 印花税 过户费 "
        "成交编号 合同编号 操作 股东帐户 交易市场 备注",
    ),
    _settlement(
        "申万普通",
        HANDLING_STAMP_OTHER,
        "成交日期 证券代码 证券名称 操作 成交数量 成交编号 成交均价 成交金额 余额 发生金额 手续费 印花税 其他杂费 "
        "本次金额 合同编号 股东帐户 交易市场",
    ),
    _settlement(
        "财通信用",
        BROKERAGE_STAMP_TRANSFER,
        "证券代码 证券名称 操作 成交均价 成交数量 成交金额 印花税 过户费 发生金额 合同编号 股东帐户 委托日期 "
        "可用余额 其他杂费 佣金 可用金额",
    ),
    _settlement(
        "未具名",
        HANDLING_IS_TOTAL,
        "成交日期 证券代码 证券名称 买卖标志 成交价格 成交数量 成交金额 发生金额 佣金 印花税 过户费 其他费 "
        "成交编号 股东代码 备注 手续费",
    ),
    _settlement(
        "华西",
        TOTAL_IS_TOTAL,
        "交收日期 成交时间 业务名称 证券代码 证券名称 成交价格 成交数量 剩余数量 成交金额 总费用 清算金额 "
        "资金本次余额 净佣金 印花税 过户费 清算费 交易规费 经手费 证管费 财汇局征费 其他费 币种 成交编号 股东代码 "
        "资金帐号",
    ),
    _settlement(
        "海通",
        None,
        "证券代码 证券名称 成交日期 成交时间 成交数量 成交价格 成交金额 发生金额 操作 合同号 成交号 手续费 印花税 "
        "过户费 其他费 资金本次余额 股份本次余额 股东账号 资金账号",
    ),
    Preset(
        "中信信用",
        "orders",
        "证券代码 证券名称 买卖 委托价格 委托数量 委托时间 成交数量 成交价格 交易市场 股东代码 委托状态 申请编号 "
        "委托类型 成交金额 已撤数量 业务名称 资金帐号 委托编号 返回信息",
    ),
    Preset(
        "中信普通",
        "orders",
        "委托时间 证券代码 证券名称 买卖 委托状态 委托数量 成交数量 已撤数量 委托价格 成交价格 合同编号 申请编号 "
        "委托类型 资金帐号 委托编号 委托类别 返回信息",
    ),
    Preset(
        "中银普通",
        "orders",
        "委托时间 证券代码 证券名称 操作 备注 委托数量 成交数量 撤单数量 委托价格 成交均价 合同编号 申报编号",
    ),
    Preset(
        "华泰信用",
        "orders",
        "委托日期 证券代码 证券名称 操作 委托价格 委托数量 委托时间 成交数量 成交均价 合同编号 交易市场 股东帐户 备注",
    ),
    Preset(
        "华泰普通",
        "orders",
        "委托时间 证券代码 证券名称 操作 备注 委托数量 成交数量 委托价格 成交均价 合同编号",
    ),
    Preset(
        "国泰信用",
        "orders",
        "成交日期 成交时间 证券代码 证券名称 买卖标志 委托价格 委托数量 委托编号 成交价格 成交数量 成交金额 "
        "成交编号 股东代码 状态说明",
    ),
    Preset(
        "国泰普通",
        "orders",
        "委托时间 证券代码 证券名称 操作 备注 委托数量 成交数量 成交金额 委托价格 成交均价 合同编号",
    ),
    Preset(
        "方正普通",
        "orders",
        "委托时间 证券代码 证券名称 操作 备注 委托数量 成交数量 撤消数量 委托价格 成交均价 合同编号 申报编号",
    ),
    Preset(
        "申万普通",
        "orders",
        "委托时间 证券代码 证券名称 操作 委托状态 委托数量 成交数量 撤单数量 委托价格 成交均价 合同编号 申报编号 "
        "业务名称 委托属性 委托金额 成交金额 已撤数量",
    ),
    Preset(
        "财通信用",
        "orders",
        "委托时间 证券代码 证券名称 操作 备注 委托价格 委托数量 成交均价 成交数量 股东帐户 合同编号 交易市场 订单类型",
    ),
    Preset(
        "财通普通",
        "orders",
        "委托时间 申报编号 证券代码 证券名称 操作 备注 委托价格 委托数量 成交均价 成交数量 撤单数量 股东帐户 "
        "合同编号 交易市场",
    ),
    Preset(
        "银河普通",
        "orders",
        "委托时间 证券代码 证券名称 操作 备注 委托数量 成交数量 成交金额 委托价格 成交均价 合同编号 操作日期",
    ),
    Preset(
        "中信普通",
        "fills",
        "成交时间 申请编号 证券代码 证券名称 买卖 委托类型 成交价格 成交数量 成交金额 成交类型 成交状态 股东代码 "
        "委托编号 成交编号 交易市场",
    ),
    Preset(
        "中银信用",
        "fills",
        "成交时间 证券代码 证券名称 买卖标志 成交价格 成交数量 成交金额 成交编号 委托编号 股东代码 成交类型",
    ),
    Preset(
        "华泰信用",
        "fills",
        "成交日期 合同编号 证券代码 证券名称 操作 成交数量 成交均价 成交金额 交易市场 股东帐户 成交编号 备注",
    ),
    Preset(
        "华泰普通",
        "fills",
        "成交日期 合同编号 证券代码 证券名称 操作 成交数量 成交均价 成交金额 交易市场 股东帐户 成交编号",
    ),
    Preset(
        "国泰普通",
        "fills",
        "成交日期 成交时间 证券代码 证券名称 买卖标志 委托价格 委托数量 委托编号 成交价格 成交数量 成交金额 "
        "成交编号 股东代码 状态说明",
    ),
    Preset(
        "国金普通",
        "fills",
        "成交时间 证券代码 证券名称 买卖标志 状态说明 成交价格 成交数量 成交金额 成交编号 委托编号 股东代码 委托类别",
    ),
    Preset(
        "浙商普通",
        "fills",
        "成交日期 成交时间 证券代码 证券名称 操作 成交均价 成交数量 成交金额 成交编号 合同编号 申报编号 股东帐户 "
        "交易市场",
    ),
)


def preset_for(headers: Iterable[str], kinds: Iterable[str]) -> tuple[Preset, ...]:
    """The presets with exactly these headers, in any order. Two kinds may share a header (国泰: orders and fills)."""
    wanted, allowed = frozenset(normal_header(header) for header in headers if header), frozenset(kinds)
    return tuple(preset for preset in PRESETS if preset.kind in allowed and preset.normal_headers == wanted)


def rule_of(name: str) -> Rule | None:
    """The fee rule of a preset's settlement layout."""
    return next((preset.rule for preset in PRESETS if preset.name == name and preset.kind == "trades"), None)
