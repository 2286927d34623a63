"""Pinyin of names: all readings, surnames first by how they are read as surnames (曾 zeng, 单 shan, 解 xie)."""

from functools import cache
from itertools import islice, product

from pypinyin import Style, pinyin
from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

_SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "翟": "zhai", "任": "ren", "盖": "ge",
    "朴": "piao", "尹": "yin", "乐": "yue", "员": "yun", "缪": "miao", "宓": "mi", "覃": "qin", "石": "shi", "种": "chong",
    "重": "chong", "长": "zhang", "召": "shao", "繁": "po", "黑": "he", "秘": "bi", "冼": "xian", "折": "she", "逄": "pang",
    "祭": "zhai", "燕": "yan", "纪": "ji", "华": "hua", "葛": "ge", "令": "ling", "洗": "xian", "谌": "chen", "卜": "bu",
    "尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "澹台": "tantai", "单于": "chanyu", "宰父": "zaifu", "尉": "wei",
    "令狐": "linghu", "亓官": "qiguan", "欧阳": "ouyang", "司马": "sima", "上官": "shangguan", "诸葛": "zhuge",
    "夏侯": "xiahou", "皇甫": "huangfu", "公孙": "gongsun", "慕容": "murong", "司徒": "situ", "端木": "duanmu",
}  # fmt: skip
_MOST_READINGS = 6  # per name; more would only be rare characters read rarely


@cache
def _readings(character: str) -> tuple[str, ...]:
    known = PINYIN_DICT.get(ord(character))
    if not known:
        return (character.lower(),) if character.isalnum() else ("",)
    plain = [to_normal(reading).replace("ü", "v") for reading in known.split(",")]
    common = pinyin(character, style=Style.NORMAL)[0][0]
    return tuple(dict.fromkeys([common, *plain]))


def _syllables(name: str) -> list[tuple[str, ...]]:
    name = name.replace(" ", "")
    for length in (2, 1):
        surname = name[:length]
        if len(name) > length and surname in _SURNAMES:
            # The surname's own reading comes first and alone for compound ones, whose characters are read otherwise.
            first = (
                (_SURNAMES[surname],)
                if length == 2
                else tuple(dict.fromkeys([_SURNAMES[surname], *_readings(surname)]))
            )
            return [first, *(_readings(c) for c in name[length:])]
    return [_readings(c) for c in name]


def pinyin_of(name: str) -> list[str]:
    """The likely readings of a name without tones, at most six: 曾乐 → zengle, zengyue, cengle …"""
    return list(dict.fromkeys("".join(parts) for parts in islice(product(*_syllables(name)), _MOST_READINGS)))


def initials_of(name: str) -> list[str]:
    """The initials of those readings: 张三 → zs. A compound surname counts both characters: 尉迟恭 → ycg."""
    name = name.replace(" ", "")
    compound = {"尉迟": "yc", "万俟": "mq", "长孙": "zs", "澹台": "tt", "单于": "cy"}
    lead = compound.get(name[:2], "")
    syllables = [_readings(c) for c in name[2:]] if lead else _syllables(name)
    if not lead and name[:2] in _SURNAMES:
        lead, syllables = "".join(_readings(c)[0][:1] for c in name[:2]), [_readings(c) for c in name[2:]]
    parts = islice(product(*([(s[:1] for s in each) for each in syllables])), 64)
    return list(dict.fromkeys(lead + "".join(p) for p in parts))[:_MOST_READINGS]
