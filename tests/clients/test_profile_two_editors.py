"""In whatever order two people open and save one card, no write is lost without the other having seen it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import CardChange, Client, PreferenceCard
from clients.profile.opening import Opened, Stale, open_card, store
from crm.models import Staff
from tests.clients.profile_firm import make_firm
from tests.crm import page_firm

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
FIELDS = ("seat", "drink")
STEPS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(("open", "save")), st.sampled_from(FIELDS), st.sampled_from("甲乙丙")),
    max_size=14,
)


@dataclass
class Desk:
    """Two editors with the card of one client open, and what is known to have been written."""

    client: Client
    people: tuple[Staff, Staff]
    open: list[Opened | None] = field(default_factory=lambda: [None, None])
    moment: datetime = AT

    def card(self) -> Opened:
        found = open_card("preferences", self.client)
        assert found is not None
        return found

    def step(self, who: int, what: str, column: str, text: str) -> None:
        if what == "open":
            self.open[who] = self.card()
            return
        seen = self.open[who]
        if seen is None:
            return
        before = self.card()
        self.moment += timedelta(minutes=1)
        typed: dict[str, Any] = {**seen.values, column: text}
        said = {"key": None, "token": seen.token, "by": self.people[who], "at": self.moment}
        told, change = None, None
        try:
            change = store("preferences", self.client, typed, **said)
        except Stale as stale:
            told = stale.now
        if told is not None:
            assert self.card().values == before.values  # nothing was written …
            assert told.values == before.values  # … and what is there is told
            self.open[who] = told
            return
        now = self.card()
        assert now.values == typed
        if change is None:
            assert before.values == typed
        else:
            assert before.values == seen.values  # whoever overwrote had seen what was there
        self.open[who] = now


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_interleaving_loses_a_write_silently(steps: list[tuple[int, str, str, str]]) -> None:
    Staff.objects.exists() or make_firm()
    advisor, manager = Staff.objects.order_by("username")
    desk = Desk(page_firm.client(advisor.branches.get(), "沈慕云", advisor=advisor), (advisor, manager))
    for step in steps:
        desk.step(*step)
    changes = list(CardChange.objects.filter(client=desk.client).order_by("version"))
    assert [change.version for change in changes] == list(range(1, len(changes) + 1))
    for earlier, later in pairwise(changes):
        assert later.before == earlier.after
    if changes:
        row = PreferenceCard.objects.get(client=desk.client)
        assert {name: getattr(row, name) for name in FIELDS} == {name: changes[-1].after[name] for name in FIELDS}
