# ruff: noqa: SIM905  (lists of words read better as lines)
"""The people and institutions of the invented firm: who they are, when they came, who serves them."""

from dataclasses import dataclass

import numpy as np

from crm.demo import names, papers
from crm.demo.habits import DORMANT, EMPTY, GIANT, NEVER, NEVER_ENDS, Habits
from crm.demo.kinds import Days, Flags, Floats, Ints, Random, Texts, texts
from crm.demo.plan import Branch, Plan
from crm.demo.staff import DEMO_ADVISOR

CHANNELS = ("mobile", "web", "phone", "kiosk", "counter")
OPENING_YEARS = {
    1996: 1, 1998: 1, 2000: 3, 2001: 3, 2003: 1, 2005: 1, 2006: 4, 2007: 14, 2008: 4, 2009: 7, 2010: 6, 2011: 4, 2012: 2,
    2013: 3, 2014: 7, 2015: 15, 2016: 4, 2017: 4, 2018: 3, 2019: 6, 2020: 9, 2021: 8, 2022: 5, 2023: 5,
}  # fmt: skip
OCCUPATIONS = (
    "企业职员 个体工商户 公务员 教师 医生 工程师 退休 自由职业 企业管理人员 农民 学生 服务业人员 律师 会计".split()
)
OCCUPATION_WEIGHTS = np.array([26, 14, 6, 7, 4, 9, 0, 10, 9, 3, 2, 6, 1, 3.0])
EDUCATIONS = "初中及以下 高中 大专 本科 硕士 博士".split()
SOURCES = "临柜 银行渠道 介绍人 网上开户".split()
STREETS = "桂花路 望湖街 青石巷 云汀大道 鹤鸣路 北塘街 紫荆路 南屏里 榆林路 澄湖路".split()
RISKS = ("C1", "C2", "C3", "C4", "C5")
SHOWN_NAMES = (
    "顾承远 陆怀瑾 沈慕云 傅清和 许望舒 宁致远 闻人素 祝南烛 温时序 季若虚 "
    "裴知秋 骆一鸣 叶疏桐 孔令彰 戚远山 阮明夷 尹书白 方以南 贺兰亭 邵景行"
).split()
"""Names for the first clients of the demonstration's advisor."""


@dataclass(frozen=True)
class People:
    """One entry per client, in the order of client numbers."""

    sequence: Ints
    number: Texts
    name: Texts
    surname: Texts
    institution: Flags
    women: Flags
    born_on: Days
    lunar: Flags
    opened_on: Days
    advisor: Ints
    identity_type: Texts
    identity: Texts
    identity_expires_on: Days
    for_life: Flags
    phone: Texts
    card: Texts
    email: Texts
    address: Texts
    occupation: Texts
    education: Texts
    source: Texts
    address_form: Texts
    risk: Ints
    risk_expires_on: Days
    professional: Flags
    channel: Ints


def draw_people(random: Random, *, plan: Plan, branch: Branch, start: int, habits: Habits) -> People:
    """Invent the people behind the habits; `start` is the number of clients of the branch before this block."""
    count = len(habits.story)
    sequence = start + np.arange(count)
    everyone = branch.first_client + sequence
    institution = (random.random(count) < 0.018) & (habits.wealth > 50_000)
    women = (random.random(count) < 0.47) & ~institution
    opened_on = _opening_days(random, habits, plan.days)
    age = np.clip(random.normal(47, 13.5, count), 19, 88)
    born_on = plan.days[-1] - (age * 365.25).astype(np.int64)
    born_on = np.minimum(born_on, opened_on - 18 * 366)
    born_year = born_on.astype("datetime64[Y]").astype(np.int64) + 1970
    surname, name = names.draw_people(random, women=women, born_year=born_year)
    name = np.where(institution, names.draw_firms(random, count), name)
    advisor = _share_out(random, branch, habits)
    if branch.index == 0 and start == 0:
        _show_names(name, surname, women=women, able=(advisor == DEMO_ADVISOR) & ~institution, habits=habits)
    identity = papers.identity_numbers(everyone, born_on=born_on, women=women)
    very_old = (opened_on < np.datetime64("1999-01-01")) & (random.random(count) < 0.5) & (born_year < 2000)
    identity = np.where(very_old, papers.upgraded_from(identity), identity)
    occupation = texts(OCCUPATIONS)[random.choice(len(OCCUPATIONS), count, p=OCCUPATION_WEIGHTS / 100)]
    occupation = np.where((age > 58) & (random.random(count) < 0.8), "退休", occupation)
    kept_mail = random.random(count) < 0.4
    return People(
        sequence=sequence,
        number=texts([f"00{31 + branch.index}{n + 1:0{branch.number_width}d}" for n in sequence.tolist()]),
        name=name,
        surname=surname,
        institution=institution,
        women=women,
        born_on=born_on,
        lunar=(random.random(count) < 0.12) & (age > 45),
        opened_on=opened_on,
        advisor=advisor,
        identity_type=np.where(institution, "统一社会信用代码", "身份证").astype(object),
        identity=np.where(institution, papers.credit_codes(everyone), identity),
        identity_expires_on=plan.days[-1] + random.integers(-200, 7300, count),
        for_life=~institution & (age > 46) & (random.random(count) < 0.4),
        phone=np.where(random.random(count) < 0.012, "", papers.phones(everyone)),
        card=papers.cards(everyone),
        email=texts(
            [f"client{n}@example.com" if kept else "" for n, kept in zip(everyone.tolist(), kept_mail, strict=True)]
        ),
        address=_addresses(random, count),
        occupation=np.where(institution, "", occupation),
        education=np.where(
            institution, "", texts(EDUCATIONS)[random.choice(6, count, p=(0.08, 0.22, 0.27, 0.33, 0.08, 0.02))]
        ),
        source=texts(SOURCES)[random.choice(4, count, p=(0.42, 0.27, 0.09, 0.22))],
        address_form=_address_forms(random, surname, women, age, institution),
        risk=_risks(random, habits),
        risk_expires_on=plan.days[-1] + random.integers(-260, 720, count),
        professional=(habits.wealth > 5e6) & (random.random(count) < 0.5),
        channel=_channels(random, age, institution),
    )


