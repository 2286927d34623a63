"""What a version changes is told so that both wordings can be read from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicing.texts.differences import differences

WORDING = st.text("您好近来 可。！\nab1", max_size=60)


@given(WORDING, WORDING)
def test_the_pieces_make_up_both_wordings(before: str, after: str) -> None:
    pieces = differences(before, after)
    assert "".join(text for kind, text in pieces if kind != "new") == before
    assert "".join(text for kind, text in pieces if kind != "gone") == after
    assert all(text for _kind, text in pieces)


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        (
            "您好。近来可好？",
            "您好。近来都好？",
            [("same", "您好。近来"), ("gone", "可"), ("new", "都"), ("same", "好？")],
        ),
        ("一。二。", "一。", [("same", "一。"), ("gone", "二。")]),
        ("", "新", [("new", "新")]),
        ("call me today", "call me tomorrow", [("same", "call me "), ("gone", "today"), ("new", "tomorrow")]),
    ],
)
def test_a_change_within_a_sentence_is_shown_word_by_word(
    before: str, after: str, pieces: list[tuple[str, str]]
) -> None:
    assert differences(before, after) == pieces
