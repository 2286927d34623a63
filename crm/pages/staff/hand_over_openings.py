"""The account openings of a person who leaves or moves: they go to one colleague of the branch, in one step."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from clients.owners import CannotOwn
from crm.lib.http import only, staff_of
from crm.models import Branch, Staff
from crm.pages.staff.page import person_of
from servicing.openings.people import branches_held, move_openings


class ReceiverForm(forms.Form):
    """Who takes the openings of a branch over."""

    receiver = forms.ModelChoiceField(
        label=gettext_lazy("Who takes over"),
        queryset=Staff.objects.none(),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, data: Any = None, *, branch: Branch, leaver: Staff) -> None:
        super().__init__(data, prefix=f"openings-{branch.code}")
        choice = self.fields["receiver"]
        if isinstance(choice, forms.ModelChoiceField):
            may = Staff.objects.receiving_on(timezone.localdate()).filter(branches=branch).exclude(pk=leaver.pk)
            choice.queryset = may.order_by("username")
            choice.label_from_instance = lambda obj: obj.name  # type: ignore[method-assign]


@dataclass(frozen=True)
class WaitingOpenings:
    """What a person has under way in one branch."""

    branch: Branch
    count: int
    form: ReceiverForm


def waiting_openings(person: Staff, user: Staff) -> list[WaitingOpenings]:
    """The openings of a person that wait for another owner, by branch, as far as the reader may move them."""
    held = branches_held(person)
    branches = Branch.objects.visible_to(user).filter(pk__in=held).order_by("code")
    return [WaitingOpenings(one, held[one.pk], ReceiverForm(branch=one, leaver=person)) for one in branches]


@require_POST
@only("admin", "manager")
def hand_over_openings(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the openings of one branch."""
    user, person = staff_of(request), person_of(request, pk)
    code = request.POST.get("branch", "").replace("\0", "")[:20]
    branch = Branch.objects.visible_to(user).filter(code=code).first()
    if branch is None:
        raise Http404
    form = ReceiverForm(request.POST, branch=branch, leaver=person)
    if not form.is_valid():
        messages.error(request, _("Choose who takes over."))
        return redirect("hand-over", pk=pk)
    try:
        moved = move_openings(person, branch, to=form.cleaned_data["receiver"], by=user, at=timezone.now())
    except CannotOwn as refused:
        messages.error(request, str(refused))
    else:
        told = ngettext("{n} account opening handed over", "{n} account openings handed over", moved)
        messages.success(request, told.format(n=moved))
    return redirect("hand-over", pk=pk)
