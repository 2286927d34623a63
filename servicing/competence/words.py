"""Papers, and what they are asked for, in words."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.models import CommissionRate
from crm.lib import formats
from segmentation.models import Tier
from servicing.competence.rules import BUSINESS, KINDS, RISK, TIER, Verdict
from servicing.models import Paper

_SUBJECTS: Mapping[str, str | Promise] = {
    TIER: gettext_lazy("Serve: {of}"),
    RISK: gettext_lazy("Offer products from {of} on"),
    BUSINESS: gettext_lazy("Agree on fees: {of}"),
}


def subject_words(subject: str) -> str:
    """What papers are asked for."""
    kind, _colon, code = subject.partition(":")
    of = {TIER: dict(Tier.choices), BUSINESS: dict(CommissionRate.Product.choices)}.get(kind, {}).get(code, code)
    return str(_SUBJECTS.get(kind, "{of}")).format(of=of)


def kind_words(kind: str) -> str:
    """What a licence or training is called."""
    return str(Paper.Kind(kind).label)


def needs_words(needs: Iterable[str]) -> str:
    """The papers that are asked for, in the fixed order; nothing any more."""
    asked = set(needs)
    return formats.listed(kind_words(kind) for kind in KINDS if kind in asked) or _("nothing any more")


def missing_words(verdict: Verdict) -> str:
    """What is missing, and since when it has."""
    if verdict.ended_on:
        return _("{paper} ended on {day}").format(paper=kind_words(verdict.kind), day=formats.day(verdict.ended_on))
    return _("no {paper}").format(paper=kind_words(verdict.kind))


def left_words(left: Collection[Verdict]) -> str:
    """How many clients were left out of a hand-over, and what was missing for how many."""
    told = ngettext("{n} client stays where it is", "{n} clients stay where they are", len(left)).format(n=len(left))
    reasons = Counter(missing_words(verdict) for verdict in left).most_common()
    return told + _(": {reasons}").format(reasons=", ".join(f"{why} ({n:,})" for why, n in reasons))
