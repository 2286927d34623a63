"""The appraisal of a branch's advisors (S11): how their clients fared between two nights beside what the mix of clients
predicts, what was owed and done, and the three-way view of client, advisor and branch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_safe

from crm.lib import formats
from crm.lib.http import only
from crm.models import Publication, Staff
from crm.pages.branch.clients import listed, sides
from crm.pages.branch.contacts import colleague
from crm.pages.branch.nights import Chosen, chosen, frame
from crm.pages.branch.threeways import ThreeWay, branch_words, sign_of, three_title, three_ways
from segmentation import losses
from segmentation.appraisals import Appraisal, appraise
from segmentation.models import Behaviour, Result
from segmentation.thresholds import thresholds
from servicing.activity import Activity, activity_of
from servicing.coverage import window
from servicing.perceptions import answers_by_advisor
from servicing.trends.sums import Beside, Strata, Sums, beside_others, together, whole

VERDICTS = {
    "above": pgettext_lazy("appraisal", "above what the mix predicts"),
    "as_expected": pgettext_lazy("appraisal", "as the mix predicts"),
    "below": pgettext_lazy("appraisal", "below what the mix predicts"),
}


@dataclass(frozen=True)
class Share:
    """A share of an advisor's cases, and the one that the other advisors have with the same mix (None: nothing to be held
    against)."""

    sums: Sums
    others: Beside | None

    @property
    def cases(self) -> int:
        """How many it is a share of."""
        return round(self.sums.n)

    @property
    def sign(self) -> str:
        """Better or worse where it surely is."""
        return sign_of(self.others)


@dataclass(frozen=True)
class Line:
    """One advisor: appraisal, what was done of what was owed, how many clients found their expectation met and how many
    contacts are told in full, and the three-way view, in which `clients` are those whose result is known, by trading style.
    `is_told`: there are enough clients to say more than numbers."""

    name: str
    found: Appraisal
    did: Activity
    met: Share
    contacts: Share
    clients: Strata
    is_told: bool
    clients_url: str
    lost_url: str
    three: ThreeWay

    @property
    def kept_rate(self) -> float | None:
        """The share of the scored clients that stayed."""
        return self.found.stay.observed / self.found.scored if self.found.scored else None

    @property
    def expected_rate(self) -> float | None:
        """The share that was expected to."""
        return self.found.stay.expected / self.found.scored if self.found.scored else None

    @property
    def profit_rate(self) -> float | None:
        """The share of clients with a profit, of those whose result is known."""
        known = whole(self.clients)
        return known.mean if known.n else None

    @property
    def money(self) -> Mapping[str, int]:
        """What the clients bring, what was expected, the difference and half its interval, in fen."""
        found = self.found.measure
        told = {"observed": found.observed, "expected": found.expected, "beyond": found.value, "half": found.half}
        return {name: round(yuan * 100) for name, yuan in told.items()}

    @property
    def place(self) -> tuple[bool, float, str]:
        """The order of the table: who has enough clients first, by clients kept beyond what was expected, per client."""
        per_client = self.found.stay.value / self.found.scored if self.found.scored else 0
        return (not self.is_told, -per_client if self.is_told else 0, self.name)

    @property
    def verdicts(self) -> tuple[str, str]:
        """What the intervals allow to say of clients kept and of what they bring."""
        return str(VERDICTS[self.found.stay.verdict]), str(VERDICTS[self.found.measure.verdict])


@require_safe
@only("manager", "compliance")
def branch_appraisal(request: HttpRequest) -> HttpResponse:
    """The advisors, those with too few clients apart and without a rank."""
    found = chosen(request)
    context = dict(frame(found, "branch-appraisal")) | {"earlier_too": True}
    if found.night is None or found.earlier is None:
        return render(request, "crm/branch_appraisal.html", context)
    numbers = thresholds(("appraisal_clients", "trend_least"), found.night.as_of)
    least = numbers["appraisal_clients"]
    lines = sorted(_lines(found, found.earlier, found.night, numbers), key=lambda line: line.place)
    context |= {
        "told": [line for line in lines if line.is_told],
        "few": [line for line in lines if not line.is_told],
        "least": least,
        "days": (found.night.as_of - found.earlier.as_of).days,
        "measure": found.night.basis.scheme.get_measure_display(),
        "title": _title(lines),
        "three_title": three_title([(line.name, line.three) for line in lines]),
        "branch_words": branch_words([(line.found.measure, line.did, line.clients) for line in lines]),
    }
    return render(request, "crm/branch_appraisal.html", context)


@require_safe
@only("manager", "compliance")
def lost_clients(request: HttpRequest) -> HttpResponse:
    """The clients whom an advisor had on the first day and lost since, as the appraisal counts them."""
    found = chosen(request)
    if found.night is None or found.earlier is None:
        raise Http404
    person, name = colleague(found.user, request.GET.get("advisor", ""))
    rows = losses.lost_clients(found.user, found.earlier, found.night).filter(advisor=person)
    days = {"earlier": formats.day(found.earlier.as_of), "later": formats.day(found.night.as_of)}
    title = _("Clients lost: {name}").format(name=name)
    between = _("between {earlier} and {later}; shown as on the first day").format(**days)
    context = listed(request, found, rows, title, between)
    context |= {"as_of": found.earlier.as_of, "other": found.night.as_of, "back": found.address("branch-appraisal")}
    context["sides"] = sides(found.user, context["page"], found.night, is_left=True)
    return render(request, "crm/branch_clients.html", context)


def _lines(found: Chosen, earlier: Publication, later: Publication, numbers: Mapping[str, int]) -> list[Line]:
    appraisals = appraise(found.user, earlier, later)
    first, last = earlier.as_of + timedelta(days=1), later.as_of
    did = _done(activity_of(found.user, later, first, last, today=timezone.localdate()))
    answers = answers_by_advisor(found.branch, *window(last, (last - first).days + 1))
    results = _results(found.user, later)
    names = dict(Staff.objects.filter(pk__in=[pk for pk in appraisals if pk]).values_list("pk", "name"))
    everybody, all_answers, all_did = together(results.values()), together(answers.values()), Activity()
    for acted in did.values():
        all_did.add(acted)
    least, lines = numbers["trend_least"], []
    for pk, one in appraisals.items():
        if pk is None:
            continue
        mine, acted = results.get(pk, {}), did.get(pk, Activity())
        is_told = one.scored >= numbers["appraisal_clients"]
        three = three_ways(one, acted, mine, all_did=all_did, everybody=everybody, is_told=is_told, least=least)
        met, contacts = (
            Share(whole(own), beside_others(own, of_all, least=least) if is_told else None)
            for own, of_all in ((answers.get(pk, {}), all_answers), (_in_full(acted), _in_full(all_did)))
        )
        links = found.of_list(advisor=pk), found.address("lost-client-list", advisor=pk)
        lines.append(Line(names[pk], one, acted, met, contacts, mine, is_told, *links, three))
    return lines


def _done(by_day: Mapping[Any, Mapping[int, Activity]]) -> Mapping[int, Activity]:
    whole: dict[int, Activity] = {}
    for people in by_day.values():
        for pk, did in people.items():
            whole.setdefault(pk, Activity()).add(did)
    return whole


def _in_full(did: Activity) -> Strata:
    return {"": Sums(did.contacts, did.full, did.full)}


def _results(user: Staff, night: Publication) -> Mapping[int, Strata]:
    """Advisor → trading style → today's clients whose result is known (B2), and how many of them made a profit."""
    rows = Behaviour.objects.visible_to(user).filter(publication=night).exclude(result="").order_by()
    profits = Count("pk", filter=Q(result=Result.PROFIT))
    found: dict[int, dict[str, Sums]] = {}
    told = rows.values_list("client__advisor", "position_band").annotate(Count("pk"), profits=profits)
    for pk, style, n, profit in told:
        found.setdefault(pk, {})[style] = Sums(n, profit, profit)
    return found


def _title(lines: list[Line]) -> str:
    """The finding: whose clients stayed otherwise than their mix predicts."""
    told = [line for line in lines if line.is_told]
    if not told:
        return _("Too few clients to compare advisors")
    other = sum(line.found.stay.verdict != "as_expected" for line in told)
    if not other:
        return _("Every advisor kept as many clients as their mix predicts")
    return ngettext(
        "{n} of {all} advisors kept another number of clients than their mix predicts",
        "{n} of {all} advisors kept another number of clients than their mix predicts",
        other,
    ).format(n=other, all=len(told))
