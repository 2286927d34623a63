"""One condition of the client list: its attribute is chosen, its operand typed; then the list opens with it. Nothing is
written, so all of it is read by GET and works without a script."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.lib.http import is_swap, only, staff_of
from crm.models import Staff
from crm.pages.list_filters import Filters
from crm.pages.lists.attributes import ATTRIBUTES, SUBJECTS
from crm.pages.lists.chips import form_address
from crm.pages.lists.conditions import MOST_GROUPS, Condition, Group
from crm.pages.lists.kinds import BadOperand


@dataclass(frozen=True)
class Place:
    """Where the condition goes: a group of its own, beside the parts of a group, or in the place of one."""

    group: int | None = None
    part: int | None = None

    @classmethod
    def read(cls, query: QueryDict, groups: list[Group]) -> "Place":
        """The place that an address names; one that is not there is a group of its own."""
        at, _dot, part = (query.get("edit") or query.get("at") or "").partition(".")
        if not (at.isascii() and at.isdigit() and int(at[:4]) < len(groups)):
            return cls()
        group = int(at)
        if part.isascii() and part.isdigit() and int(part[:4]) < len(groups[group]):
            return cls(group, int(part))
        return cls(group)

    def put(self, groups: list[Group], condition: Condition) -> list[Group]:
        """The groups with the condition in its place."""
        if self.group is None:
            return [*groups, (condition,)]
        parts = list(groups[self.group])
        if self.part is None:
            parts.append(condition)
        else:
            parts[self.part] = condition
        return [*groups[: self.group], tuple(dict.fromkeys(parts)), *groups[self.group + 1 :]]


@require_safe
@only("advisor", "manager", "compliance")
def condition_form(request: HttpRequest) -> HttpResponse:
    """The menu of attributes, the form of one, or the list that was asked for."""
    user, query = staff_of(request), request.GET
    filters = Filters.read(QueryDict(query.get("on", "")[:4000]))
    groups = filters.all_groups()
    place = Place.read(query, groups)
    known = groups[place.group][place.part] if place.group is not None and place.part is not None else None
    attribute = ATTRIBUTES.get(query.get("name", known.name if known else ""))
    context: dict[str, Any] = {"filters": filters, "on": query.get("on", "")[:4000], "place": query}
    if attribute is None or user.role in attribute.hidden_from:
        return _shown(request, {**context, "subjects": _menu(user, filters, query)}, 200)
    if known and known.name != attribute.name:
        known = None
    context |= {
        "attribute": attribute,
        "form": attribute.kind.form,
        "filled": attribute.kind.filled(known.value) if known else {},
        "negated": bool(known and known.negated),
        "hint": attribute.kind.hint() if hasattr(attribute.kind, "hint") else "",
    }
    status = 200
    if query.get("go"):
        data = {name: query.get(name, "") for name in query} | {"c_values": query.getlist("c_value")}
        try:
            condition = Condition(attribute.name, attribute.kind.typed(data), bool(query.get("c_not")))
            if place.group is None and len(groups) >= MOST_GROUPS:
                raise BadOperand(form=_("These are as many conditions as a list takes."))
        except BadOperand as bad:
            context |= {"wrong": bad.fields, "filled": _typed(query), "negated": bool(query.get("c_not"))}
            status = 422
        else:
            return _opened(request, filters.with_groups(place.put(groups, condition)))
    chosen = known.value if known and isinstance(known.value, tuple) else ()
    context["options"] = attribute.options(user, chosen, filters.branch)
    return _shown(request, context, status)


def _typed(query: QueryDict) -> dict[str, Any]:
    filled: dict[str, Any] = {
        name.removeprefix("c_"): query.get(name) for name in query if name.startswith("c_") and name != "c_not"
    }
    return filled | {"values": set(query.getlist("c_value"))}


def _menu(user: Staff, filters: Filters, query: QueryDict) -> list[dict[str, Any]]:
    place = {name: query[name] for name in ("at", "edit") if name in query}
    return [
        {
            "label": subject.label,
            "attributes": [
                {"label": one.label, "href": form_address(filters, name=one.name, **place)}
                for one in subject.attributes
                if user.role not in one.hidden_from
            ],
        }
        for subject in SUBJECTS
    ]


def _opened(request: HttpRequest, filters: Filters) -> HttpResponse:
    if not is_swap(request):
        return redirect(filters.address())
    response = HttpResponse(status=204)
    response["HX-Redirect"] = filters.address()
    return response


def _shown(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    template = "crm/lists/_condition.html" if is_swap(request) else "crm/lists/condition.html"
    return render(request, template, context, status=status)
