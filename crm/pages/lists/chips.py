"""The conditions of a list as chips: what each says, the address without it, and the forms that change it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.models import Staff
from crm.pages.list_filters import Filters
from crm.pages.lists.conditions import MOST_PARTS, Condition


def form_address(filters: Filters, **more: object) -> str:
    """Where a condition is typed for this list: `at` a group (an or), or `edit` of a part of one."""
    on = filters.address().partition("?")[2]
    return f"{reverse('condition-form')}?{urlencode({'on': on, **more})}"


def chips_of(filters: Filters, user: Staff) -> list[Mapping[str, Any]]:
    """One entry per group; its chips stand in a box where there are several."""
    groups = filters.all_groups()
    found: list[Mapping[str, Any]] = []
    for at, group in enumerate(groups):
        chips = []
        for part, condition in enumerate(group):
            rest = tuple(one for one in group if one is not condition)
            others = [*groups[:at], *([rest] if rest else []), *groups[at + 1 :]]
            chips.append(
                {
                    **said(condition, user, filters.branch),
                    "remove": filters.with_groups(others).address(),
                    "edit": form_address(filters, edit=f"{at}.{part}"),
                }
            )
        or_url = form_address(filters, at=at) if len(group) < MOST_PARTS else ""
        found.append({"any": chips, "or_url": or_url})
    return found


def said(condition: Condition, user: Staff, branch: str = "") -> dict[str, Any]:
    """Name, operator and value of a condition in words."""
    attribute, value = condition.attribute, condition.value
    options = attribute.options(user, value if isinstance(value, tuple) else (), branch)
    op, words = attribute.kind.words(value, options)
    if attribute.never and condition.operand == "none":
        words = str(attribute.never)
    if condition.negated:
        turned = pgettext("condition", "not")
        op = _("is not") if op == pgettext("condition", "is") else f"{turned} {op}".strip()
    return {"name": attribute.label, "op": op, "value": words}
