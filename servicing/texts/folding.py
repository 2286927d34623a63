"""One reading of a text for comparing: width, case, accents and traditional characters are one, and what stands between the
characters to hide a word (spaces, zero-width characters, punctuation, symbols) is passed over."""

import re
import unicodedata
from dataclasses import dataclass

BREAK = "\n"  # in a folded text: here a sentence ends
_ENDS = "。！？!?｡"
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n|\u2029")
_FULL_STOP = re.compile(r"(?<=[A-Za-z0-9)])[.](?=\s|$)")  # "保.本" is no end of a sentence
_FILLERS = {"\u115f", "\u1160", "\u3164", "\uffa0"}  # letters by category, nothing on screen
# Characters of promises, fees and markets; a phrase with another one is banned in both writings.
_SIMPLER = str.maketrans(
    "證穩賺漲諾權無風險內託戶損虧領紅額買賣資產個選這點報導獲絕對擔"
    "補償給為與從還賠錢財賬應預測準確實業務約簽協議單據開銷擬達標號",
    "证稳赚涨诺权无风险内托户损亏领红额买卖资产个选这点报导获绝对担"
    "补偿给为与从还赔钱财账应预测准确实业务约签协议单据开销拟达标号",
)


@dataclass(frozen=True)
class Folded:
    """A text for comparing, and for each of its characters the place in the text that it came from."""

    text: str
    places: tuple[int, ...]


def fold(text: str) -> Folded:
    """Fold a text; sentences and paragraphs are parted by BREAK."""
    ends = {match.start() for pattern in (_PARAGRAPH, _FULL_STOP) for match in pattern.finditer(text)}
    found: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        if place in ends or character in _ENDS:
            found.append((BREAK, place))
            continue
        parts = unicodedata.normalize("NFKD", character).casefold()
        found.extend((part.translate(_SIMPLER), place) for part in parts if _is_read(part))
    return Folded("".join(part for part, _place in found), tuple(place for _part, place in found))


def _is_read(character: str) -> bool:
    """Letters and figures are read; marks, spaces, punctuation, symbols and modifiers are not."""
    category = unicodedata.category(character)
    return category[0] in "LN" and category != "Lm" and character not in _FILLERS
