"""Views of the client list: saved, renamed, shared, opened first, deleted with a way back; and the columns of a reader."""

from dataclasses import replace
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from crm.lib.http import is_swap, only, staff_of
from crm.models import SavedView
from crm.pages.list_filters import ALL, SORTS, Filters
from crm.pages.lists.columns import read_columns
from crm.pages.lists.saved_views import (
    NameTaken,
    change_view,
    choose_columns,
    choose_first,
    delete_view,
    replace_view,
    restore_view,
    save_view,
)
from crm.pages.lists.views import USUAL_VIEWS, filters_of, lists_of, query_of

READERS = ("advisor", "manager", "compliance")


class ViewForm(forms.Form):
    """A view's name, and who else sees it."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "autofocus": True}),
    )
    shared = forms.BooleanField(
        label=gettext_lazy("Colleagues of the branch see it too"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    first = forms.BooleanField(
        label=gettext_lazy("Opens first for me"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only(*READERS)
def keep_view(request: HttpRequest) -> HttpResponse:
    """The form in the drawer, and what it sends: the list as it stands becomes a view."""
    user = staff_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    filters = Filters.read(QueryDict(asked.get("on", "")[:4000]))
    sort = asked.get("sort", "")
    form = ViewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            view = save_view(
                user,
                form.cleaned_data["name"],
                query=query_of(filters),
                columns=read_columns(asked.get("cols", "")),
                sort=sort if sort.removeprefix("-") in SORTS else "",
                is_shared=form.cleaned_data["shared"],
                at=timezone.now(),
            )
        except NameTaken as taken:
            form.add_error("name", str(taken))
        else:
            if form.cleaned_data["first"]:
                choose_first(user, str(view.uid))
            messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
            return _to(request, filters_of(view).address())
    context = {
        "form": form,
        "form_action": reverse("save-view"),
        "asked": [(name, asked.get(name, "")) for name in ("on", "cols", "sort")],
    }
    return render(request, "crm/lists/_view.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*READERS)
def edit_view(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The owner renames, shares or deletes a view; whoever sees it may let it open first."""
    user = staff_of(request)
    view = _view(request, uid)
    lists = lists_of(user)
    mine = view.owner_id == user.pk
    begun = {"name": view.name, "shared": view.is_shared, "first": lists.choice.first_view == str(view.uid)}
    form = ViewForm(request.POST if request.method == "POST" else None, initial=begun)
    if not mine:
        for name in ("name", "shared"):
            form.fields[name].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            if mine:
                change_view(view, name=form.cleaned_data["name"], is_shared=form.cleaned_data["shared"])
        except NameTaken as taken:
            form.add_error("name", str(taken))
        else:
            if form.cleaned_data["first"] != begun["first"]:
                choose_first(user, str(view.uid) if form.cleaned_data["first"] else "")
            messages.success(request, _("Saved."))
            return _to(request, filters_of(view).address())
    context = {"form": form, "form_action": reverse("edit-view", args=[uid]), "view": view, "mine": mine}
    return render(request, "crm/lists/_view.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@only(*READERS)
def update_view(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The view asks from now on what the list shows: conditions, columns, sort."""
    view = _own(request, uid)
    filters = Filters.read(QueryDict(request.POST.get("on", "")[:4000]))
    replace_view(
        view, query=query_of(filters), columns=filters.columns or read_columns(view.columns), sort=filters.sort
    )
    messages.success(request, _("“%(name)s” now asks for this.") % {"name": view.name})
    return redirect(replace(filters, columns=(), view=str(view.uid)).address())


@require_POST
@only(*READERS)
def remove_view(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Deleted, with a way back in the message."""
    view = _own(request, uid)
    if delete_view(view, at=timezone.now()):
        undo = reverse("restore-view", args=[uid])
        messages.success(request, _("“%(name)s” is deleted.") % {"name": view.name}, extra_tags=undo)
    return redirect("client-list")


@require_POST
@only(*READERS)
def bring_back_view(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The view that was deleted a moment ago is there again."""
    view = SavedView.objects.filter(owner=staff_of(request), uid=uid).first()
    if view is None:
        raise Http404
    try:
        restore_view(view)
    except NameTaken as taken:
        messages.error(request, str(taken))
        return redirect("client-list")
    return redirect(filters_of(view).address())


@require_POST
@only(*READERS)
def choose_first_view(request: HttpRequest) -> HttpResponse:
    """The view that opens first for the reader: a usual one, or a saved one that the reader sees."""
    user = staff_of(request)
    lists, token = lists_of(user), request.POST.get("view", "")
    if token and token not in {usual.token for usual in USUAL_VIEWS} and not lists.view(token):
        raise Http404
    choose_first(user, "" if token == ALL else token)
    messages.success(request, _("This view opens first from now on."))
    on = request.POST.get("on", "")[:4000]
    return redirect(reverse("client-list") + (f"?{on}" if on else ""))


@require_POST
@only(*READERS)
def choose_list_columns(request: HttpRequest) -> HttpResponse:
    """Columns and their order: for this address, or kept for the reader."""
    user = staff_of(request)
    filters = Filters.read(QueryDict(request.POST.get("on", "")[:4000]))
    names = list(read_columns(",".join(request.POST.getlist("col"))))
    up = request.POST.get("up")
    if up in names[1:]:
        at = names.index(up)
        names[at - 1 : at + 1] = [names[at], names[at - 1]]
    do = request.POST.get("do")
    if do == "keep":
        choose_columns(user, names)
    elif do == "usual":
        choose_columns(user, ())
    shown = () if do in {"keep", "usual"} else tuple(names)
    return redirect(replace(filters, columns=shown).address())


def _view(request: HttpRequest, uid: UUID) -> SavedView:
    view = SavedView.objects.visible_to(staff_of(request)).kept().select_related("owner").filter(uid=uid).first()
    if view is None:
        raise Http404
    return view


def _own(request: HttpRequest, uid: UUID) -> SavedView:
    view = _view(request, uid)
    if view.owner_id != staff_of(request).pk:
        raise Http404
    return view


def _to(request: HttpRequest, address: str) -> HttpResponse:
    if not is_swap(request):
        return redirect(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response
