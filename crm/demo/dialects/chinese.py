"""The second branch: UTF-8 with a mark, commas, and the canonical Chinese headers."""

from crm.demo.dialects import chinese_words
from crm.demo.dialects.layout import Dialect, Table, Words, columns

WORDS = Words(
    day="%Y-%m-%d",
    sides={**chinese_words.SIDES},
    margin_sides={},
    bank_out=chinese_words.BANK_OUT,
    markets={"sh": "上海", "sz": "深圳", "bj": "北京", "hk": "港股通"},
    currencies=chinese_words.CURRENCIES,
    channels=chinese_words.CHANNELS,
    tokens=chinese_words.TOKENS,
    moves=chinese_words.MOVES,
)

WHO = """
营业部代码 branch_code text
客户代码 client_number text
客户姓名 client_name text
资金账号 fund_account text
"""
SECURITY = """
交易市场 market text
证券代码 security_code text
证券名称 security_name text
"""
TRADES = f"""
{WHO.strip()}
证券账号 securities_account text
成交日期 day text
成交时间 time text
成交编号 deal_number text
委托编号 order_number text
{SECURITY.strip()}
买卖标志 side text
成交数量 quantity whole
成交价格 price price
成交金额 amount money
币种 currency text
净佣金 commission money
印花税 stamp_duty money
过户费 transfer_fee money
规费 levies money
发生金额 net money
委托方式 channel text
备注 note text
"""
CLIENTS = """
客户代码 client_number text
营业部代码 branch_code text
营业部名称 branch_name text
客户经理工号 advisor_code text
客户经理姓名 advisor_name text
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
银行卡号 bank_card text
"""
ACCOUNTS = """
客户代码 client_number text
营业部代码 branch_code text
客户姓名 client_name text
账号 account_number text
账户类别 account_kind text
所属资金账号 parent_account text
一码通 one_code text
币种 currency text
主账户标志 is_main text
存管银行 custodian_bank text
银行卡号 bank_card text
账户状态 state text
开户日期 opened_on text
销户日期 closed_on text
"""
CASH_TRANSFERS = f"""
{WHO.strip()}
发生日期 day text
发生时间 time text
转账方向 direction text
转账金额 net money
币种 currency text
银行名称 bank text
流水号 serial_number text
备注 note text
"""
SECURITIES_TRANSFERS = f"""
{WHO.strip()}
证券账号 securities_account text
发生日期 day text
{SECURITY.strip()}
转移数量 quantity whole
转移市值 value money
币种 currency text
转移类型 direction text
流水号 serial_number text
"""
ASSETS = f"""
{WHO.strip()}
日期 day text
资金余额 cash money
证券市值 market_value money
产品市值 products money
两融负债 debt money
净资产 net money
币种 currency text
"""
HOLDINGS = f"""
{WHO.strip()}
证券账号 securities_account text
日期 day text
{SECURITY.strip()}
持仓数量 quantity whole
持仓成本 cost money
持仓市值 value money
币种 currency text
"""

CASH_TRANSFER_TABLE = Table("银证转账_{branch}_{period}.csv", columns(CASH_TRANSFERS), "utf-8-sig")

CHINESE = Dialect(
    name="chinese",
    words=WORDS,
    clients=Table("客户_{branch}.csv", columns(CLIENTS), "utf-8-sig"),
    accounts=Table("账户_{branch}.csv", columns(ACCOUNTS), "utf-8-sig"),
    trades=Table("成交_{branch}_{period}.csv", columns(TRADES), "utf-8-sig"),
    assets=Table("资产_{branch}_{period}.csv", columns(ASSETS), "utf-8-sig"),
    holdings=Table("持仓_{branch}_{period}.csv", columns(HOLDINGS), "utf-8-sig"),
    securities_transfers=Table("证券划转_{branch}.csv", columns(SECURITIES_TRANSFERS), "utf-8-sig"),
    cash_transfers=CASH_TRANSFER_TABLE,
)
