"""The fields of the two card files: clients and their accounts, as they stand on the last day."""

import numpy as np

from crm.demo.blocks import Block, World
from crm.demo.books import HKD, MAIN, MARGIN, USD, securities_accounts
from crm.demo.dialects.layout import Words
from crm.demo.fact_rows import Fields
from crm.demo.habits import EMPTY, STEADY
from crm.demo.kinds import Days, Flags, Ints, Texts, texts
from crm.demo.lookups import days_as_text
from crm.demo.people import RISKS
from crm.demo.staff import advisors

FUND_KINDS = {MAIN: "fund", MARGIN: "margin", HKD: "fund", USD: "fund"}
SECURITIES_KINDS = {
    (MAIN, "sh"): "sh_a",
    (MAIN, "sz"): "sz_a",
    (MAIN, "bj"): "bj_a",
    (MARGIN, "sh"): "sh_margin",
    (MARGIN, "sz"): "sz_margin",
    (HKD, "hk"): "hk",
    (HKD, "sz"): "sz_b",
    (USD, "sh"): "sh_b",
}
LONG_TERM = "长期"


def closed_flags(block: Block, last: int) -> Flags:
    """Who has closed the account by the last day (an index of trading days)."""
    return block.habits.closes & (block.habits.leaves <= last)


def client_states(block: Block, world: World) -> Texts:
    """The broker's own state of each client; the few frozen ones are frozen by a court."""
    habits, people = block.habits, block.people
    last = len(world.market) - 1
    gone = (habits.leaves <= last) & ~habits.closes
    old = people.opened_on < np.datetime64("2013-01-01")
    asleep = (habits.story == EMPTY) & old & (habits.stops < 0) & (people.sequence % 3 == 0)
    frozen = (habits.story == STEADY) & ((people.sequence * 2_654_435_761 + 501) % 1000 < 3)
    found = np.select(
        [closed_flags(block, last), gone & ~habits.sells_out, asleep, frozen],
        ["closed", "transferred_out", "dormant", "frozen"],
        "normal",
    )
    return found.astype(object)


def closing_days(block: Block, world: World) -> Texts:
    """The day of closing in the plan's form, empty for whoever stays."""
    last = len(world.market) - 1
    day = world.plan.days[np.minimum(block.habits.leaves, last)].astype(str).astype(object)
    return np.where(closed_flags(block, last), day, "")


def _in_words(values: Texts, words: Words) -> Texts:
    return texts([words.of(value) for value in values])


def _shown(days: Days, words: Words) -> Texts:
    return days_as_text(days, words.day)


def _restyled(days: Texts, words: Words) -> Texts:
    return texts([day.replace("-", "") for day in days]) if words.day == "%Y%m%d" else days


def client_fields(block: Block, *, world: World, words: Words) -> Fields:
    """Fields of the client file, one row per client, closed ones included."""
    people = block.people
    team = advisors(world.plan, block.branch)
    risk = np.where(people.institution & (people.risk == 0), 1, people.risk)
    return {
        "client_number": people.number,
        "branch_code": block.branch.code,
        "branch_name": block.branch.name,
        "advisor_code": texts([advisor.code for advisor in team])[people.advisor],
        "advisor_name": texts([advisor.name for advisor in team])[people.advisor],
        "name": people.name,
        "client_kind": _in_words(np.where(people.institution, "institution", "individual"), words),
        "identity_type": people.identity_type,
        "identity_number": people.identity,
        "identity_expires_on": np.where(people.for_life, LONG_TERM, _shown(people.identity_expires_on, words)),
        "phone": people.phone,
        "email": people.email,
        "address": people.address,
        "birthday": np.where(people.institution, "", _shown(_as_kept(people.born_on, people.lunar), words)),
        "birthday_calendar": np.where(
            people.institution, "", _in_words(np.where(people.lunar, "lunar", "solar"), words)
        ),
        "opened_on": _shown(people.opened_on, words),
        "closed_on": _restyled(closing_days(block, world), words),
        "state": _in_words(client_states(block, world), words),
        "source": people.source,
        "occupation": people.occupation,
        "education": people.education,
        "form_of_address": people.address_form,
        "risk_level": texts(list(RISKS))[risk],
        "risk_expires_on": _shown(people.risk_expires_on, words),
        "professional": _in_words(np.where(people.professional, "yes", "no"), words),
        "bank_card": people.card,
    }


def _as_kept(born_on: Days, lunar: Flags) -> Days:
    """A lunar birthday is some weeks earlier in its own calendar; days beyond the 28th are avoided."""
    shifted = born_on - 33
    month = shifted.astype("datetime64[M]").astype("datetime64[D]")
    return np.where(lunar, month + np.minimum((shifted - month).astype(np.int64), 27), born_on)


def account_fields(block: Block, *, world: World, words: Words) -> Fields:
    """Fields of the account file: fund accounts first, then the securities accounts under each."""
    books, people = block.books, block.people
    securities = securities_accounts(people, books, block.branch, world.listing)
    book: list[Ints] = [np.arange(len(books))]
    number: list[Texts] = [books.number]
    kind: list[Texts] = [texts([FUND_KINDS[k] for k in books.kind.tolist()])]
    for (fund_kind, market), name in SECURITIES_KINDS.items():
        here = np.flatnonzero((books.kind == fund_kind) & (securities[market] != ""))
        book.append(here)
        number.append(securities[market][here])
        kind.append(np.full(len(here), name, dtype=object))
    of = np.concatenate(book)
    order = np.argsort(of, kind="stable")
    of, numbers, kinds = of[order], np.concatenate(number)[order], np.concatenate(kind)[order]
    client = books.client[of]
    fund = numbers == books.number[of]
    state = client_states(block, world)[client]
    everyone = block.branch.first_client + people.sequence[client]
    return {
        "client_number": people.number[client],
        "branch_code": block.branch.code,
        "client_name": people.name[client],
        "account_number": numbers,
        "account_kind": _in_words(kinds, words),
        "parent_account": np.where(fund, "", books.number[of]),
        "one_code": texts([f"18{(n * 10_007 + 33) % 10**10:010d}" for n in everyone.tolist()]),
        "currency": texts([words.currencies[name] for name in books.currency[of]]),
        "is_main": _in_words(np.where(fund & (books.kind[of] == MAIN), "yes", "no"), words),
        "custodian_bank": np.where(fund, books.custodian[of], ""),
        "bank_card": np.where(fund, people.card[client], ""),
        "state": _in_words(np.where(state == "dormant", "normal", state), words),
        "opened_on": _shown(people.opened_on, words)[client],
        "closed_on": _restyled(closing_days(block, world), words)[client],
    }
