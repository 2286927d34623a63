"""Fields of whole-branch exports of cash and securities transfers, assets, holdings and exchange rates."""

from clients.export_files.fields_trades import (
    CURRENCY,
    MARKET,
    SECURITIES_ACCOUNT,
    SECURITY_CODE,
    SECURITY_NAME,
    WHO,
)
from clients.export_files.kinds import Field, Kind

_SERIAL = Field(
    "serial_number",
    "identifier",
    ("流水号", "业务流水号", "转账流水号", "银行流水号", "申请编号", "委托编号", "serial"),
)
_MOVED_ON = Field(
    "moved_on",
    "date",
    ("发生日期", "转账日期", "业务日期", "日期", "交易日期", "委托日期", "过户日期", "申请日期", "date"),
)
_DAY = Field("day", "date", ("日期", "统计日期", "数据日期", "资产日期", "持仓日期", "业务日期", "date"))
_SECURITY = (MARKET, SECURITY_CODE, SECURITY_NAME)
_ACCOUNT = ("fund_account", "securities_account", "client_number")

CASH_TRANSFERS = Kind(
    "cash_transfers",
    (
        *WHO,
        _MOVED_ON,
        Field("moved_at", "time", ("发生时间", "转账时间", "委托时间", "时间", "time")),
        Field(
            "direction",
            "text",
            ("转账方向", "业务名称", "业务类型", "业务类别", "转账类型", "交易类型", "操作", "摘要", "transfer_kind"),
        ),
        Field("amount", "money", ("转账金额", "发生金额", "金额", "交易金额", "transfer_amount")),
        CURRENCY,
        Field("bank", "text", ("银行名称", "存管银行", "银行", "转账银行", "银行代码")),
        _SERIAL,
        Field("note", "text", ("备注", "说明", "remark")),
        Field("cash_balance", "unused", ("资金余额", "账户余额", "余额")),
        Field("state_text", "unused", ("转账状态", "处理结果", "状态说明", "状态")),
    ),
    needs=(("amount",), ("direction", "bank"), ("moved_on", "serial_number")),
    required=(("amount",),),
    day="moved_on",
    account=True,
)

SECURITIES_TRANSFERS = Kind(
    "securities_transfers",
    (
        *WHO,
        SECURITIES_ACCOUNT,
        _MOVED_ON,
        *_SECURITY,
        Field("quantity", "quantity", ("转移数量", "过户数量", "转托管数量", "发生数量", "数量", "委托数量")),
        Field("value", "money", ("转移市值", "市值", "发生金额", "金额", "market_value", "transfer_value")),
        CURRENCY,
        Field(
            "direction",
            "text",
            ("转移类型", "转托管类型", "业务名称", "业务类型", "业务类别", "转移方向", "操作", "transfer_kind"),
        ),
        _SERIAL,
        Field("other_seat", "unused", ("对方席位", "转入席位", "转出席位", "对方券商")),
    ),
    needs=(("security_code", "security_name"), ("quantity",), ("direction",), ("moved_on", "serial_number")),
    never=("price", "cost"),
    required=(("quantity",), ("direction",)),
    day="moved_on",
    account=True,
)

ASSETS = Kind(
    "assets",
    (
        *WHO,
        _DAY,
        Field("cash", "money", ("资金余额", "现金", "资金资产", "可用资金", "保证金余额")),
        Field("market_value", "money", ("证券市值", "股票市值", "持仓市值", "市值", "市值余额")),
        Field("products", "money", ("产品市值", "理财市值", "场外产品", "金融产品", "产品资产")),
        Field("debt", "money", ("两融负债", "融资融券负债", "融资负债", "负债", "总负债")),
        Field("net", "money", ("净资产", "资产净值", "总资产净额", "net_assets")),
        CURRENCY,
        Field("total", "unused", ("总资产", "资产总值", "资产合计")),
    ),
    needs=(
        ("cash", "market_value"),
        ("net", "market_value", "debt", "products"),
        ("fund_account", "client_number", "day"),
    ),
    never=("security_code", "quantity"),
    day="day",
    account=True,
)

HOLDINGS = Kind(
    "holdings",
    (
        *WHO,
        SECURITIES_ACCOUNT,
        _DAY,
        *_SECURITY,
        Field(
            "quantity",
            "quantity",
            (
                "持仓数量",
                "证券数量",
                "股份余额",
                "股票余额",
                "当前持仓",
                "持有数量",
                "证券余额",
                "数量",
                "holding_quantity",
            ),
        ),
        Field("cost", "money", ("持仓成本", "成本金额", "买入成本", "总成本", "cost_amount")),
        Field("value", "money", ("持仓市值", "市值", "最新市值", "证券市值", "market_value")),
        CURRENCY,
        Field("cost_price", "unused", ("成本价", "成本价格", "买入均价")),
        Field("last_price", "unused", ("最新价", "市价", "现价")),
        Field("available_quantity", "unused", ("可用数量", "可卖数量", "可用余额")),
        Field("profit", "unused", ("浮动盈亏", "盈亏", "盈亏比例")),
    ),
    needs=(("security_code", "security_name"), ("quantity",), ("value", "cost", "cost_price")),
    never=("direction", "net", "amount"),
    required=(("quantity",),),
    day="day",
    account=True,
)

RATES = Kind(
    "rates",
    (
        _DAY,
        CURRENCY,
        Field("rate", "rate", ("汇率", "人民币汇率", "折算汇率", "中间价", "rate_cny")),
        Field("unit", "unused", ("单位",)),
    ),
    needs=(("currency",), ("rate",)),
    required=(("currency",), ("rate",)),
    day="day",
)
