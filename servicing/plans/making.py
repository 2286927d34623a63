"""A service plan in one click (S4): from the standard of the client's tier, what the client is entitled to, and the needs
that are known."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client, Need
from crm.audit import tell
from crm.calendar import worked_from, working_days
from crm.lib.refusals import Refused
from crm.models import Publication, Staff
from segmentation.models import Behaviour, Standing
from segmentation.thresholds import threshold
from servicing.items import Entitlement, case_of, catalogue_of, entitlements, offered
from servicing.items.words import joined
from servicing.models import PointEntry, ServiceItem, ServicePlan, ServiceStandard
from servicing.plans.content import Action, Written
from servicing.plans.saving import MOST_NEEDS, keep_revision
from servicing.standards import standards_on

Level = ServiceStandard.Level
_CLOSURE = timedelta(days=30)  # longer than any


@dataclass(frozen=True)
class Circumstances:
    """What a plan starts from: the standard of the tier (None: nobody decided one, or the client stands in no night), what
    the client is entitled to, what is on offer at all, and the names that people typed for items, by code."""

    standard: ServiceStandard | None
    entitled: list[Entitlement]
    offered: frozenset[str]
    names: dict[str, str]

    @property
    def owed_days(self) -> int | None:
        """The cadence that the standard owes."""
        return self.standard.cadence_days if self.standard else None

    def review_after(self, day: date) -> date:
        """The day on which what is written on a day is looked at again: after the days of the standard, or of the number
        where there is no standard."""
        return day + timedelta(days=self.standard.review_days if self.standard else threshold("plan_review", day))


def circumstances_of(
    client: Client,
    day: date,
    night: Publication | None = None,
    standing: Standing | None = None,
    behaviour: Behaviour | None = None,
) -> Circumstances:
    """The circumstances of a client on a day, by the current night of the branch or the one that the caller has read, with
    what it says of the client."""
    if night is None:
        nights = Publication.objects.current().filter(branch=client.branch_id)
        night = nights.select_related("basis__scheme").first()
        if night is not None:
            standing = Standing.objects.filter(publication=night, client=client).first()
            behaviour = Behaviour.objects.filter(publication=night, client=client).first()
    items = catalogue_of(ServiceItem.objects.begun([client.branch], day), client.branch_id)
    on_offer = offered(items)
    codes, names = frozenset(item.code for item in on_offer), {item.code: item.name for item in items if item.name}
    if night is None or standing is None or client.closed_on is not None:
        return Circumstances(None, [], codes, names)
    standing.client = client
    is_asked = any("points_earned" in item.rule for item in on_offer)
    points = PointEntry.objects.of_client(client).earned().total() if is_asked else 0
    case = case_of(standing, night.basis.scheme, behaviour, night.as_of, points=points)
    standard = standards_on(client.branch, day).get(standing.tier)
    return Circumstances(standard, entitlements(on_offer, case), codes, names)


def make_plan(client: Client, *, by: Staff, at: datetime) -> ServicePlan:
    """Make the plan of a client, or find the one in force: a double click adds nothing. Raises Refused for a client who has
    closed the account."""
    if client.closed_on is not None:
        raise Refused(_("The client has closed the account."))
    today = timezone.localdate(at)
    written = first_words(client, circumstances_of(client, today), today)
    try:
        with transaction.atomic():
            there = ServicePlan.objects.of_client(client).first()
            if there is not None:
                return there
            plan = ServicePlan.objects.create(
                branch=client.branch, client=client, phase_from=today, made_by=by, made_at=at, **written.columns()
            )
            keep_revision(plan, by=by, at=at, why=_("made from the standard"))
            tell("make-plan", plan, by=by, actions=len(written.actions))
            return plan
    except IntegrityError:  # the other of two identical clicks was quicker
        return ServicePlan.objects.of_client(client).get()


def first_words(client: Client, known: Circumstances, today: date) -> Written:
    """What a new plan says: items that take the advisor's time and can be planned ahead become actions, a week apart and on
    working days; where no need is known, the first thing to do is to ask."""
    needs = needs_of(client)
    ahead = [one.item for one in known.entitled if one.item.minutes and one.item.shelf_hours is None]
    review = known.review_after(today)
    last = max(review, today + timedelta(weeks=len(ahead) + 1)) + _CLOSURE
    working = working_days(today, last)
    actions = [
        Action(
            new_id(),
            "",
            item.code,
            worked_from(today + timedelta(weeks=week), working),
            max(1, 365 // item.times_a_year),
        )
        for week, item in enumerate(ahead, 1)
    ]
    if not needs:
        ask = Action(
            new_id(),
            _("Ask what the client needs from us, and write it down"),
            "",
            worked_from(today + timedelta(days=7), working),
            None,
        )
        actions.insert(0, ask)
    return Written(_goal(known.standard), tuple(needs), tuple(actions), known.owed_days, worked_from(review, working))


def needs_of(client: Client) -> list[str]:
    """The latest word on each need that the client has (P8), the strongest first, as lines."""
    latest: dict[str, Need] = {}
    for need in Need.objects.of_client(client).standing().order_by("noted_on", "pk"):
        latest[need.kind] = need
    strong = sorted((need for need in latest.values() if need.strength), key=lambda need: -need.strength)
    return [_line(need) for need in strong[:MOST_NEEDS]]


def _line(need: Need) -> str:
    words = _("{need} ({strength})").format(need=need.get_kind_display(), strength=need.get_strength_display())
    return joined(words, need.note)[:200]


def _goal(standard: ServiceStandard | None) -> str:
    level = standard.level if standard else Level.ACCOUNTABLE
    words = {
        Level.PASSIVE: _("The client knows whom to ask, and hears what everybody should know."),
        Level.ACCOUNTABLE: _("The client is asked whether all is well, and every question gets an answer."),
        Level.PROACTIVE: _("The client hears from us before having to ask."),
        Level.PARTNER: _("The client makes no larger decision about the account without having talked to us."),
    }
    return words[Level(level)]


def new_id() -> str:
    """The id of an action that is new in a plan."""
    return uuid4().hex[:8]
