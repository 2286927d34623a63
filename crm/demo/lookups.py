"""Texts looked up by number: what a row's account, security or day is called in a dialect."""

from dataclasses import dataclass

import numpy as np

from crm.demo.blocks import Block, World
from crm.demo.books import MARKETS, securities_accounts
from crm.demo.dialects.layout import Words
from crm.demo.instruments import BOARDS, BSE_RECODED_ON, REPOS
from crm.demo.kinds import Days, Ints, Texts, texts
from crm.demo.ledger import BUY, DIVIDEND, DIVIDEND_TAX, LEND, LEND_BACK, LOTTERY, SELL

NO_SECURITY = -3
WITH_SECURITY = (BUY, SELL, LEND, LEND_BACK, DIVIDEND, DIVIDEND_TAX, LOTTERY)


@dataclass(frozen=True)
class Lookups:
    """Texts of one block in one dialect. Securities end with: none, Shenzhen repo, Shanghai repo (−3, −2, −1)."""

    days: Texts
    security_code: Texts
    old_code: Texts
    security_name: Texts
    market_word: Texts
    market: Ints
    recoded: int
    client_number: Texts
    client_name: Texts
    fund_account: Texts
    custodian: Texts
    currency: Texts
    securities_account: Texts

    def code(self, security: Ints, day: Ints) -> Texts:
        """The code under which a security was known on a day (F5)."""
        found = self.security_code[security]
        early = np.flatnonzero(day < self.recoded)
        found[early] = self.old_code[security[early]]
        return found

    def account(self, book: Ints, security: Ints) -> Texts:
        """The securities account that holds a security in a fund account."""
        return self.securities_account[self.market[security], book]


def days_as_text(days: Days, form: str) -> Texts:
    """Days in a dialect's form, `%Y-%m-%d` or `%Y%m%d`."""
    plain = days.astype(str).astype(object)
    return texts([day.replace("-", "") for day in plain]) if form == "%Y%m%d" else plain


def look_up(block: Block, world: World, words: Words) -> Lookups:
    """Prepare the texts of a block in the words of its dialect."""
    listing, books, people = world.listing, block.books, block.people
    boards = [BOARDS[index] for index in listing.board]
    market_words = [words.markets.get(board.name, words.markets[board.market]) for board in boards]
    (shanghai, shenzhen) = REPOS
    accounts = securities_accounts(people, books, block.branch, listing)
    nowhere = np.full((1, len(books)), "", dtype=object)
    return Lookups(
        days=days_as_text(world.plan.days, words.day),
        security_code=texts([*listing.code, "", shenzhen[0], shanghai[0]]),
        old_code=texts([*listing.old_code, "", shenzhen[0], shanghai[0]]),
        security_name=texts([*listing.name, "", shenzhen[1], shanghai[1]]),
        market_word=texts([*market_words, "", words.markets["sz"], words.markets["sh"]]),
        market=np.array([*(MARKETS.index(board.market) for board in boards), len(MARKETS), 1, 0]),
        recoded=int(np.searchsorted(world.plan.days, BSE_RECODED_ON)),
        client_number=people.number[books.client],
        client_name=people.name[books.client],
        fund_account=books.number,
        custodian=books.custodian,
        currency=texts([words.currencies[name] for name in books.currency]),
        securities_account=np.concatenate([np.stack([accounts[market] for market in MARKETS]), nowhere]),
    )
