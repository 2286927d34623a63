"""The phrase guard (S14): however a promise is written, it is found; what promises nothing is left alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicing.models import BannedPhrase, TextVersion
from servicing.texts.phrases import find_in_version, find_phrases, folded_phrase, phrases_on

WORDS = ("保本", "稳赚", "承诺收益", "代客操作", "无风险", "guaranteed return", "risk free")
BANNED = [BannedPhrase(phrase=word, folded=folded_phrase(word), why="承诺收益") for word in WORDS]
HIDING = " \t　\u200b\u200d\ufeff\u00ad\u2060·、，,.*_-—～/“”\"'（）()《》【】…\u3164\ufe0f★😀^+"
ENDS = "。！？!?"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("这款产品保本", "保本"),
        ("保 本", "保本"),
        ("保\u200b\u200d本", "保本"),
        ("保.本、稳", "保本"),
        ("保\n本", "保本"),
        ("我们【承】【诺】【收】【益】", "承诺收益"),
        ("穩賺不賠", "稳赚"),
        ("無風險", "无风险"),
        ("GUARANTEED   returns of 8%", "guaranteed return"),
        ("ｇｕａｒａｎｔｅｅｄ ｒｅｔｕｒｎ", "guaranteed return"),
        ("Guarantéed return", "guaranteed return"),
        ("it is risk-free", "risk free"),
    ],
)
def test_a_promise_is_found_however_it_is_written(text: str, phrase: str) -> None:
    assert [finding.phrase for finding in find_phrases(text, BANNED)] == [phrase]


@pytest.mark.parametrize(
    "text",
    [
        "本金有损失的可能，请量力而行。",
        "请您担保。本周五下午有讲座。",
        "您能来确保！本周五见。",
        "先谈担保\n\n本周另约时间",
        "We walked through brisk freedom talks.",
        "The fee is guaranteed. Return the form by Friday.",
        "",
    ],
)
def test_what_promises_nothing_is_left_alone(text: str) -> None:
    assert find_phrases(text, BANNED) == []


def test_a_finding_says_where_the_words_stand_as_they_are_written() -> None:
    (finding,) = find_phrases("您好，这是保 *本* 产品", BANNED)
    assert (finding.start, finding.end, finding.written) == (5, 9, "保 *本")
    assert "您好，这是保 *本* 产品"[finding.start : finding.end] == finding.written


@given(
    st.sampled_from(WORDS),
    st.lists(st.text(HIDING, max_size=4), min_size=20, max_size=20),
    st.text("您好谢谢", max_size=5),
)
def test_nothing_put_between_the_characters_hides_a_phrase(word: str, hiding: list[str], before: str) -> None:
    hidden = "".join(character + hiding[place] for place, character in enumerate(word[:-1])) + word[-1]
    assert word in {finding.phrase for finding in find_phrases(f"{before}{hidden}谢谢", BANNED)}


@given(st.sampled_from(WORDS), st.integers(1, 30), st.sampled_from(ENDS), st.text(HIDING, max_size=3))
def test_what_a_sentence_end_parts_is_never_joined(word: str, place: int, end: str, around: str) -> None:
    at = 1 + place % (len(word) - 1)
    assert find_phrases(f"{word[:at]}{around}{end}{around}{word[at:]}", BANNED) == []


@given(st.text(max_size=60))
def test_whatever_is_written_each_finding_lies_in_the_text_and_is_the_phrase(text: str) -> None:
    for finding in find_phrases(text, BANNED):
        assert 0 <= finding.start < finding.end <= len(text)
        assert folded_phrase(finding.phrase) in folded_phrase(finding.written)


def test_every_part_of_a_version_is_read() -> None:
    version = TextVersion(subject="稳赚一课", body="保本", risk_notice="无风险")
    found = [(finding.field, finding.phrase) for finding in find_in_version(version, BANNED)]
    assert found == [("subject", "稳赚"), ("body", "保本"), ("risk_notice", "无风险")]


@pytest.mark.django_db
def test_the_first_phrases_are_stored_as_they_are_compared_and_each_finds_itself() -> None:
    phrases = phrases_on(date(2026, 11, 20))
    assert len(phrases) > 20
    for phrase in phrases:
        assert phrase.folded == folded_phrase(phrase.phrase)
        assert phrase.phrase in {finding.phrase for finding in find_phrases(phrase.phrase, phrases)}


@pytest.mark.django_db
def test_a_phrase_counts_from_its_first_day_until_the_day_it_ends() -> None:
    BannedPhrase.objects.all().delete()
    BannedPhrase.objects.create(
        phrase="包过", folded="包过", why="承诺", from_day=date(2026, 3, 1), until_day=date(2026, 6, 1)
    )
    days = {
        day: bool(phrases_on(day)) for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 1))
    }
    assert list(days.values()) == [False, True, True, False]
