"""The first service items of the firm and the number that spaces the reviews of service plans. Apart from the tables before
them: PostgreSQL alters no table whose rows were written in the same transaction."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)
MOMENT = datetime.datetime(1990, 12, 19, tzinfo=datetime.UTC)
LARGE = {"net_assets_fen": 100_000_000}  # a million yuan
SOURCE = "S3：{} 成本、次数与门槛为自定，待营业部给出自己的数"
# code, layer, quality, cost in fen, minutes, deliveries a year, channels, shelf life in hours, rule, what S3 says
ITEMS = [
    ("market_comment", "basic", "expected", 0, 0, 244, ["wecom", "sms"], 24, {}, "市场点评隔日即无价值。"),
    ("education", "basic", "must", 0, 0, 12, ["at_branch", "wecom"], None, {}, "投资者教育面向所有客户。"),
    ("rule_changes", "basic", "must", 0, 5, 4, ["phone", "wecom"], 72, LARGE, "交易规则变化先告知大客户。"),
    ("portfolio_review", "value_added", "expected", 5_000, 60, 4, ["visit", "at_branch", "phone"], None, LARGE, "资产较大的客户提供持仓诊断。"),
    ("company_research", "value_added", "expected", 3_000, 10, 12, ["email", "wecom"], None, LARGE, "资产较大的客户提供上市公司研究。"),
    ("hot_topics", "value_added", "expected", 0, 2, 48, ["wecom", "sms"], 24, {"horizon": ["high", "short"]}, "频繁短线交易的客户提供热点提示。"),
    ("strategy", "outstanding", "exciting", 2_000, 20, 2, ["email", "letter"], None, LARGE, "资产较大的客户提供中期策略。"),
    ("financing", "outstanding", "exciting", 0, 60, 1, ["visit", "at_branch", "phone"], None, {"tier": ["vip"], "months_open": 24}, "忠诚的 VIP 客户可洽谈自有两融或质押融资。"),
    ("trade_review", "outstanding", "exciting", 10_000, 60, 12, ["visit", "at_branch", "wecom"], None, {"tier": ["vip", "key"]}, "专家每月复盘客户自己的交易。"),
]  # fmt: skip


def seed(apps, schema_editor):
    item = apps.get_model("servicing", "ServiceItem")
    for code, layer, quality, cost, minutes, times, channels, shelf, rule, said in ITEMS:
        item.objects.get_or_create(
            branch=None,
            code=code,
            from_day=LONG_AGO,
            defaults={
                "layer": layer,
                "quality": quality,
                "cost_fen": cost,
                "minutes": minutes,
                "times_a_year": times,
                "channels": channels,
                "shelf_hours": shelf,
                "rule": rule,
                "source": SOURCE.format(said),
                "made_at": MOMENT,
            },
        )
    threshold = apps.get_model("segmentation", "Threshold")
    threshold.objects.get_or_create(
        key="plan_review",
        from_day=LONG_AGO,
        defaults={"value": 90, "unit": "days", "source": "自定：服务计划书每季度评估一次（S4）"},
    )


class Migration(migrations.Migration):
    dependencies = [("servicing", "0013_plans"), ("segmentation", "0009_health_numbers")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
