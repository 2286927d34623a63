"""The third branch: workbooks for the small tables, bars between the fields of the large ones, English headers."""

from crm.demo import ledger as rows
from crm.demo.dialects import chinese, chinese_words
from crm.demo.dialects.layout import Column, Dialect, Table, Words

WORDS = Words(
    day="%Y%m%d",
    sides={**chinese_words.SIDES, rows.BUY: "buy", rows.SELL: "sell", rows.BANK: "deposit", rows.INTERNAL: "internal"},
    margin_sides={},
    bank_out="withdrawal",
    markets={"sh": "SH", "sz": "SZ", "bj": "BJ", "hk": "HK"},
    currencies={"CNY": "CNY", "HKD": "HKD", "USD": "USD"},
    channels=("mobile", "web", "phone", "kiosk", "counter"),
    tokens={},
    moves=chinese_words.MOVES,
)

HEADERS = {
    "day": "date",
    "time": "time",
    "commission": "net_commission",
    "levies": "regulatory_fee",
}
"""Headers that differ from the name of the field."""

DATE_CELLS = ("opened_on", "closed_on", "birthday", "identity_expires_on", "risk_expires_on")


def _english(table: tuple[Column, ...], **headers: str) -> tuple[Column, ...]:
    """The canonical columns under their English names."""
    names = {**HEADERS, **headers}
    return tuple(
        Column(
            names.get(column.field, column.field), column.field, "date" if column.field in DATE_CELLS else column.form
        )
        for column in table
    )


def _text(name: str, table: Table, **headers: str) -> Table:
    return Table(name, _english(table.columns, **headers), delimiter="|", newline="\n")


ENGLISH = Dialect(
    name="english",
    words=WORDS,
    clients=Table("clients_{branch}.xlsx", _english(chinese.CHINESE.clients.columns)),
    accounts=Table("accounts_{branch}.xlsx", _english(chinese.CHINESE.accounts.columns)),
    trades=_text("trades_{branch}_{period}.txt", chinese.CHINESE.trades, day="traded_on", time="traded_at"),
    assets=_text("assets_{branch}_{period}.txt", chinese.CHINESE.assets, day="day"),
    holdings=_text("holdings_{branch}_{period}.txt", chinese.CHINESE.holdings, day="day"),
    securities_transfers=_text(
        "securities_transfers_{branch}.txt", chinese.CHINESE.securities_transfers, day="moved_on"
    ),
    cash_transfers=_text(
        "cash_transfers_{branch}_{period}.txt",
        chinese.CASH_TRANSFER_TABLE,
        day="moved_on",
        time="moved_at",
        net="amount",
    ),
)
