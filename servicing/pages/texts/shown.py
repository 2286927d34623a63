"""How a wording is shown: with the banned phrases marked in their place, and filled in for a client who does not exist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from crm.models import Staff
from servicing.messages.wording import sms_parts
from servicing.models import BannedPhrase, MessageText, TextVersion
from servicing.texts.facts import invented_facts
from servicing.texts.phrases import Finding, find_in_version
from servicing.texts.rendering import Rendered, render, unknown_in


@dataclass(frozen=True)
class Part:
    """A part of a wording in pieces: the text, and why it is banned ("": it is not)."""

    name: str
    pieces: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Shown:
    """A wording to look at; `preview` is missing where it cannot be filled in, `segments` where it is no SMS."""

    parts: Sequence[Part]
    findings: Sequence[Finding]
    unknown: Sequence[str]
    preview: Rendered | None
    segments: int | None


def shown_of(version: TextVersion, text: MessageText, phrases: Sequence[BannedPhrase], *, to: Staff, on: date) -> Shown:
    """A version, saved or not, as a page shows it."""
    said = {name: getattr(version, name) for name in version.GUARDED}
    findings = find_in_version(version, phrases)
    unknown = [word for part in said.values() for word in unknown_in(part)]
    facts = invented_facts(by=to, branch=text.branch, on=on, language=text.language)
    preview = None if unknown else render(version, facts)
    return Shown(
        parts_of(said, findings),
        findings,
        unknown,
        preview,
        sms_parts(version, facts, text.language) if preview and text.channel == MessageText.Channel.SMS else None,
    )


def parts_of(said: Mapping[str, str], findings: Sequence[Finding]) -> list[Part]:
    """What a version says by its columns, with the phrases that were found."""
    return [
        Part(_NAMES[name](), marked(part, [finding for finding in findings if finding.field == name]))
        for name, part in said.items()
        if part
    ]


def marked(text: str, findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """A text in pieces; phrases that overlap are one piece."""
    pieces, at = [], 0
    for finding in sorted(findings, key=lambda finding: finding.start):
        if finding.end <= at:
            continue
        start = max(at, finding.start)
        pieces += [(text[at:start], ""), (text[start : finding.end], finding.why)]
        at = finding.end
    return [piece for piece in [*pieces, (text[at:], "")] if piece[0]]


_NAMES = {"subject": lambda: _("Subject"), "body": lambda: _("Wording"), "risk_notice": lambda: _("Risk notice")}
