"""What a relationship lacks, in words."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicing.relationships.rules import Lack


def _silent(lack: Lack) -> str:
    told = ngettext("no contact of ours for {n} day", "no contact of ours for {n} days", lack.count).format(
        n=lack.count
    )
    most = ngettext("{what}, at most {days} is allowed", "{what}, at most {days} are allowed", lack.wanted)
    return most.format(what=told, days=lack.wanted)


def _unanswered(lack: Lack) -> str:
    return ngettext(
        "what the client asked is unanswered for {n} day",
        "what the client asked is unanswered for {n} days",
        lack.count,
    ).format(n=lack.count)


def _late(lack: Lack) -> str:
    told = ngettext(
        "our last contact was {n} day ago, owed every {days}",
        "our last contact was {n} days ago, owed every {days}",
        lack.count,
    )
    return told.format(n=lack.count, days=lack.wanted)


def _seldom(lack: Lack) -> str:
    told = ngettext("{n} contact of ours, {wanted} are owed", "{n} contacts of ours, {wanted} are owed", lack.count)
    return told.format(n=lack.count, wanted=lack.wanted)


def _promises(lack: Lack) -> str:
    return ngettext("{n} promise is overdue", "{n} promises are overdue", lack.count).format(n=lack.count)


WORDS: Mapping[str, Callable[[Lack], str]] = {
    "never": lambda _lack: _("no contact of ours on record"),
    "silent": _silent,
    "unanswered": _unanswered,
    "late": _late,
    "seldom": _seldom,
    "one_way": lambda _lack: _("the client has begun no conversation"),
    "promises": _promises,
}


def lack_words(lack: Lack | None) -> str:
    """What is missing, empty where nothing is."""
    return WORDS[lack.code](lack) if lack else ""