def _opening_days(random: Random, habits: Habits, days: Days) -> Days:
    """Ascending, as the habits are: opened before the first day in the waves of past markets, or on a day since."""
    years = np.array(list(OPENING_YEARS))
    weights = np.array(list(OPENING_YEARS.values()), dtype=float)
    year = years[random.choice(len(years), len(habits.story), p=weights / weights.sum())]
    long_ago = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + random.integers(4, 360, len(year))
    weekend = (long_ago.astype(np.int64) + 3) % 7 >= 5
    long_ago = np.sort(long_ago - np.where(weekend, 2, 0))
    return np.where(habits.opened >= 0, days[np.maximum(habits.opened, 0)], long_ago)


def _share_out(random: Random, branch: Branch, habits: Habits) -> Ints:
    """Every client has one advisor; lists differ in length, and those who trade much are more often with seniors."""
    team = branch.advisors
    weight = 1 + 0.9 * np.cos(np.arange(team) * 2.1) ** 2
    senior = weight / (1 + np.arange(team)) ** 0.7
    if branch.index == 0 and team > DEMO_ADVISOR:
        weight[DEMO_ADVISOR] *= 2.2
        senior[DEMO_ADVISOR] *= 3.0
    promise = habits.often * habits.ticket
    large = promise > np.quantile(promise, 0.85)
    common = random.choice(team, len(promise), p=weight / weight.sum())
    chosen = random.choice(team, len(promise), p=senior / senior.sum())
    return np.where(large, chosen, common)


def _show_names(name: Texts, surname: Texts, *, women: Flags, able: Flags, habits: Habits) -> None:
    """The demonstration's advisor meets the clients whose names the pictures of the product carry."""
    asleep = np.isin(habits.story, (NEVER, EMPTY, DORMANT, GIANT))
    own = np.flatnonzero(able & ~asleep & (habits.leaves == NEVER_ENDS))
    best = own[np.argsort(-(habits.often * habits.ticket)[own], kind="stable")][: len(SHOWN_NAMES)]
    for client, shown in zip(best.tolist(), SHOWN_NAMES, strict=False):
        name[client] = shown
        surname[client] = shown[:2] if shown.startswith("闻人") else shown[:1]
        women[client] = shown in ("沈慕云", "许望舒", "闻人素", "裴知秋", "叶疏桐")


def _addresses(random: Random, count: int) -> Texts:
    street = texts(STREETS)[random.integers(0, len(STREETS), count)]
    house, block, flat = (random.integers(1, top, count).tolist() for top in (280, 24, 9))
    rest = [f"{h}号{b}幢{f}0{f % 4 + 1}室" for h, b, f in zip(house, block, flat, strict=True)]
    return texts([f"云汀市{a}{b}" for a, b in zip(street, rest, strict=True)])


def _address_forms(random: Random, surname: Texts, women: Flags, age: Floats, institution: Flags) -> Texts:
    plain = np.where(women, "女士", "先生").astype(object)
    warm = np.select(
        [(age > 58) & women, age > 58, random.random(len(age)) < 0.2], ["阿姨", "叔叔", "老师"], "总"
    ).astype(object)
    used = random.random(len(age)) < 0.35
    form = surname + np.where(used, warm, plain)
    found: Texts = np.where(institution | (random.random(len(age)) < 0.3), "", form)
    return found


def _risks(random: Random, habits: Habits) -> Ints:
    centre = np.select([habits.boldness > 0.9, habits.boldness > 0.6], [3.2, 2.3], 1.3)
    return np.clip(np.rint(centre + 0.7 * random.standard_normal(len(centre))), 0, 4).astype(np.int64)


def _channels(random: Random, age: Floats, institution: Flags) -> Ints:
    """The main channel: the young by mobile, the old also by phone, kiosk and counter."""
    drawn = random.random(len(age))
    old = np.clip((age - 40) / 45, 0, 1)
    edges = np.stack([0.86 - 0.40 * old, 0.95 - 0.22 * old, 0.97 - 0.12 * old, 0.99 - 0.04 * old])
    chosen = (drawn > edges).sum(axis=0)
    return np.where(institution, np.where(drawn < 0.5, 1, 4), chosen)
