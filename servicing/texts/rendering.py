"""A wording with its placeholders filled in. What is not known is an error, never an empty hole in a message."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import pgettext_lazy

from servicing.models import TextVersion

# The closed list: what a wording may leave open, by the word that is stored. Chinese names are written as well.
PLACEHOLDERS = {
    "address": pgettext_lazy("placeholder", "form of address"),
    "advisor": pgettext_lazy("placeholder", "advisor"),
    "branch": pgettext_lazy("placeholder", "branch"),
    "date": pgettext_lazy("placeholder", "date"),
    "item": pgettext_lazy("placeholder", "service item"),
    "opt_out": pgettext_lazy("placeholder", "how to opt out"),
    "material": pgettext_lazy("placeholder", "link to the material"),
}
_CHINESE = {
    "称呼": "address",
    "客户经理": "advisor",
    "投资顾问": "advisor",
    "营业部": "branch",
    "日期": "date",
    "服务项目": "item",
    "退订方式": "opt_out",
    "资料链接": "material",
}
_HOLE = re.compile(r"[{｛]\s*([^{}｛｝]*?)\s*[}｝]")
_STRAY = re.compile(r"[{}｛｝]")
_BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = set("^{}\\[~]|€")  # take two places of the basic alphabet


class PlaceholderError(ValueError):
    """A wording cannot be filled in: `unknown` are not on the closed list (or a brace stands alone), `missing` have no value."""

    def __init__(self, *, unknown: list[str], missing: list[str]) -> None:
        super().__init__(f"unknown {unknown}, missing {missing}")
        self.unknown, self.missing = unknown, missing


@dataclass(frozen=True)
class Rendered:
    """What is said or sent; the risk notice is the last paragraph of the body."""

    subject: str
    body: str


def render(version: TextVersion, facts: Mapping[str, str]) -> Rendered:
    """Fill a version in with what is known, by the words of PLACEHOLDERS. Raises PlaceholderError where the wording asks for
    what is not on the list or not known; a value is never read for placeholders itself."""
    body = f"{version.body}\n{version.risk_notice}" if version.risk_notice else version.body
    asked = placeholders(version.subject) | placeholders(body)
    missing = sorted(name for name in asked if not facts.get(name, "").strip())
    unknown = [*unknown_in(version.subject), *unknown_in(body)]
    if unknown or missing:
        raise PlaceholderError(unknown=unknown, missing=missing)
    return Rendered(" ".join(_fill(version.subject, facts).split()), _fill(body, facts))


def placeholders(text: str) -> set[str]:
    """The placeholders of the closed list that a text uses."""
    return {name for name in map(_name, _HOLE.findall(text)) if name in PLACEHOLDERS}


def offered() -> list[tuple[str, str]]:
    """The placeholders for who writes: as they are written in the reader's language, and what they stand for."""
    words = ((name, str(word)) for name, word in PLACEHOLDERS.items())
    return [(f"{{{word if word in _CHINESE else name}}}", word) for name, word in words]


def unknown_in(text: str) -> list[str]:
    """What looks like a placeholder and is none, as it is written; a brace that stands alone as well."""
    return list(_unknown(text))


def sms_segments(text: str) -> int:
    """How many messages an SMS of this text is charged as: 160 characters of the basic alphabet or 70 others, in a longer one
    153 or 67 each."""
    if set(text) <= _BASIC | _TWICE:
        length, whole, part = len(text) + sum(character in _TWICE for character in text), 160, 153
    else:
        length, whole, part = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= whole else -(-length // part)


def _unknown(text: str) -> Iterator[str]:
    for match in _HOLE.finditer(text):
        if _name(match[1]) not in PLACEHOLDERS:
            yield match[0]
    yield from _STRAY.findall(_HOLE.sub("", text))


def _name(written: str) -> str:
    return _CHINESE.get(written, written)


def _fill(text: str, facts: Mapping[str, str]) -> str:
    return _HOLE.sub(lambda match: facts[_name(match[1])].strip(), text)
