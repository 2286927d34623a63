"""A block of clients of one branch: invented together, so that a firm of any size needs little memory."""

from collections.abc import Iterator
from dataclasses import dataclass

from crm.demo import books, habits, people, state, story
from crm.demo.instruments import Listing, draw_listing
from crm.demo.kinds import Ints
from crm.demo.market import Market, Rates, draw_market, draw_rates
from crm.demo.plan import BLOCK, Branch, Plan


@dataclass(frozen=True)
class World:
    """What all clients share: the plan, the securities, their prices and the exchange rates."""

    plan: Plan
    listing: Listing
    market: Market
    rates: Rates


@dataclass(frozen=True)
class Block:
    """Some clients of a branch with everything that happened to them; columns as named in `ledger`."""

    branch: Branch
    index: int
    habits: habits.Habits
    people: people.People
    books: books.Books
    rows: dict[str, Ints]
    moves: dict[str, Ints]
    assets: dict[str, Ints]
    holdings: dict[str, Ints]


def invent_world(plan: Plan) -> World:
    """Draw the market of the plan; it does not depend on the number of clients."""
    listing = draw_listing(plan.random(3))
    market = draw_market(plan.random(4), days=plan.days, listing=listing)
    return World(plan, listing, market, draw_rates(plan.random(5), days=plan.days))


def invent_blocks(world: World, branch: Branch) -> Iterator[Block]:
    """Invent a branch block by block; each block has its own stream of random numbers."""
    for index, start in enumerate(range(0, branch.clients, BLOCK)):
        yield _invent(world, branch, index, start, min(BLOCK, branch.clients - start))


def _invent(world: World, branch: Branch, index: int, start: int, count: int) -> Block:
    random = world.plan.random(6, branch.index, index)
    habit = habits.draw_habits(random, count=count, day_count=len(world.market))
    folk = people.draw_people(random, plan=world.plan, branch=branch, start=start, habits=habit)
    accounts = books.draw_books(random, branch=branch, people=folk, habits=habit, listing=world.listing)
    begun = state.begin(
        random, books=accounts, habits=habit, channel=folk.channel, listing=world.listing, market=world.market
    )
    story.tell(begun)
    return Block(
        branch=branch,
        index=index,
        habits=habit,
        people=folk,
        books=accounts,
        rows=begun.rows.close(),
        moves=begun.moves.close(),
        assets=begun.assets.close(),
        holdings=begun.holdings.close(),
    )
