"""The phrase guard (S14): finds what no text may promise, however it is written. Phrases are dated rows, added and ended,
never deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from servicing.models import BannedPhrase
from servicing.models.versions import Version
from servicing.texts.folding import BREAK, fold


@dataclass(frozen=True)
class Finding:
    """A banned phrase in a text: from `start` to before `end`, as it is `written` there; `field` names the part of a version."""

    phrase: str
    why: str
    start: int
    end: int
    written: str
    field: str = ""


def find_phrases(text: str, phrases: Iterable[BannedPhrase], *, field: str = "") -> list[Finding]:
    """Every banned phrase in a text, in reading order. A sentence end parts: what stands before it never joins what stands
    after. A Latin phrase begins at the beginning of a word."""
    folded = fold(text)
    found = []
    for phrase in phrases:
        at = folded.text.find(phrase.folded) if phrase.folded else -1
        while at >= 0:
            start, end = folded.places[at], folded.places[at + len(phrase.folded) - 1] + 1
            if not (phrase.folded[0].isascii() and _is_inside_word(text, start)):
                found.append(Finding(phrase.phrase, phrase.why, start, end, text[start:end], field))
            at = folded.text.find(phrase.folded, at + 1)
    return sorted(found, key=lambda finding: (finding.start, finding.end))


def find_in_version(version: Version, phrases: Sequence[BannedPhrase]) -> list[Finding]:
    """The same over all that a version says."""
    return [
        finding for name in version.GUARDED for finding in find_phrases(getattr(version, name), phrases, field=name)
    ]


def phrases_on(day: date) -> Sequence[BannedPhrase]:
    """What no text may say on a day."""
    return list(BannedPhrase.objects.in_force(day).order_by("pk"))


def folded_phrase(phrase: str) -> str:
    """A phrase as it is compared; empty where there is nothing to compare."""
    return fold(phrase).text.replace(BREAK, "")


def _is_inside_word(text: str, start: int) -> bool:
    return start > 0 and text[start - 1].isascii() and text[start - 1].isalnum()
