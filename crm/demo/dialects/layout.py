"""What a dialect is: headers, spellings and forms of the files that one broker's counter writes."""

from collections.abc import Mapping
from dataclasses import dataclass

TEMPLATES = {
    "text": "%s",
    "date": "%s",
    "cell": '="%s"',
    "money": "%.2f",
    "price": "%.3f",
    "whole": "%d",
    "rate": "%.4f",
}
"""How each form of column is printed; money comes in minor units and prices in 1/10,000, divided before printing.
A date is a real date cell in a workbook and its text elsewhere."""


@dataclass(frozen=True)
class Column:
    """One column of a file: its header, the field it shows, and the form in which it is written."""

    header: str
    field: str
    form: str


@dataclass(frozen=True)
class Table:
    """One kind of file: name pattern (branch and period are filled in), container, encoding, delimiter, columns."""

    file_name: str
    columns: tuple[Column, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    newline: str = "\r\n"
    title: str = ""

    @property
    def row(self) -> str:
        """The printf template of one line."""
        return self.delimiter.join(TEMPLATES[column.form] for column in self.columns) + self.newline

    @property
    def head(self) -> str:
        """The header line."""
        return self.delimiter.join(column.header for column in self.columns) + self.newline


@dataclass(frozen=True)
class Words:
    """A counter's words for the tokens of the invention."""

    day: str
    sides: Mapping[int, str]
    margin_sides: Mapping[int, str]
    bank_out: str
    markets: Mapping[str, str]
    currencies: Mapping[str, str]
    channels: tuple[str, ...]
    tokens: Mapping[str, str]
    moves: Mapping[tuple[str, str], str]

    def of(self, token: str) -> str:
        """The word for a token such as a state; the token itself where the dialect has none."""
        return self.tokens.get(token, token)


@dataclass(frozen=True)
class Dialect:
    """One counter's way of writing. `cash_transfers` is None where bank transfers stand among the trades."""

    name: str
    words: Words
    clients: Table
    accounts: Table
    trades: Table
    assets: Table
    holdings: Table
    securities_transfers: Table
    cash_transfers: Table | None = None


def columns(spec: str) -> tuple[Column, ...]:
    """Columns written as one line each: header, field, form."""
    found = []
    for line in spec.strip().splitlines():
        header, field, form = line.split()
        found.append(Column(header, field, form))
    return tuple(found)
