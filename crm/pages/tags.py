"""The tags of the reader's branches: renamed, withdrawn with a way back."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.models import ClientTag, Tag
from clients.tags import TagRefused, rename_tag, restore_tag, withdraw_tag
from crm.lib.http import only, staff_of
from crm.pages.list_filters import Filters
from crm.pages.lists.conditions import Condition


@require_safe
@only("advisor", "manager")
def tag_list(request: HttpRequest) -> HttpResponse:
    """The tags in use, with how many clients have each; a manager changes them."""
    return _shown(request)


@require_POST
@only("manager")
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """A tag gets another name; saved views that name the old one find nothing any more."""
    tag = _tag(request, pk)
    try:
        rename_tag(tag, request.POST.get("name", ""), by=staff_of(request))
    except TagRefused as refused:
        return _shown(request, wrong={pk: str(refused)}, typed={pk: request.POST.get("name", "")[:60]})
    messages.success(request, _("Saved."))
    return redirect("tag-list")


@require_POST
@only("manager")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A tag goes out of use and off all clients; the message takes it back."""
    tag = _tag(request, pk)
    step = withdraw_tag(tag, by=staff_of(request), at=timezone.now())
    if step:
        said = _("“%(name)s” is withdrawn.") % {"name": tag.name}
        messages.success(request, said, extra_tags=reverse("restore-tag", args=[pk]))
    return redirect("tag-list")


@require_POST
@only("manager")
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """A withdrawn tag is in use again, on the clients who had it."""
    tag = Tag.objects.visible_to(staff_of(request)).select_related("branch").filter(pk=pk).first()
    if tag is None:
        raise Http404
    restore_tag(tag, by=staff_of(request), at=timezone.now())
    return redirect("tag-list")


def _tag(request: HttpRequest, pk: int) -> Tag:
    tag = Tag.objects.visible_to(staff_of(request)).in_use().select_related("branch").filter(pk=pk).first()
    if tag is None:
        raise Http404
    return tag


def _shown(
    request: HttpRequest, *, wrong: dict[int, str] | None = None, typed: dict[int, str] | None = None
) -> HttpResponse:
    user = staff_of(request)
    having = ClientTag.objects.filter(tag=OuterRef("pk")).order_by().values("tag").annotate(n=Count("pk")).values("n")
    tags = Tag.objects.visible_to(user).in_use().select_related("branch", "made_by").order_by("branch__code", "name")
    rows: list[dict[str, Any]] = [
        {
            "tag": tag,
            "count": tag.client_count,
            "href": Filters().with_groups([(Condition("tag", tag.name),)]).address(),
            "name": (typed or {}).get(tag.pk, tag.name),
            "wrong": (wrong or {}).get(tag.pk, ""),
        }
        for tag in tags.annotate(client_count=Coalesce(Subquery(having), 0))[:500]
    ]
    context = {"rows": rows, "may_change": user.is_manager}
    return render(request, "crm/lists/tags.html", context, status=422 if wrong else 200)
