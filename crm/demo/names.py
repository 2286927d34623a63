# ruff: noqa: SIM905  (lists of words read better as lines)
"""Names of invented people and firms: surnames as frequent as in life, rare ones with a special reading included."""

import numpy as np

from crm.demo.kinds import Flags, Ints, Random, Texts, texts

COMMON = (
    "王 72 李 71 张 68 刘 52 陈 45 杨 31 赵 23 黄 22 周 21 吴 20 徐 16 孙 15 胡 13 朱 13 高 12 林 12 何 12 郭 12 马 11 罗 9 "
    "梁 9 宋 8 郑 8 谢 8 韩 7 唐 7 冯 7 于 7 董 6 萧 4 程 6 曹 6 袁 5 邓 6 许 6 傅 5 沈 5 彭 5 吕 5 苏 5 卢 5 蒋 5 "
    "蔡 5 贾 4 丁 4 魏 4 薛 4 叶 4 阎 3 余 4 潘 4 杜 4 戴 4 夏 4 钟 4 汪 4 田 4 任 4 姜 4 范 4 方 4 石 4 姚 4 谭 4 廖 3 "
    "邹 3 熊 3 金 3 陆 3 郝 3 孔 3 白 3 崔 3 康 3 毛 3 邱 3 秦 3 江 3 史 3 顾 3 侯 3 邵 3 孟 3 龙 2 万 2 段 2 钱 2 汤 2 "
    "尹 2 黎 2 易 2 常 2 武 2 乔 2 贺 2 赖 2 龚 2 文 2 庞 1 樊 1 兰 1 殷 1 施 2 陶 2 洪 2 翁 1 安 1 颜 1 倪 1 严 1 牛 1 "
    "温 1 芦 1 季 1 俞 1 章 1 鲁 1 葛 1 伍 1 韦 1 申 1 尤 1 毕 1 聂 1 丛 1 焦 1 向 1 柳 1 邢 1 路 1 岳 1 齐 1 梅 1 莫 1 "
    "庄 1 辛 1 管 1 祝 1 左 1 涂 1 谷 1 祁 1 时 1 舒 1 耿 1 牟 1 卜 1 詹 1 关 1 苗 1 凌 1 费 1 纪 1 靳 1 盛 1 童 1 欧 1 甄 1 项 1"
)
SPECIAL = (
    "曾 3 单 1 解 1 仇 1 查 1 区 1 翟 2 尉迟 1 欧阳 2 上官 1 司马 1 诸葛 1 令狐 1 皇甫 1 长孙 1 万俟 1 "
    "覃 1 盖 1 朴 1 冼 1 缪 1 员 1 乐 1 华 1 召 1 宓 1"
)
"""Names whose reading differs from the character's usual one, or that have two characters."""

GIVEN = {
    ("m", "old"): (
        "建 国 志 永 德 振 玉 文 明 金 长 家 世 福 荣 庆 正 光 云 启",
        "国 军 华 明 平 林 生 强 福 海 义 民 忠 良 祥 成 山 庆 德 辉",
    ),
    ("f", "old"): (
        "秀 桂 玉 淑 丽 美 春 凤 雪 慧 亚 月 素 翠 爱 金 红 兰 惠 文",
        "英 兰 珍 芳 华 琴 梅 云 玲 霞 荣 香 娟 萍 凤 莲 芬 清 敏 琳",
    ),
    ("m", "new"): (
        "子 浩 宇 俊 梓 承 思 景 一 知 书 致 明 逸 嘉 泽 天 晓 文 怀",
        "轩 然 宇 涵 睿 远 源 行 鸣 泽 航 恒 哲 阳 凯 博 晨 川 谦 瑾",
    ),
    ("f", "new"): (
        "雨 梓 欣 诗 思 若 语 慕 望 疏 佳 晓 静 可 清 以 梦 婉 听 知",
        "涵 怡 萱 桐 彤 云 舒 澜 宁 清 妍 婷 瑶 琪 雯 洁 南 薇 夏 微",
    ),
}
FIRM_PLACE = "云汀 临江 江北 望湖 鹤鸣 北塘 沧澜 澄湖".split()
FIRM_BRAND = "恒 瑞 泰 嘉 德 鼎 宏 华 盛 信 远 同 兴 正 安 朗 卓 博 汇 晟".split()
FIRM_FIELD = "实业 纺织 机电 商贸 建材 物流 食品 科技 置业 医药 文化 化工 农业 酒店 印务 环保".split()
FIRM_FORM = "有限公司 有限公司 有限责任公司 股份有限公司 集团有限公司 投资合伙企业(有限合伙)".split()


def _weighted(line: str) -> dict[str, float]:
    parts = line.split()
    found: dict[str, float] = {}
    for name, weight in zip(parts[::2], parts[1::2], strict=True):
        found[name] = found.get(name, 0) + float(weight)
    return found


SURNAMES = {**_weighted(COMMON), **_weighted(SPECIAL)}


def draw_people(random: Random, *, women: Flags, born_year: Ints) -> tuple[Texts, Texts]:
    """Surnames and full names; given names follow sex and generation, one in seven has a single character."""
    surnames = texts(list(SURNAMES))
    weights = np.array(list(SURNAMES.values()))
    chosen = surnames[random.choice(len(surnames), len(women), p=weights / weights.sum())]
    single = random.random(len(women)) < 0.14
    first_draw, second_draw = random.random(len(women)), random.random(len(women))
    # One person in five has a name of the other generation.
    young = (born_year >= 1978) ^ (random.random(len(women)) < 0.2)
    given = np.full(len(women), "", dtype=object)
    for (sex, generation), (firsts, seconds) in GIVEN.items():
        first, second = texts(firsts.split()), texts(seconds.split())
        here = (women == (sex == "f")) & (young == (generation == "new"))
        a = first[(first_draw[here] * len(first)).astype(int)]
        b = second[(second_draw[here] * len(second)).astype(int)]
        given[here] = np.where(single[here], b, a + b)
    return chosen, chosen + given


def draw_firms(random: Random, count: int) -> Texts:
    """Names of institutions, such as 云汀恒瑞纺织有限公司."""
    pick = [
        texts(words)[random.integers(0, len(words), count)]
        for words in (FIRM_PLACE, FIRM_BRAND, FIRM_BRAND, FIRM_FIELD, FIRM_FORM)
    ]
    return texts(pick[0] + pick[1] + pick[2] + pick[3] + pick[4])
