"""The first phrases that no text may say (S14), until people decide others. Compliance confirms them; they block at once."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)
PROMISE, SHARED, ORDERS, SECRET = (
    "承诺或暗示收益、不受损失",
    "与客户约定分享利益或分担损失",
    "代客户决定买卖",
    "内幕信息",
)
PHRASES = {
    PROMISE: (
        *("保本", "保底", "保收益", "保证收益", "承诺收益", "稳赚", "稳赢", "包赚", "必赚", "必涨", "只涨不跌", "翻倍"),
        *("无风险", "零风险", "没有风险", "刚性兑付", "guaranteed return", "guaranteed profit", "risk free", "no risk"),
        *("sure profit", "cannot lose", "double your money"),
    ),
    SHARED: ("利益共享", "亏损分担", "盈利分成", "亏了算我的"),
    ORDERS: ("代客操作", "代客理财", "全权委托", "全权代理", "帮您操作账户"),
    SECRET: ("内幕", "内部消息", "inside information", "insider tip"),
}


def seed(apps, schema_editor):
    banned = apps.get_model("servicing", "BannedPhrase")
    for why, phrases in PHRASES.items():
        for phrase in phrases:
            banned.objects.get_or_create(
                folded="".join(phrase.split()),
                until_day=None,
                defaults={"phrase": phrase, "why": why, "from_day": LONG_AGO},
            )


class Migration(migrations.Migration):
    dependencies = [("servicing", "0006_texts")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
