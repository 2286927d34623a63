# ruff: noqa: SIM905  (lists of words read better as lines)
"""The securities that the invented firm's clients trade: codes by board, lots, ticks and fees. All names are invented."""

from dataclasses import dataclass

import numpy as np

from crm.demo.kinds import Floats, Ints, Random, Texts, texts

BSE_RECODED_ON = np.datetime64("2025-10-09")
"""The Beijing exchange moved its codes to 920xxx on this day (F5); earlier rows carry the old code."""

REPOS = (("204001", "GC001", "sh"), ("131810", "R-001", "sz"))


@dataclass(frozen=True)
class Board:
    """One kind of instrument: where it trades, in which lots and ticks, and what a trade costs (parts per million)."""

    name: str
    market: str
    currency: str
    count: int
    lot: int
    tick_e4: int
    price: tuple[float, float]
    beta: float
    noise: float
    limit: float
    stamp_buy: int = 0
    stamp_sell: int = 0
    transfer: int = 0
    levies: int = 0
    commission: float = 1.0
    least_minor: int = 500


BOARDS = (
    Board("sh_main", "sh", "CNY", 22, 100, 100, (3, 60), 1.0, 0.017, 0.10, 0, 500, 10, 54),
    Board("sz_main", "sz", "CNY", 20, 100, 100, (3, 60), 1.0, 0.018, 0.10, 0, 500, 10, 54),
    Board("chinext", "sz", "CNY", 16, 100, 100, (8, 120), 1.3, 0.024, 0.20, 0, 500, 10, 54),
    Board("star", "sh", "CNY", 12, 200, 100, (15, 200), 1.4, 0.026, 0.20, 0, 500, 10, 54),
    Board("bse", "bj", "CNY", 6, 100, 100, (5, 40), 1.2, 0.030, 0.30, 0, 500, 10, 145),
    Board("sh_etf", "sh", "CNY", 10, 100, 10, (0.6, 5), 0.9, 0.006, 0.10, 0, 0, 0, 40, 0.8, 100),
    Board("sz_etf", "sz", "CNY", 6, 100, 10, (0.6, 3), 1.0, 0.007, 0.10, 0, 0, 0, 40, 0.8, 100),
    Board("sh_convertible", "sh", "CNY", 6, 10, 10, (100, 150), 0.5, 0.010, 0.20, 0, 0, 0, 0, 0.4, 100),
    Board("sz_convertible", "sz", "CNY", 6, 10, 10, (100, 160), 0.5, 0.010, 0.20, 0, 0, 0, 0, 0.4, 100),
    Board("hk", "hk", "HKD", 10, 200, 100, (3, 90), 0.8, 0.020, 0.30, 1000, 1000, 20, 85, 1.5, 500),
    Board("sh_b", "sh", "USD", 6, 100, 10, (0.3, 2), 0.7, 0.012, 0.10, 0, 500, 10, 54, 3.0, 100),
    Board("sz_b", "sz", "HKD", 6, 100, 100, (2, 15), 0.7, 0.012, 0.10, 0, 500, 10, 54, 3.0, 500),
)
BOARD_INDEX = {board.name: index for index, board in enumerate(BOARDS)}
FIRST_CODES = {
    "sh_main": (600103, 97),
    "sz_main": (1107, 41),
    "chinext": (300211, 53),
    "star": (688103, 31),
    "bse": (920017, 61),
    "sh_etf": (510613, 47),
    "sz_etf": (159717, 23),
    "sh_convertible": (113713, 11),
    "sz_convertible": (127217, 13),
    "hk": (2713, 211),
    "sh_b": (900961, 3),
    "sz_b": (200961, 5),
}

BRANDS = (
    "临江 云汀 青禾 岚山 北塘 鹤鸣 南屏 沧澜 望湖 桂苑 星野 长渚 松岭 白鹭 金沙渡 海棠 "
    "龙泉湾 紫荆 玉衡 天枢 苍梧 凤栖 洛川 澄湖"
).split()
TRADES = {
    "main": "水泥 航运 纺织 重工 银行 乳业 药业 钢铁 能源 地产 证券 百货 港务 化工 电力 股份".split(),
    "chinext": "生物 医疗 环保 智能 光学 传媒 软件 新能 精工 数据".split(),
    "star": "半导体 芯源 量子 航天 基因 材料 微纳 激光 机器人 算力".split(),
    "bse": "精密 滤清 智造 农机 管业 新材".split(),
    "hk": "控股 集团 国际 物流 汽车 健康 金融 互联 啤酒 水务".split(),
}
ETFS = (
    "沪深宽基ETF 小盘ETF 红利ETF 券商ETF 医药ETF 芯片ETF 黄金ETF 国债ETF 消费ETF 军工ETF "
    "创业宽基ETF 光伏ETF 游戏ETF 港股ETF 深证红利ETF 机器人ETF"
).split()


@dataclass(frozen=True)
class Listing:
    """Every security of the firm's market, one entry per security in each array."""

    code: Texts
    old_code: Texts
    name: Texts
    board: Ints
    first_price_e4: Ints
    popularity: Floats

    def column(self, field: str) -> Ints:
        """A whole-number property of each security's board, for example `lot` or `tick_e4`."""
        return np.array([getattr(BOARDS[index], field) for index in self.board], dtype=np.int64)

    def rates(self, field: str) -> Floats:
        """A fractional property of each security's board, for example `beta`."""
        return np.array([getattr(BOARDS[index], field) for index in self.board], dtype=np.float64)

    def labels(self, field: str) -> Texts:
        """A textual property of each security's board, for example `market`."""
        return texts([getattr(BOARDS[index], field) for index in self.board])


def draw_listing(random: Random) -> Listing:
    """Invent the listed securities: about 120 codes over all boards, most popular first within a board."""
    codes: list[str] = []
    names: list[str] = []
    boards: list[int] = []
    prices: list[int] = []
    fame: list[float] = []
    for index, board in enumerate(BOARDS):
        first, step = FIRST_CODES[board.name]
        low, high = np.log(board.price[0]), np.log(board.price[1])
        for number in range(board.count):
            code = first + step * number
            codes.append(f"{code:05d}" if board.name == "hk" else f"{code:06d}")
            names.append(_security_name(board, number))
            boards.append(index)
            price = np.exp(random.uniform(low, high)) * 10_000 / board.tick_e4
            prices.append(int(price) * board.tick_e4)
            fame.append(float(random.gamma(0.8) + 0.1))
    old = [f"83{code[2:]}" if BOARDS[board].name == "bse" else code for code, board in zip(codes, boards, strict=True)]
    return Listing(
        texts(codes), texts(old), texts(names), np.array(boards), np.array(prices), np.array(fame, dtype=np.float64)
    )


def _security_name(board: Board, number: int) -> str:
    """A four-character name such as tickers have; some carry the blank or the wide letter seen in real files."""
    brand = BRANDS[(number * 5 + len(board.name)) % len(BRANDS)]
    if board.name.endswith("etf"):
        return ETFS[number if board.name == "sh_etf" else 10 + number]
    if board.name.endswith("convertible"):
        return f"{brand[:2]}转债"
    if board.name.endswith("_b"):
        return f"{brand[:2]}Ｂ股"
    trade = TRADES["main" if board.name.endswith("main") else board.name]
    name = brand[:2] + trade[number % len(trade)]
    if board.name == "sz_main" and number % 9 == 0:
        return f"{name[0]} {name[1]}Ａ"
    if board.name == "sz_main" and number % 7 == 3:
        return f"*ST{name[:2]}"
    return name
