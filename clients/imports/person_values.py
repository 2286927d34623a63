"""Personal values of a client: one canonical form per identity document, the look-up keys, and the seals."""

import re
from functools import lru_cache
from uuid import UUID

from clients.pinyin import initials_of, pinyin_of
from crm.lib.crypto import blind_index, seal

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_BETWEEN = re.compile(r"[\s\-]")
_CODE, _PERSON, _OLD_PERSON = re.compile(r"[0-9A-Z]{18}"), re.compile(r"\d{17}[\dX]"), re.compile(r"\d{15}")


def canonical_identity(number: str) -> str:
    """One form per person or institution (P5): a 15-digit identity number becomes its 18-digit upgrade, a 统一社会信用代码
    the 组织机构代码 that it contains; blanks, hyphens and case do not count."""
    text = (number if number.isalnum() else _BETWEEN.sub("", number)).upper()
    if len(text) == 18 and _CODE.fullmatch(text):
        # a credit code may consist of digits alone; no identity number begins with 9
        return text[8:17] if text[0] == "9" or not _PERSON.fullmatch(text) else text
    if _OLD_PERSON.fullmatch(text):
        stem = text[:6] + "19" + text[6:]
        return stem + _CHECKS[sum(int(d) * w for d, w in zip(stem, _WEIGHTS, strict=True)) % 11]
    return text


def indexes(identity: str | None, phone: str | None) -> tuple[str | None, str | None, str | None]:
    """Blind indexes of identity, phone and the phone's last four digits; None where the file says nothing."""
    identity_index = blind_index(canonical_identity(identity), column="identity") if identity else None
    digits = phone if phone and phone.isdecimal() else re.sub(r"\D", "", phone or "")
    if not digits:
        return identity_index, None, None
    return identity_index, blind_index(digits, column="phone"), blind_index(digits[-4:], column="phone_tail")


def card_index(card: str | None) -> str | None:
    """Blind index of a bank card; None where the file says nothing."""
    return blind_index(re.sub(r"\s", "", card), column="card") if card else None


def sealed(value: str | None, *, table: str, column: str, owner: UUID) -> str:
    """A sealed value, '' for nothing."""
    return seal(value or "", table=table, column=column, owner=owner)


@lru_cache(maxsize=65_536)
def search_keys(name: str) -> tuple[str, str]:
    """All readings of a name in pinyin and by initials, each reading after a bar: |zhangsan, |zs."""
    return "".join(f"|{p}" for p in pinyin_of(name))[:400], "".join(f"|{i}" for i in initials_of(name))[:120]
