"""Names are found by how they are read; surnames by how they are read as surnames."""

import pytest

from clients.imports.person_values import search_keys
from clients.pinyin import initials_of, pinyin_of


@pytest.mark.parametrize(
    ("name", "reading", "initials"),
    [
        ("曾国藩", "zengguofan", "zgf"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("解缙", "xiejin", "xj"),
        ("仇英", "qiuying", "qy"),
        ("查良镛", "zhaliangyong", "zly"),
        ("区大任", "oudaren", "odr"),
        ("翟让", "zhairang", "zr"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟卨", "moqi", "mq"),
        ("任盈盈", "renyingying", "ryy"),
        ("张三", "zhangsan", "zs"),
        ("吕布", "lvbu", "lb"),
        ("欧阳修", "ouyangxiu", "oyx"),
    ],
)
def test_a_surname_is_read_as_a_surname_first(name: str, reading: str, initials: str) -> None:
    assert pinyin_of(name)[0].startswith(reading)
    assert initials_of(name)[0].startswith(initials)


def test_every_common_reading_of_a_name_finds_it() -> None:
    assert {"zengle", "zengyue"} <= set(pinyin_of("曾乐"))
    assert len(pinyin_of("乐乐乐乐乐")) <= 6


def test_a_character_that_is_a_surname_keeps_its_own_reading_inside_a_name() -> None:
    assert pinyin_of("王单")[0] == "wangdan"


def test_names_of_institutions_and_foreigners_have_keys() -> None:
    assert pinyin_of("ABC贸易")[0] == "abcmaoyi"
    assert initials_of("ABC贸易")[0] == "abcmy"
    assert pinyin_of("") == [""]


def test_the_search_keys_stand_behind_bars_and_fit_their_columns() -> None:
    assert search_keys("张三") == ("|zhangsan", "|zs")
    pinyin, initials = search_keys("重庆长江乐行投资管理有限责任公司第一证券投资基金" * 5)
    assert len(pinyin) <= 400
    assert len(initials) <= 120
