"""F5: history follows the instrument, not the code."""

from datetime import date

import pytest

from clients.models import Instrument, InstrumentCode
from clients.securities import Seen, codes_of, register

pytestmark = pytest.mark.django_db


def seen(code: str, day: date, name: str = "临江科技", market: str = "bj") -> Seen:
    return Seen(market, code, name, "bse", day, day)


def test_a_beijing_share_keeps_its_history_when_its_code_moves_to_920() -> None:
    register([seen("835185", date(2025, 3, 4)), seen("920185", date(2025, 10, 9))])
    assert Instrument.objects.count() == 1
    assert codes_of("bj", "920185") == ["835185", "920185"] == codes_of("bj", "835185")


def test_the_order_in_which_files_come_in_does_not_matter() -> None:
    register([seen("920185", date(2025, 10, 9))])
    register([seen("835185", date(2025, 3, 4))])
    assert codes_of("bj", "920185") == ["835185", "920185"]


def test_another_share_with_the_same_last_digits_is_another_instrument() -> None:
    register([seen("835185", date(2025, 3, 4)), seen("920185", date(2025, 10, 9), name="望湖股份")])
    assert codes_of("bj", "920185") == ["920185"]


def test_registering_the_same_codes_twice_adds_nothing_and_an_earlier_day_moves_the_start() -> None:
    assert register([seen("600519", date(2026, 2, 2), market="sh")]) == 1
    assert register([seen("600519", date(2025, 2, 3), market="sh")]) == 0
    assert InstrumentCode.objects.get(code="600519").from_day == date(2025, 2, 3)
