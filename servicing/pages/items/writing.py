"""Another row of the catalogue: the form, a look at how many clients it means and what it costs, and saving what was looked
at."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.deciding import Desk
from crm.models import Branch, Staff
from servicing.items import catalogue_of, supersede_item
from servicing.items.previews import preview_item
from servicing.items.words import name_of, rule_words
from servicing.models import ServiceItem
from servicing.pages.items.forms import ItemForm, initial_of
from servicing.pages.items.items import Offer
from servicing.pages.nights import nights_of


def _told_meanwhile(other: ServiceItem, who: str) -> str:
    told = _(
        "{who} has saved this item meanwhile, from {day}: {name}, {layer}, for {rule}. "
        "Look at it, then save again to let yours count from its own first day."
    )
    return told.format(
        who=who,
        day=other.from_day,
        name=name_of(other),
        layer=other.get_layer_display(),
        rule=rule_words(other.rule),
    )


def _begin(request: HttpRequest, user: Staff, branch: Branch | None) -> dict[str, Any]:
    """The form begins as a copy of the row that counts now; without one it is an item of one's own."""
    code = request.GET.get("code", "").replace("\0", "")
    begun = ServiceItem.objects.visible_to(user).begun([branch] if branch else [], timezone.localdate())
    there = next(iter(catalogue_of(begun.filter(code=code), branch.pk if branch else None)), None)
    return initial_of(there) | {"code": there.code} if there else {"code": f"own_{uuid4().hex[:12]}"}


def _preview(user: Staff, form: ItemForm) -> dict[str, Any]:
    """How many clients the row means and what it costs; nothing without a night."""
    row, read = form.row(), list(nights_of(user, form.scope()))
    if not read:
        return {}
    return {"preview": preview_item(row, read), "offer": Offer(row), "as_of": max(night.as_of for night in read)}


DESK = Desk(
    kind=ItemForm,
    begin=_begin,
    rows=ServiceItem.objects.visible_to,
    alike=lambda form: {"code": form.cleaned_data["code"]},
    told=_told_meanwhile,
    preview=_preview,
    save=supersede_item,
    noun="item",
)
