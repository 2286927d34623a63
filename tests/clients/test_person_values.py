"""One person, one document: 15 and 18 digits, organisation code and credit code (P5)."""

import pytest

from clients.imports.person_values import canonical_identity, card_index, indexes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("110105491231002", "11010519491231002X"),  # the example of the national standard GB 11643
        ("110105 491231 002", "11010519491231002x"),
        ("91350100M000100Y43", "M000100Y4"),  # a credit code contains the organisation code
        ("M000100Y-4", "M000100Y4"),
        ("91350100M000100Y43", "M000100Y-4"),
    ],
)
def test_two_writings_of_one_document_are_one(one: str, other: str) -> None:
    assert canonical_identity(one) == canonical_identity(other)
    assert indexes(one, None)[0] == indexes(other, None)[0]


def test_a_credit_code_of_digits_alone_is_not_taken_for_a_person() -> None:
    assert canonical_identity("911101081234567890") == "123456789"
    assert canonical_identity("110108199001011234") == "110108199001011234"


@pytest.mark.parametrize(
    ("one", "other"),
    [("110105491231002", "110105491231003"), ("E12345678", "E12345679"), ("11010519491231002X", "11010518491231002X")],
)
def test_different_documents_stay_different(one: str, other: str) -> None:
    assert canonical_identity(one) != canonical_identity(other)


def test_a_phone_is_found_whole_and_by_its_last_four_digits_however_it_is_written() -> None:
    _, whole, tail = indexes(None, "138-0000-1234")
    assert (whole, tail) == indexes(None, "13800001234")[1:]
    assert tail == indexes(None, "139 9999 1234")[2]
    assert whole != indexes(None, "139 9999 1234")[1]


def test_nothing_said_is_nothing_known() -> None:
    assert indexes(None, None) == (None, None, None)
    assert indexes("", "") == (None, None, None)
    assert card_index(None) is None
    assert card_index("6222 0212") == card_index("62220212")
