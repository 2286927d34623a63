"""A wording filled in: nothing unknown, nothing empty, nothing read twice; and what an SMS of it costs."""

import pytest
from django.utils import translation

from servicing.models import TextVersion
from servicing.texts.rendering import (
    PLACEHOLDERS,
    PlaceholderError,
    offered,
    placeholders,
    render,
    sms_segments,
    unknown_in,
)

FACTS = {"address": "沈老师", "advisor": "林知远", "branch": "临江路营业部", "date": "11月27日"}


def version(body: str, **more: str) -> TextVersion:
    return TextVersion(body=body, **more)


def test_placeholders_are_filled_in_by_either_name_and_the_risk_notice_ends_the_body() -> None:
    told = version("{称呼}您好，我是{ branch }｛advisor｝。", subject="致{称呼}", risk_notice="投资有风险。")
    rendered = render(told, FACTS)
    assert rendered.subject == "致沈老师"
    assert rendered.body == "沈老师您好，我是临江路营业部林知远。\n投资有风险。"


@pytest.mark.parametrize(
    ("body", "facts", "unknown", "missing"),
    [
        ("{name}您好", FACTS, ["{name}"], []),
        ("{称呼您好", FACTS, ["{"], []),
        ("{}您好", FACTS, ["{}"], []),
        ("{item}已备好", FACTS, [], ["item"]),
        ("{称呼}您好", {"address": "  "}, [], ["address"]),
    ],
)
def test_what_is_unknown_or_missing_is_an_error_and_never_an_empty_hole(
    body: str, facts: dict[str, str], unknown: list[str], missing: list[str]
) -> None:
    with pytest.raises(PlaceholderError) as raised:
        render(version(body), facts)
    assert (raised.value.unknown, raised.value.missing) == (unknown, missing)


def test_a_value_is_never_read_for_placeholders_and_breaks_no_subject() -> None:
    facts = {**FACTS, "address": "{advisor}\nBcc: x"}
    assert render(version("{称呼}"), facts).body == "{advisor}\nBcc: x"
    assert render(version("-", subject="致{称呼}"), facts).subject == "致{advisor} Bcc: x"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_offered_to_writers_is_what_can_be_filled_in(language: str) -> None:
    with translation.override(language):
        written = "".join(written for written, _word in offered())
    assert unknown_in(written) == []
    assert placeholders(written) == set(PLACEHOLDERS)
    assert ("{称呼}" in written) == (language == "zh-hans")


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("好" * 70, 1),
        ("好" * 71, 2),
        ("好" * 134, 2),
        ("好" * 135, 3),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 159 + "€", 2),
        ("a" * 71 + "好", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_an_sms_is_counted_as_networks_charge_it(text: str, segments: int) -> None:
    assert sms_segments(text) == segments
