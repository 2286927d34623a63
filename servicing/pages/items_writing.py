"""Another row of the catalogue: the form, a look at how many clients it means and what it costs, and saving what was looked
at."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.lib.http import only, staff_of
from crm.models import Staff
from servicing.items import counting_for, supersede_item
from servicing.items.previews import preview_item
from servicing.items.words import name_of, rule_words
from servicing.models import ServiceItem
from servicing.pages.items import Offer, branches_of, nights_of
from servicing.pages.items_forms import WORDS, ItemForm, initial_of
from servicing.pages.standard_forms import FIRM
from servicing.settling import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@only("admin", "manager")
def create_item(request: HttpRequest) -> HttpResponse:
    """The form, and saving what has been previewed."""
    user, now = staff_of(request), timezone.now()
    form = _form(request, user)
    saving = "previewed" in request.POST  # without script the button only asks for the preview
    if saving and form.is_valid():
        if request.POST.get("previewed") != form.digest():
            form.add_error(None, _("Something was changed after the preview. Please look at it again, then save."))
        elif other := _saved_meanwhile(form, user):
            form = _form(request, user, seen=other.pk)
            form.is_valid()
            form.add_error(None, _told_meanwhile(other))
        else:
            try:
                supersede_item(form.item(), by=user, at=now)
            except Refused as refused:
                form.refuse(refused)
            else:
                messages.success(request, _("Saved. It counts from its first day on."))
                return redirect("item-list")
    found = _preview_of(user, form)
    status = 422 if saving or (form.is_bound and not found) else 200
    return render(request, "servicing/item_form.html", {"form": form, **found}, status=status)


@require_POST
@only("admin", "manager")
def preview(request: HttpRequest) -> HttpResponse:
    """How many clients the row in the form means and what it costs; nothing is saved."""
    user = staff_of(request)
    form = _form(request, user)
    found = _preview_of(user, form)
    return render(request, "servicing/_item_preview.html", {"form": form, **found}, status=200 if found else 422)


def _saved_meanwhile(form: ItemForm, user: Staff) -> ServiceItem | None:
    """A row of the same item and scope that somebody else saved since this form was opened."""
    seen, row = form.cleaned_data["seen"], form.item()
    if seen is None:
        return None
    others = ServiceItem.objects.visible_to(user).filter(branch=row.branch, code=row.code, pk__gt=seen)
    return others.exclude(made_by=user).select_related("made_by").order_by("-pk").first()


def _told_meanwhile(other: ServiceItem) -> str:
    told = _(
        "{who} has saved this item meanwhile, from {day}: {name}, {layer}, for {rule}. "
        "Look at it, then save again to let yours count from its own first day."
    )
    return told.format(
        who=other.made_by.name if other.made_by else "—",
        day=other.from_day,
        name=name_of(other),
        layer=other.get_layer_display(),
        rule=rule_words(other.rule),
    )


def _form(request: HttpRequest, user: Staff, *, seen: int | None = None) -> ItemForm:
    today, branches = timezone.localdate(), branches_of(user)
    codes = {branch.code: branch for branch in branches}
    branch = codes.get(request.GET.get("branch", ""))
    if branch is None and not user.is_admin:
        branch = next(iter(codes.values()), None)
    rows = ServiceItem.objects.visible_to(user)
    latest = rows.order_by("-pk").values_list("pk", flat=True).first()
    begun = rows.begun([branch] if branch else [], today).filter(code=request.GET.get("code", "").replace("\0", ""))
    there = next(iter(counting_for(begun, branch.pk if branch else None)), None)
    initial = initial_of(there) | {"code": there.code} if there else {"code": f"own_{uuid4().hex[:12]}"}
    initial |= {"branch": branch.code if branch else FIRM, "from_day": today, "seen": latest or 0}
    data = request.POST.copy() if request.POST else None
    if data is not None and seen is not None:
        data["seen"] = str(seen)
    form = ItemForm(data, initial=initial, branches=branches, may_firm=user.is_admin, today=today)
    if "previewed" not in request.POST:
        form.pass_over_words()
    return form


def _preview_of(user: Staff, form: ItemForm) -> dict[str, Any]:
    """The preview of a form whose numbers are valid, or nothing with the errors put on the form."""
    if not form.is_bound or set(form.errors) - {NON_FIELD_ERRORS, *WORDS}:
        return {}
    row, scope = form.item(), form.scope()
    read = [night for night in nights_of(user) if scope is None or night.branch_id == scope.pk]
    if not read:
        form.add_error(None, _("No night has been published yet, so there are no clients to preview it for."))
        return {}
    return {
        "preview": preview_item(row, read),
        "offer": Offer(row),
        "scope": scope,
        "as_of": max(night.as_of for night in read),
        "digest": form.digest(),
    }
