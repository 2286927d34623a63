"""The catalogue of service items: everybody reads what is offered, and whoever sees clients which of them are entitled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm import access
from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.models import Publication
from segmentation.models import Behaviour, Standing
from servicing.channels import channel_words
from servicing.items import case_of, catalogue_of, entitled
from servicing.items.entitlements import reasons_for
from servicing.items.words import name_of, reason_words, rule_words
from servicing.models import PointEntry, ServiceItem
from servicing.pages.decided_lists import DecidedList
from servicing.pages.nights import nights_of

ROWS = 50
BY_ASSETS = Order("net_assets_fen", int, descending=True, tie="client_id")


@dataclass(frozen=True)
class Offer:
    """A row of the catalogue in words; `is_own`: decided for the scope itself."""

    item: ServiceItem
    is_own: bool = True

    @property
    def name(self) -> str:
        """What it is called."""
        return name_of(self.item)

    @property
    def who(self) -> str:
        """Who is entitled."""
        return rule_words(self.item.rule)

    @property
    def channels(self) -> str:
        """How it is delivered."""
        return channel_words(self.item.channels)


@require_safe
def item_list(request: HttpRequest) -> HttpResponse:
    """What is offered now, by the firm and by each branch that the reader sees and that decided for itself."""
    return LIST.show(request, reads_clients=not staff_of(request).is_admin)


@require_safe
@only("advisor", "manager", "compliance")
def item_clients(request: HttpRequest, code: str) -> HttpResponse:
    """The reader's clients of one branch who are entitled to an item, each with the reason, largest assets first."""
    user, today = staff_of(request), timezone.localdate()
    nights = list(nights_of(user))
    asked = request.GET.get("branch", "")
    night = next((night for night in nights if night.branch.code == asked or not asked), None)
    rows = ServiceItem.objects.visible_to(user).filter(code=code)
    counting = catalogue_of(rows.begun([night.branch] if night else [], today), night.branch_id if night else None)
    if not counting or (asked and night is None):
        raise Http404
    item = counting[0]
    context: dict[str, Any] = {"offer": Offer(item), "night": night, "rows": [], "branches": []}
    if night:
        seen = Standing.objects.visible_to(user).of_nights([night.pk]).for_table()
        found = entitled(seen, item.rule, night.basis.scheme, night.as_of) if not item.is_ended else seen.none()
        page, links = asked_page(request, found, BY_ASSETS, size=ROWS)
        context |= {"rows": _reasons(page.rows, item, night), "as_of": night.as_of, **_kept(links, asked)}
        context["branches"] = [(one.branch.code, one.branch.name) for one in nights]
    context |= {"sees_names": access.sees_names(user), "shows_advisor": not user.is_advisor, "branch": asked}
    return render(request, "servicing/item_clients.html", context)


def _reasons(rows: Sequence[Standing], item: ServiceItem, night: Publication) -> list[tuple[Standing, str]]:
    clients = [row.client_id for row in rows]
    behaviours = Behaviour.objects.of_nights([night.pk]).filter(client__in=clients) if clients else []
    behaved = {row.client_id: row for row in behaviours}
    points = PointEntry.objects.earned_by(clients) if "points_earned" in item.rule else {}
    found = []
    for row in rows:
        earned = points.get(row.client_id, 0)
        case = case_of(row, night.basis.scheme, behaved.get(row.client_id), night.as_of, points=earned)
        found.append((row, " · ".join(reason_words(reason) for reason in reasons_for(item.rule, case) or ())))
    return found


def _kept(links: dict[str, str], branch: str) -> dict[str, str]:
    """The addresses of the pages around, in the same branch."""
    return {name: f"{link}&branch={branch}" if link and branch else link for name, link in links.items()}


LIST = DecidedList(
    rows=ServiceItem.objects.all,
    counting=catalogue_of,
    holding=lambda counting, branch: [Offer(row, row.branch_id == branch) for row in counting],
    shown=Offer,
    noun="item",
)
