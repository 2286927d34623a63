"""Random sequences of imports, corrections, replaced days and undos agree with a model of a page of plain Python."""

import os
from dataclasses import dataclass, field
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.invariants import broken, broken_batches
from clients.models import ImportBatch, Trade
from tests.clients import files
from tests.clients.desk import Desk

DAYS = ("2026-11-02", "2026-11-03")
OWNERS = ("000", "001")
Key = tuple[str, str, str]  # client number, day, deal number
Said = dict[Key, int]  # what a file says: fee in yuan of each deal
Readings = list[tuple[int, int]]  # who said what of one deal, the last word last: (number of the file, fee)
_branches = count(1)


@dataclass
class Model:
    """Facts as stacks of readings. A file pushes, its undo pops, what nobody in force has said does not come back."""

    facts: dict[Key, Readings] = field(default_factory=dict)
    said: dict[int, Said] = field(default_factory=dict)
    taken_away: dict[int, dict[Key, Readings]] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)

    def bring(self, number: int, said: Said, *, replace: bool) -> None:
        known = any(self.said[other] == said for other in self.said if other not in self.undone)
        self.said[number], self.taken_away[number] = said, {}
        if replace:
            spoken_of = {key[:2] for key in said}
            for key in [k for k in self.facts if k[:2] in spoken_of and k not in said]:
                self.taken_away[number][key] = self.facts.pop(key)
        for key, fee in said.items():
            if key not in self.facts:
                self.facts[key] = [(number, fee)]
            elif self.facts[key][-1][1] != fee and not known:
                self.facts[key].append((number, fee))

    def undo(self, number: int) -> None:
        self.undone.add(number)
        for key, readings in list(self.facts.items()):
            if readings[-1][0] == number:
                self._put(key, readings)
        for key, readings in self.taken_away[number].items():
            if key not in self.facts:
                self._put(key, readings)

    def _put(self, key: Key, readings: Readings) -> None:
        while readings and readings[-1][0] in self.undone:
            readings.pop()
        self.facts[key] = readings
        if not readings:
            del self.facts[key]

    def fees(self) -> dict[Key, int]:
        return {key: readings[-1][1] * 100 for key, readings in self.facts.items()}


KEYS = st.tuples(st.sampled_from(OWNERS), st.sampled_from(DAYS), st.sampled_from(("D1", "D2", "D3")))
FILE = st.dictionaries(KEYS, st.integers(1, 3), min_size=1, max_size=5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("bring"), FILE),
        st.tuples(st.just("bring"), FILE),
        st.tuples(st.just("replace"), FILE),
        st.tuples(st.just("again"), st.integers(0, 5)),
        st.tuples(st.just("undo"), st.integers(0, 5)),
        st.tuples(st.just("undo"), st.integers(0, 5)),
    ),
    min_size=4,
    max_size=9,
)


@settings(
    max_examples=int(os.environ.get("CRM_EXAMPLES", "5")),
    deadline=None,
    derandomize="CRM_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_any_order_of_imports_and_undos_leaves_what_the_model_says(desk: Desk, steps: list[tuple[str, object]]) -> None:
    code = f"{next(_branches):04d}"
    branch = desk.branch(code)
    desk.bring([files.client(number, branch=code) for number in OWNERS])
    model, batches, contents = Model(), [], []
    for what, value in steps:
        if what == "undo":
            if not batches or value in model.undone or not isinstance(value, int) or value >= len(batches):
                continue
            desk.undo(ImportBatch.objects.get(pk=batches[value].pk))
            model.undo(value)
        else:
            if what == "again":
                if not contents:
                    continue
                assert isinstance(value, int)
                said = dict(reversed(contents[value % len(contents)].items()))
            else:
                assert isinstance(value, dict)
                said = value
            rows = [files.trade(*key, commission=f"{fee}.00", branch=code) for key, fee in said.items()]
            batches.append(desk.bring(rows, replace_days=what == "replace"))
            model.bring(len(contents), said, replace=what == "replace")
            contents.append(said)
        rows_now = Trade.objects.filter(branch=branch).values_list(
            "client__client_number", "traded_on", "deal_key", "commission_minor"
        )
        assert {(n, str(day), key): fee for n, day, key, fee in rows_now} == model.fees(), (what, value)
    assert [sentence for sentence in broken(branch) if "advisor" not in sentence] == []
    assert list(broken_batches()) == []
