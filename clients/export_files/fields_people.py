"""Fields of whole-branch exports of clients and accounts."""

from clients.export_files.fields_trades import BRANCH_CODE, CLIENT_NAME, CLIENT_NUMBER, CURRENCY
from clients.export_files.kinds import Field, Kind

_BANK_CARD = Field("bank_card", "card", ("银行卡号", "银行账号", "存管银行账号", "银行账户"))
_OPENED_ON = Field("opened_on", "date", ("开户日期", "开户时间", "开户日"))
_CLOSED_ON = Field("closed_on", "date", ("销户日期", "销户时间", "销户日"))

CLIENTS = Kind(
    "clients",
    (
        CLIENT_NUMBER,
        BRANCH_CODE,
        Field("branch_name", "name", ("营业部名称", "营业部", "开户营业部", "分支机构名称", "分支机构", "机构名称")),
        Field(
            "advisor_code",
            "identifier",
            (
                "客户经理工号",
                "服务经理工号",
                "投资顾问工号",
                "客户经理编号",
                "客户经理代码",
                "服务人员工号",
                "员工工号",
                "advisor",
            ),
        ),
        Field(
            "advisor_name",
            "name",
            ("客户经理姓名", "客户经理", "服务经理", "服务经理姓名", "投资顾问", "投资顾问姓名", "服务人员"),
        ),
        Field("name", "name", ("客户姓名", "客户名称", "姓名", "户名", "client_name")),
        Field("client_kind", "word", ("客户类别", "客户类型", "客户性质", "机构标志")),
        Field("identity_type", "word", ("证件类型", "证件类别", "证件种类")),
        Field("identity_number", "document", ("证件号码", "证件编号", "身份证号", "身份证号码", "证件号")),
        Field(
            "identity_expires_on",
            "expiry",
            ("证件有效期", "证件到期日", "证件有效期至", "证件截止日期", "证件有效截止日"),
        ),
        Field("phone", "phone", ("手机号码", "手机", "移动电话", "联系电话", "电话", "手机号", "mobile")),
        Field("email", "email", ("电子邮箱", "电子邮件", "邮箱", "e_mail")),
        Field("address", "text", ("联系地址", "地址", "通讯地址", "家庭地址", "证件地址")),
        Field("birthday", "date", ("出生日期", "生日", "birth_date")),
        Field("birthday_calendar", "word", ("生日历法", "历法", "公历农历")),
        _OPENED_ON,
        _CLOSED_ON,
        Field("state", "word", ("客户状态", "状态", "status")),
        Field("source", "text", ("客户来源", "开户渠道", "来源", "开发渠道")),
        Field("occupation", "text", ("职业", "职业类别")),
        Field("education", "text", ("学历", "文化程度")),
        Field("form_of_address", "text", ("称呼", "称谓")),
        Field("risk_level", "word", ("风险等级", "风险承受能力", "风险承受能力等级", "客户风险等级", "风险测评结果")),
        Field("risk_expires_on", "expiry", ("风险测评到期日", "风险等级有效期", "测评到期日", "风险测评有效期")),
        Field("professional", "word", ("专业投资者", "投资者类别", "投资者分类", "是否专业投资者")),
        _BANK_CARD,
        Field("fund_account", "unused", ("资金账号", "资金账户")),
        Field("gender", "unused", ("性别", "sex")),
    ),
    needs=(
        ("client_number",),
        ("name",),
        ("identity_number", "phone", "risk_level", "birthday", "advisor_code", "client_kind", "opened_on", "state"),
    ),
    required=(("client_number",), ("name",)),
)

ACCOUNTS = Kind(
    "accounts",
    (
        CLIENT_NUMBER,
        BRANCH_CODE,
        CLIENT_NAME,
        Field(
            "account_number",
            "identifier",
            ("账号", "账户号码", "账户编号", "账户代码", "证券账号", "股东账户", "资金账号", "账户", "account"),
        ),
        Field("account_kind", "word", ("账户类别", "账户类型", "账户种类", "账号类别", "账号类型")),
        Field("parent_account", "identifier", ("所属资金账号", "对应资金账号", "资金账号", "资金账户", "主账号")),
        Field("one_code", "identifier", ("一码通", "一码通号", "一码通账号", "一码通账户")),
        CURRENCY,
        Field("is_main", "word", ("主账户标志", "是否主账户", "主副标志", "主辅标志", "主资金账号标志")),
        Field("custodian_bank", "text", ("存管银行", "存管银行名称", "三方存管银行", "银行名称")),
        _BANK_CARD,
        Field("state", "word", ("账户状态", "账号状态", "状态", "status")),
        _OPENED_ON,
        _CLOSED_ON,
    ),
    needs=(("client_number",), ("account_number",), ("account_kind",)),
    never=("amount", "price"),
    required=(("client_number",), ("account_number",), ("account_kind",)),
)
