"""How numbers, money and days are written for the two languages of the house."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import trans_real
from hypothesis import given
from hypothesis import strategies as st

from crm.lib import formats
from crm.lib.texts import LOCALES, compile_catalogue
from crm.settings import BASE_DIR
from crm.templatetags import parts


@pytest.fixture(autouse=True, scope="module")
def compiled() -> None:
    """The texts as `make demo` compiles them."""
    for locale in LOCALES:
        compile_catalogue(BASE_DIR, locale)
    trans_real._translations.clear()


@pytest.fixture
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (4_697_581, "46,975.81"),
        (0, "0.00"),
        (-1, "−0.01"),
        (-123_050, "−1,230.50"),
        (None, "—"),
    ],
)
def test_a_table_shows_full_yuan_and_a_wide_minus(fen: int | None, written: str) -> None:
    assert formats.yuan(fen) == written


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (986_600, "9,866 元"),
        (999_949, "9,999 元"),
        (999_950, "1.0 万元"),
        (635_700_000, "635.7 万元"),
        (999_995_000_000, "100.00 亿元"),
        (9_999_940_000, "9,999.9 万元"),
        (9_999_950_000, "1.00 亿元"),
        (118_400_000_000, "11.84 亿元"),
        (-118_400_000_000, "−11.84 亿元"),
        (None, "—"),
    ],
)
@pytest.mark.usefixtures("chinese")
def test_a_sum_takes_the_unit_that_fits_after_rounding(fen: int | None, written: str) -> None:
    assert formats.summary(fen) == written


@pytest.mark.usefixtures("english")
def test_an_english_reader_counts_in_millions() -> None:
    assert formats.summary(63_100_000) == "631,000 yuan"
    assert formats.summary(635_700_000) == "6.36 m yuan"
    assert formats.summary(118_400_000_000) == "1.18 bn yuan"


def test_a_boundary_is_exact_to_the_fen() -> None:
    assert formats.exact(123_050) == "¥1,230.50"
    assert formats.exact(-1) == "−¥0.01"
    assert formats.stake(3_060_349) == "¥30,603"
    assert formats.stake(3_060_350) == "¥30,604"


@given(st.integers(-(10**15), 10**15))
def test_written_yuan_can_be_read_back_to_the_fen(fen: int) -> None:
    assert int(Decimal(formats.yuan(fen).replace(",", "").replace("−", "-")) * 100) == fen


@given(st.integers(-(10**15), 10**15))
def test_every_sum_stays_below_the_figure_at_which_the_next_unit_takes_over(fen: int) -> None:
    with translation.override("zh-hans"):
        figure, unit = formats.summary_parts(fen)
    bare = abs(Decimal(figure.replace(",", "").replace("−", "-")))
    assert unit == "亿元" or bare < 10_000
    per = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}[unit]
    assert abs(bare * per - abs(fen)) <= Decimal(per) / {"元": 2, "万元": 20, "亿元": 200}[unit]


@pytest.mark.parametrize(
    ("rate", "written"),
    [(0.021, "+2.1%"), (-0.032, "−3.2%"), (0, "0.0%"), (-0.0001, "0.0%"), (0.0005, "+0.1%"), (None, "—")],
)
def test_a_change_always_has_its_sign_and_zero_has_none(rate: float | None, written: str) -> None:
    assert formats.change(rate) == written


def test_halves_round_up_as_the_rules_want_and_not_to_even() -> None:
    assert formats.percent(0.125) == "13%"
    assert formats.percent(0.115) == "12%"
    assert formats.decimal(2.25) == "2.3"
    assert formats.wan(250_000) == "0.3"


def test_prices_and_quantities_show_the_decimals_they_have() -> None:
    assert formats.price(410_500) == "41.05"
    assert formats.price(1_184_205) == "118.4205"
    assert formats.price(10_000) == "1.00"
    assert formats.quantity(200_000) == "2,000"
    assert formats.quantity(30_050) == "300.50"
    assert formats.minor(123_050, "HKD") == "1,230.50 HKD"


@pytest.mark.usefixtures("chinese")
def test_days_and_moments_are_those_of_shanghai() -> None:
    assert formats.moment(datetime(2026, 11, 20, 17, 52, tzinfo=UTC)) == "2026-11-21 01:52"
    assert formats.day(datetime(2026, 11, 20, 17, 52, tzinfo=UTC)) == "2026-11-21"
    assert formats.day_short(date(2026, 11, 20), date(2026, 12, 31)) == "11-20"
    assert formats.day_short(date(2025, 11, 20), date(2026, 12, 31)) == "2025-11-20"
    assert formats.weekday(date(2026, 11, 25)) == "周三"
    assert formats.ago(date(2026, 9, 18), date(2026, 11, 20)) == "63 天前"
    assert formats.ago(date(2026, 11, 20), date(2026, 11, 20)) == "今天"


@pytest.mark.usefixtures("chinese")
def test_durations_keep_two_units() -> None:
    assert formats.duration(1.94) == "1.9 秒"
    assert formats.duration(41) == "41 秒"
    assert formats.duration(401) == "6 分 41 秒"
    assert formats.duration(7501) == "2 小时 5 分"


def test_sizes_of_files() -> None:
    assert formats.size(231_000) == "231 kB"
    assert formats.size(2_900_000) == "2.9 MB"
    assert formats.size(11) == "11 B"


@pytest.mark.usefixtures("chinese")
def test_risk_is_bars_and_a_word_and_never_a_market_colour() -> None:
    html = parts.risk("raised", 0.27)
    assert "较高" in html
    assert "27%" in html
    assert html.count('class="f"') == 3
    assert "up" not in html.split(">")[0]
    assert "%" not in parts.risk("high")
    assert parts.risk(None) == "—"


@pytest.mark.usefixtures("chinese")
def test_a_configured_tier_label_is_escaped() -> None:
    assert parts.tier("vip") == '<span class="tier v">VIP</span>'
    assert "<b>" not in parts.tier("key", "<b>")
    assert parts.tier(None) == "—"


@pytest.mark.parametrize(("rate", "way"), [(0.021, "up"), (-0.032, "down"), (0.0, "m")])
def test_market_colours_follow_the_sign(rate: float, way: str) -> None:
    assert parts.change(rate).startswith(f'<span class="{way}">')


def test_bars_never_leave_their_box() -> None:
    assert 'class="fg" width="56.0"' in parts.meter(1.7)
    assert 'class="fg" width="0.0"' in parts.meter(-3)
    assert parts.sparkline([5]) == ""
    assert "nan" not in parts.sparkline([5, None, 5]).lower()


def test_the_filters_are_there_for_templates() -> None:
    page = Template("{% load formats %}{{ fen|yuan }} {{ fen|wan }} {{ tail|mask_tail }}")
    assert page.render(Context({"fen": 4_697_581, "tail": "310100008801"})) == "46,975.81 4.7 ••••8801"


def test_the_unit_behind_a_number_of_clients_is_singular_for_one() -> None:
    said = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said[language] = [formats.clients(n) for n in (None, 1, 2)]
    assert said == {"en": ["clients", "client", "clients"], "zh-hans": ["户"] * 3}
