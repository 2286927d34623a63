"""The first branch: an old counter. GBK text called .xls, cells like ="000001", sold quantities negative, bank transfers
among the trades, 帐 beside 账, fees lumped into 其他杂费, a title above the header."""

from crm.demo.dialects import chinese_words
from crm.demo.dialects.layout import Dialect, Table, Words, columns

WORDS = Words(
    day="%Y%m%d",
    sides=chinese_words.SIDES,
    margin_sides=chinese_words.MARGIN_SIDES,
    bank_out=chinese_words.BANK_OUT,
    markets={
        "sh": "上海Ａ股",
        "sz": "深圳Ａ股",
        "bj": "北京Ａ股",
        "hk": "港股通",
        "sh_b": "上海Ｂ股",
        "sz_b": "深圳Ｂ股",
    },
    currencies=chinese_words.CURRENCIES,
    channels=chinese_words.CHANNELS,
    tokens=chinese_words.TOKENS,
    moves=chinese_words.MOVES,
)

TRADES = """
成交日期 day text
成交时间 time text
营业部代码 branch_code cell
客户代码 client_number cell
客户姓名 client_name text
资金账号 fund_account cell
证券代码 security_code cell
证券名称 security_name text
操作 side text
成交数量 signed_quantity whole
成交均价 price price
成交金额 amount money
股票余额 held whole
发生金额 net money
手续费 commission money
印花税 stamp_duty money
其他杂费 lumped_fees money
资金余额 balance money
成交编号 deal_number cell
合同编号 order_number cell
市场名称 market text
股东帐户 securities_account cell
币种 currency text
委托方式 channel text
备注 note text
"""
CLIENTS = """
营业部代码 branch_code text
营业部名称 branch_name text
客户号 client_number text
客户姓名 name text
客户类别 client_kind text
证件类型 identity_type text
证件号码 identity_number text
证件有效期 identity_expires_on text
手机号码 phone text
电子邮箱 email text
联系地址 address text
出生日期 birthday text
生日历法 birthday_calendar text
开户日期 opened_on text
销户日期 closed_on text
客户状态 state text
客户来源 source text
职业 occupation text
学历 education text
称呼 form_of_address text
风险等级 risk_level text
风险测评到期日 risk_expires_on text
专业投资者 professional text
客户经理工号 advisor_code text
客户经理 advisor_name text
银行卡号 bank_card text
"""
ACCOUNTS = """
营业部代码 branch_code text
客户号 client_number text
客户姓名 client_name text
账户号码 account_number text
账户类别 account_kind text
对应资金账号 parent_account text
一码通 one_code text
币种 currency text
主账户标志 is_main text
存管银行 custodian_bank text
银行卡号 bank_card text
账户状态 state text
开户日期 opened_on text
销户日期 closed_on text
"""
ASSETS = """
统计日期 day text
营业部代码 branch_code text
客户号 client_number text
客户姓名 client_name text
资金账号 fund_account text
币种 currency text
资金余额 cash money
证券市值 market_value money
理财市值 products money
融资融券负债 debt money
净资产 net money
"""
HOLDINGS = """
持仓日期 day text
营业部代码 branch_code text
客户号 client_number text
客户姓名 client_name text
资金账号 fund_account text
股东帐户 securities_account text
市场名称 market text
证券代码 security_code text
证券名称 security_name text
股份余额 quantity whole
买入成本 cost money
最新市值 value money
币种 currency text
"""
SECURITIES_TRANSFERS = """
发生日期 day text
营业部代码 branch_code text
客户号 client_number text
客户姓名 client_name text
资金账号 fund_account text
股东帐户 securities_account text
市场名称 market text
证券代码 security_code text
证券名称 security_name text
发生数量 quantity whole
市值 value money
币种 currency text
业务名称 direction text
流水号 serial_number text
"""

COUNTER = Dialect(
    name="counter",
    words=WORDS,
    clients=Table("客户资料_{branch}.csv", columns(CLIENTS), "gb18030"),
    accounts=Table("账户_{branch}.csv", columns(ACCOUNTS), "gb18030"),
    trades=Table("成交_{branch}_{period}.xls", columns(TRADES), "gbk", "\t", title="{name} 交割明细 {period}"),
    assets=Table("资产_{branch}_{period}.csv", columns(ASSETS), "gb18030"),
    holdings=Table("持仓_{branch}_{period}.csv", columns(HOLDINGS), "gb18030"),
    securities_transfers=Table("证券划转_{branch}.csv", columns(SECURITIES_TRANSFERS), "gb18030"),
)
