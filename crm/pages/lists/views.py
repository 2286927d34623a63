"""The views of the client list: the usual questions, and those that people saved. Each is nothing but an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, UUIDField, Value
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.models import ListChoice, SavedView, Staff
from crm.pages.list_filters import ALL, Filters
from crm.pages.lists.columns import read_columns
from crm.pages.lists.conditions import Condition


@dataclass(frozen=True)
class UsualView:
    """A view that everybody has: a token, its name, its conditions."""

    token: str
    label: str | Promise
    filters: Filters


_KEPT = ("pk", "uid", "owner_id", "name", "query", "columns", "sort", "is_shared", "made_at")


def _group(name: str, operand: str) -> Any:
    return (Condition(name, operand),)


USUAL_VIEWS = (
    UsualView(ALL, _("All"), Filters()),
    UsualView("keep", _("Worth keeping"), Filters(tiers=("vip", "key"), bands=("high", "raised"))),
    UsualView("risen", _("Risk up last night"), Filters(news="risk")),
    UsualView("moved", _("Tier changed last night"), Filters(news="tier", sort="-measure")),
    UsualView("near", _("Near a boundary"), Filters(near=True, sort="-measure")),
    UsualView("asleep", _("Dormant with assets"), Filters(states=("dormant",), sort="-assets")),
    UsualView("new", _("Opened in 90 days"), Filters(groups=(_group("opened", "..90d"),), sort="-opened")),
    UsualView("silent", _("No contact for 30 days"), Filters(groups=(_group("last_contact", "30d.."),))),
)


@dataclass(frozen=True)
class Lists:
    """What one reader keeps for the list: own and shared views, own columns, the view that opens first."""

    user: Staff
    views: Sequence[SavedView]
    choice: ListChoice
    owners: Mapping[int, str]  # names of those whose views they are

    @property
    def first(self) -> Filters | None:
        """The view that opens first, where somebody chose another than all."""
        for usual in USUAL_VIEWS[1:]:
            if usual.token == self.choice.first_view:
                return usual.filters
        saved = self.view(self.choice.first_view)
        return filters_of(saved) if saved else None

    def view(self, uid: str) -> SavedView | None:
        """A saved view that the reader sees."""
        return next((one for one in self.views if uid and str(one.uid) == uid), None)

    def columns(self, filters: Filters) -> tuple[str, ...]:
        """The columns that hold: of the address, of the view, the reader's own; empty: the usual ones."""
        saved = self.view(filters.view)
        of_view = read_columns(saved.columns) if saved else ()
        return filters.columns or of_view or read_columns(self.choice.columns)


def lists_of(user: Staff) -> Lists:
    """What a reader keeps, in one query: a row of each view, and one of the reader's choice, which has no uid."""
    views = SavedView.objects.visible_to(user).kept().order_by()
    choice = ListChoice.objects.filter(staff=user)
    rows = views.values_list(*_KEPT, "owner__name").union(
        choice.values_list(
            *("pk", Value(None, UUIDField()), "staff", "first_view", Value(""), "columns", Value("")),
            *(Value(False), Value(None, DateTimeField()), Value("")),
        ),
        all=True,
    )
    found, owners, chosen = [], dict[int, str](), ListChoice(staff=user)
    for *told, owner in rows:
        row = dict(zip(_KEPT, told, strict=True))
        if row["uid"] is None:
            chosen = ListChoice(pk=row["pk"], staff=user, columns=row["columns"], first_view=row["name"])
        else:
            found.append(SavedView(**row))
            owners[row["owner_id"]] = owner
    return Lists(user, sorted(found, key=lambda view: (view.made_at, view.pk)), chosen, owners)


def filters_of(view: SavedView) -> Filters:
    """What a saved view asks for; what is no condition any more is left out."""
    return replace(Filters.read(QueryDict(view.query)), sort=view.sort, view=str(view.uid))


def query_of(filters: Filters) -> str:
    """The conditions of a list as a view keeps them: without sort, columns, size and the view they came from."""
    plain = replace(filters, sort="", columns=(), view="", size=50, day=None)
    return plain.address().partition("?")[2]


def tabs_of(lists: Lists, here: Filters) -> list[Mapping[str, Any]]:
    """The tabs over the list. A usual view keeps the branch and the day that are asked for."""
    tabs: list[Mapping[str, Any]] = []
    for usual in USUAL_VIEWS:
        view = replace(usual.filters, branch=here.branch, day=here.day)
        if not view.pairs():
            view = replace(view, view=ALL if lists.first else "")
        on = not lists.view(here.view) and here.asks_alike(view)
        is_first = (lists.choice.first_view or ALL) == usual.token
        tabs.append({"label": usual.label, "href": view.address(), "on": on, "token": usual.token, "first": is_first})
    for saved in lists.views:
        on = here.view == str(saved.uid)
        mine = saved.owner_id == lists.user.pk
        tabs.append(
            {
                "label": saved.name,
                "href": filters_of(saved).address(),
                "on": on,
                "shared": saved.is_shared,
                "by": "" if mine else lists.owners[saved.owner_id],
                "token": str(saved.uid),
                "first": lists.choice.first_view == str(saved.uid),
                "edit": reverse("edit-view", args=[saved.uid]) if on else "",
            }
        )
    return tabs


def is_uid(text: str) -> bool:
    """Whether a text names a saved view."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
