"""The words that Chinese counters share."""

from crm.demo import ledger as rows

SIDES = {
    rows.BUY: "证券买入",
    rows.SELL: "证券卖出",
    rows.BANK: "银行转证券",
    rows.REVERSAL: "银行转证券冲正",
    rows.INTERNAL: "内部划转",
    rows.LEND: "融券回购",
    rows.LEND_BACK: "融券购回",
    rows.DIVIDEND: "股息入账",
    rows.DIVIDEND_TAX: "股息个税征收",
    rows.INTEREST: "批量利息归本",
    rows.LOTTERY: "申购配号",
    rows.DESIGNATION: "指定交易",
    rows.LOAN: "融资借入",
    rows.LOAN_BACK: "偿还融资负债本金",
    rows.LOAN_INTEREST: "偿还融资利息",
    rows.PRODUCT_BUY: "保证金产品申购",
    rows.PRODUCT_SELL: "保证金产品赎回",
}
MARGIN_SIDES = {rows.BUY: "担保品买入", rows.SELL: "担保品卖出"}
BANK_OUT = "证券转银行"
CHANNELS = ("手机", "网上", "电话", "自助", "柜台")
CURRENCIES = {"CNY": "人民币", "HKD": "港币", "USD": "美元"}
TOKENS = {
    "individual": "个人",
    "institution": "机构",
    "solar": "公历",
    "lunar": "农历",
    "normal": "正常",
    "dormant": "休眠",
    "frozen": "司法冻结",
    "closed": "销户",
    "transferred_out": "转托管",
    "yes": "是",
    "no": "否",
    "fund": "资金账户",
    "margin": "信用资金账户",
    "sh_a": "沪A",
    "sz_a": "深A",
    "sh_b": "沪B",
    "sz_b": "深B",
    "bj_a": "京A",
    "hk": "港股通",
    "sh_margin": "沪信用",
    "sz_margin": "深信用",
}
MOVES = {
    ("in", "sh"): "指定交易转入",
    ("out", "sh"): "撤销指定",
    ("in", "sz"): "转托管转入",
    ("out", "sz"): "转托管转出",
    ("in", "collateral"): "担保品划入",
    ("out", "collateral"): "担保品划出",
}
