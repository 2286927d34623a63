"""The first numbers of the health page. Apart from the columns before it: PostgreSQL alters no table whose rows were
written in the same transaction."""

import datetime

from django.db import migrations

LONG_AGO = datetime.date(1990, 12, 19)
THRESHOLDS = [
    ("disk_free_low", 10, "%", "系统健康页：留出一次跑批与一次导入的空间"),
    ("facts_late", 2, "trading days", "系统健康页：文件最迟在下一交易日到达"),
]
# The sources of the first numbers are read on a page now, and its readers read Chinese first.
SOURCES = {
    "ours: with less than 10,000 yuan a share says nothing about a habit": "自定：净资产不足 1 万元时占比说明不了习惯",
    "one step of bulk work: what one transaction writes without holding others up": "一次批量操作的上限：一个事务写入而不影响他人",
    "rule C4: 10 % of the dissatisfied complain": "规则 C4：不满客户中有 10% 会投诉",
    "ours: after a talk a client at stake is left in peace": "自定：联系之后一段时间内不再提示",
    "ours: a longer silence on our side is itself a reason to call": "自定：久未联系本身就是致电的理由",
    "branch page: contacts of an advisor": "营业部页面：投资顾问的联系次数",
    "branch page: whom an advisor has reached": "营业部页面：投资顾问的客户覆盖",
    "ours: a loss of 30 % of mean assets is deep (R1)": "自定：亏损达平均资产的 30% 为深套（R1）",
    "an approved export may be fetched for so long": "获批的导出文件可下载的天数",
    "rule L5: above, a second person approves an export with amounts": "规则 L5：含金额的导出超过此数须第二人批准",
    "one file that a spreadsheet still opens": "单个文件以电子表格可打开为限",
    "rule L5: above, a second person approves any export": "规则 L5：超过此数的导出须第二人批准",
    "rule C9: churn halved raises profit by 25 to 85 %": "规则 C9：流失减半，利润上升 25% 至 85%",
    "rule B4: above 40 high-frequency": "规则 B4：40 以上为高频",
    "rule B4: from 3 medium-term": "规则 B4：3 起为中线",
    "rule B4: from 12 short-term": "规则 B4：12 起为短线",
    "ours: a turnover from 12 on is high (B7)": "自定：周转率 12 起为偏高（B7）",
    "ours: a habit is at least 5 points wide on either side (B1)": "自定：仓位习惯区间单侧至少 5 个百分点（B1）",
    "ours: fewer are no habit (B1)": "自定：更少则不成习惯（B1）",
    "rule B5: a preference is shown at a chance of 1 %": "规则 B5：显著性 1% 才显示偏好",
    "rule B5: and with at least 30 trades": "规则 B5：且至少 30 笔",
    "ours: so many such days in six months (B4)": "自定：六个月内达到该天数（B4）",
    "ours: more than a hand can do (B4)": "自定：超过手工可能的笔数（B4）",
    "rule B8: range, 50 %": "规则 B8：盘整市 50%",
    "rule B8: strong market, 75 % and above in positions": "规则 B8：强势市仓位不低于 75%",
    "ours: 15 points beside the reference are no gap (B8)": "自定：偏离参考 15 个百分点以内不算偏离（B8）",
    "rule B8: weak market, 25 % and below": "规则 B8：弱势市仓位不高于 25%",
    "rule C5: replacing costs 10 times keeping": "规则 C5：开发新客户成本为维护的 10 倍",
    "rule C5: replacing costs 4 to 6 times keeping": "规则 C5：开发新客户成本为维护的 4–6 倍",
    "rule C5: replacing costs 5 to 7 times keeping": "规则 C5：开发新客户成本为维护的 5–7 倍",
    "rule C3: 10 % on top of the value of a lost client": "规则 C3：流失客户价值之外另计 10% 声誉损失",
    "ours: a shorter time is no result (B2)": "自定：时间更短不计盈亏（B2）",
    "ours: within 3 % of mean assets is flat (B2)": "自定：平均资产的 3% 以内为持平（B2）",
    "ours, until the branch states its own (C6)": "自定，待营业部给出自己的数（C6）",
    "ours: a client at stake for whom nothing is planned": "自定：有流失风险而无安排的客户",
    "ours: what is overdue weighs twice": "自定：逾期的加倍",
    "ours: what is due today weighs one and a half times": "自定：今日到期的按 1.5 倍",
    "rule R2: net assets of 10,000 yuan": "规则 R2：净资产 1 万元",
    "rule R2": "规则 R2",
    "rule R2: fewer than three own gaps": "规则 R2：自身交易间隔不足三个",
    "glossary: churn score words": "术语表：流失风险分档",
    "scoring note, section 1": "评分说明第 1 节",
    "scoring note, section 1, E2": "评分说明第 1 节 E2",
    "reliability note: values in clear per person and day": "可靠性说明：每人每天查看明文的上限",
}


def seed(apps, schema_editor):
    threshold = apps.get_model("segmentation", "Threshold")
    for key, value, unit, source in THRESHOLDS:
        threshold.objects.get_or_create(
            key=key, from_day=LONG_AGO, defaults={"value": value, "unit": unit, "source": source}
        )
    for before, after in SOURCES.items():
        threshold.objects.filter(from_day=LONG_AGO, source=before).update(source=after)


class Migration(migrations.Migration):
    dependencies = [("segmentation", "0008_numbers")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
