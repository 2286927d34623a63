"""What an event did: shares of clients whose knowledge rose, their intervals, and when nothing can be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Background
from servicing.events.answering import Answers, record_answers
from servicing.events.effect import Effect, Share, effect_of, rose
from tests.servicing.desk import DAY
from tests.servicing.event_hall import OVER, held, make_hall

LEVELS = [level for level in Background.Knowledge.values if level]
counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("rose_count", "n", "low", "high"), [(0, 10, 0.0, 0.2775), (1, 10, 0.0179, 0.4042), (15, 20, 0.5313, 0.8881)]
)
def test_the_interval_of_a_share_is_wilsons(rose_count: int, n: int, low: float, high: float) -> None:
    """Vectors: the published tables of Wilson's 95 % interval."""
    share = Share(rose_count, n)
    assert (share.low, share.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_the_interval_of_the_difference_is_newcombes() -> None:
    """Vector: 56/70 against 48/80 (Newcombe 1998, method 10): 0.0524 to 0.3339."""
    effect = Effect(Share(56, 70), Share(48, 80), 20)
    assert (effect.low, effect.high) == (pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3339, abs=1e-4))
    assert effect.verdict == "above"


@given(counts, counts)
def test_the_difference_lies_in_its_interval_and_turns_round_with_the_sides(one: tuple, other: tuple) -> None:
    effect, back = Effect(Share(*one), Share(*other), 1), Effect(Share(*other), Share(*one), 1)
    assert -1 <= effect.low <= effect.value <= effect.high <= 1
    assert (back.low, back.high) == (pytest.approx(-effect.high), pytest.approx(-effect.low))


@pytest.mark.parametrize(("came", "others"), [(19, 500), (500, 19)])
def test_with_fewer_clients_on_either_side_nothing_can_be_told(came: int, others: int) -> None:
    assert Effect(Share(came, came), Share(0, others), 20).verdict == "unknown"
    assert Effect(Share(20, 20), Share(0, 20), 20).verdict == "above"


def test_a_level_rises_only_upwards() -> None:
    risen = [(before, after) for before in LEVELS for after in LEVELS if rose(before, after)]
    assert len(risen) == 6
    assert ("none", "vague") in risen
    assert ("expert", "some") not in risen


@pytest.mark.django_db
def test_who_came_is_compared_with_who_did_not_and_who_could_not_rise_is_left_out() -> None:
    hall = make_hall()
    event, found = held(hall, 3, 2)
    top, *_rest = found
    type(top).objects.filter(pk=top.pk).update(knowledge_before="expert")
    levels = ["expert", "some", "vague", "vague", "some"]
    for guest, level in zip(found, levels, strict=True):
        scores = (4, 4) if guest.attendance == "came" else (None, None)
        record_answers(guest, Answers(level, *scores), seen=0, by=hall.advisor, at=OVER)
    effect = effect_of(event, DAY)
    assert (effect.came, effect.others) == (Share(1, 2), Share(1, 2))
    assert not effect.can_tell
