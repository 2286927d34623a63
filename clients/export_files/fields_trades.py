"""Fields of settlement, fill and order files (成交交割, 当日成交, 当日委托). Synonyms in the order of trust."""

from clients.export_files.kinds import Field, Kind

BRANCH_CODE = Field(
    "branch_code",
    "identifier",
    ("营业部代码", "营业部编号", "营业部号", "分支机构代码", "机构代码", "机构编号", "开户机构代码", "branch"),
)
CLIENT_NUMBER = Field(
    "client_number", "identifier", ("客户代码", "客户号", "客户编号", "客户id", "client_id", "customer_number")
)
CLIENT_NAME = Field("client_name", "name", ("客户姓名", "客户名称", "姓名", "户名", "股东姓名"))
FUND_ACCOUNT = Field("fund_account", "identifier", ("资金账号", "资金账户", "资产账户", "资产账号", "资金代码", "账号"))
SECURITIES_ACCOUNT = Field(
    "securities_account",
    "identifier",
    ("证券账号", "股东账户", "股东账号", "股东代码", "证券账户", "股东卡号", "股东号"),
)
MARKET = Field(
    "market", "word", ("交易市场", "市场名称", "交易所名称", "市场", "交易所", "市场类别", "股东市场", "exchange")
)
SECURITY_CODE = Field("security_code", "code", ("证券代码", "股票代码", "产品代码", "代码", "symbol"))
SECURITY_NAME = Field("security_name", "security_name", ("证券名称", "股票名称", "证券简称", "产品名称", "名称"))
CURRENCY = Field("currency", "word", ("币种", "货币", "币别", "币种类别"))

WHO = (BRANCH_CODE, CLIENT_NUMBER, CLIENT_NAME, FUND_ACCOUNT)

_TRADE = (
    *WHO,
    SECURITIES_ACCOUNT,
    Field(
        "traded_on",
        "date",
        (
            "成交日期",
            "发生日期",
            "交收日期",
            "交割日期",
            "业务日期",
            "清算日期",
            "操作日期",
            "委托日期",
            "日期",
            "trade_date",
            "date",
        ),
    ),
    Field("traded_at", "time", ("成交时间", "发生时间", "委托时间", "时间", "trade_time", "time")),
    Field("deal_number", "identifier", ("成交编号", "成交号", "成交序号", "成交流水号", "deal_id")),
    Field("order_number", "identifier", ("委托编号", "合同编号", "合同号", "委托序号", "order_id")),
    MARKET,
    SECURITY_CODE,
    SECURITY_NAME,
    Field(
        "side",
        "text",
        ("买卖标志", "操作", "买卖方向", "买卖", "业务名称", "交易类别", "委托类别", "业务标志", "摘要", "业务类型"),
    ),
    Field("side_detail", "text", ("摘要说明", "业务名称", "摘要", "委托类别", "业务摘要")),
    Field("quantity", "quantity", ("成交数量", "发生数量", "成交股数", "数量", "volume")),
    Field("price", "price", ("成交价格", "成交均价", "成交价", "价格")),
    Field("amount", "money", ("成交金额", "成交额", "金额")),
    CURRENCY,
    Field("channel", "word", ("委托方式", "委托渠道", "交易方式", "操作渠道", "操作方式", "站点类型")),
    Field("note", "text", ("备注", "说明", "备注信息", "remark")),
    Field("fill_state", "text", ("成交状态", "状态说明", "委托状态", "order_state")),
    Field("fill_kind", "text", ("成交类型",)),
    Field("cash_balance", "unused", ("资金余额", "资金本次余额", "剩余金额", "本次金额", "本次资金余额", "可用金额")),
    Field(
        "share_balance",
        "unused",
        ("股票余额", "余额", "剩余数量", "证券数量", "本次股票余额", "股份本次余额", "股份余额", "可用余额"),
    ),
    Field("application_number", "unused", ("申报编号", "申请编号", "申报序号")),
    Field("seat", "unused", ("席位代码", "席位号", "席位")),
    Field("order_type", "unused", ("委托类型", "委托属性", "订单类型")),
    Field("settlement_rate", "unused", ("结算汇率",)),
    Field("fee_note", "unused", ("费用备注",)),
    Field("reply", "unused", ("返回信息",)),
)

_ORDER = (
    Field("order_price", "unused", ("委托价格", "委托价")),
    Field("order_quantity", "unused", ("委托数量",)),
    Field("order_amount", "unused", ("委托金额",)),
    Field("cancelled_quantity", "unused", ("已撤数量", "撤单数量", "撤消数量", "撤销数量")),
)

# Which of these are inside the net amount, and which is the commission, differs by broker: commission.py.
FEES = (
    Field("handling_fee", "money", ("手续费",)),
    Field("brokerage", "money", ("佣金", "commission")),
    Field("net_commission", "money", ("净佣金",)),
    Field("total_fees", "money", ("总费用", "费用合计")),
    Field("stamp_duty", "money", ("印花税",)),
    Field("transfer_fee", "money", ("过户费",)),
    Field("regulatory_fee", "fee", ("规费", "交易规费", "levies")),
    Field("other_fees", "fee", ("其他杂费", "其他费", "其他费用", "其它费", "杂费")),
    Field("clearing_fee", "fee", ("交易所清算费", "清算费")),
    Field("settlement_fee", "fee", ("结算费",)),
    Field("surcharge", "fee", ("附加费",)),
    Field("trading_levy", "fee", ("交易征费",)),
    Field("exchange_fee", "fee", ("经手费",)),
    Field("supervision_fee", "fee", ("证管费",)),
    Field("reporting_levy", "fee", ("财汇局征费",)),
)
LEVIES = tuple(fee.name for fee in FEES if fee.type == "fee")
FEE_NAMES = tuple(fee.name for fee in FEES)

_NET = Field("net", "money", ("发生金额", "清算金额", "资金发生数", "收付金额", "净额", "net_amount"))
_SECURITY = ("security_code", "security_name")
_WORD = ("side", "side_detail", "note")

TRADES = Kind(
    "trades",
    (*_TRADE, _NET, *FEES),
    needs=(("quantity",), ("net", *FEE_NAMES), _SECURITY, _WORD),
    required=(("price", "amount"),),
    day="traded_on",
    account=True,
)
FILLS = Kind(
    "fills",
    (*_TRADE, *_ORDER),
    needs=(("quantity",), ("price", "amount"), _SECURITY, ("side",)),
    day="traded_on",
    account=True,
)
ORDERS = Kind("orders", (*_TRADE, *_ORDER), needs=(("order_price",), ("order_quantity",), _SECURITY))
