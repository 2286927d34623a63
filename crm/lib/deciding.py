"""How a dated row is decided on: a form that begins as what counts now, a look at what it would mean, saving what was looked
at; a second editor is told what somebody else saved meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.decided_forms import FIRM, DecidedForm
from crm.lib.http import method_view, staff_of
from crm.lib.refusals import Refused
from crm.models import Branch, Staff

F = TypeVar("F", bound=DecidedForm)
WRITERS = ("admin", "manager")


@dataclass(frozen=True)
class Desk(Generic[F]):
    """The views of one kind of row: `kind` its form and `begin` how it begins for a branch, `rows` those of the kind that a
    reader sees, `alike` those of the same subject and scope as a form, `told` what somebody else (by name) saved, `preview`
    what a valid form means (nothing where no night says so; raises Refused), `save` the noun's. `noun` names the addresses and
    templates, `app` their folder."""

    kind: type[F]
    begin: Callable[[HttpRequest, Staff, Branch | None], dict[str, Any]]
    rows: Callable[[Staff], QuerySet[Any]]
    alike: Callable[[F], dict[str, Any]]
    told: Callable[[Any, str], str]
    preview: Callable[[Staff, F], dict[str, Any]]
    save: Callable[..., Any]
    noun: str
    app: str = "servicing"

    @method_view(*WRITERS, methods=("GET", "HEAD", "POST"))
    def write(self, request: HttpRequest) -> HttpResponse:
        """The form, and saving what has been previewed."""
        user, now = staff_of(request), timezone.now()
        form = self._form(request, user)
        saving = "previewed" in request.POST  # without script the button only asks for the preview
        if saving and form.is_valid():
            if request.POST.get("previewed") != form.digest():
                form.add_error(None, _("Something was changed after the preview. Please look at it again, then save."))
            elif other := self._saved_meanwhile(form, user):
                form = self._form(request, user, seen=other.pk)
                form.is_valid()
                form.add_error(None, self.told(other, other.made_by.name if other.made_by else "—"))
            else:
                try:
                    self.save(form.row(), by=user, at=now)
                except Refused as refused:
                    form.refuse(refused)
                else:
                    messages.success(request, _("Saved. It counts from its first day on."))
                    return redirect(f"{self.noun}-list")
        found = self._preview_of(user, form)
        status = 422 if saving or (form.is_bound and not found) else 200
        context = {"form": form, "noun": self.noun, "part": self._part, **found}
        return render(request, f"{self.app}/{self.noun}_form.html", context, status=status)

    @method_view(*WRITERS)
    def look(self, request: HttpRequest) -> HttpResponse:
        """What the row in the form would mean; nothing is saved."""
        user = staff_of(request)
        form = self._form(request, user)
        found = self._preview_of(user, form)
        return render(request, self._part, {"form": form, "noun": self.noun, **found}, status=200 if found else 422)

    @property
    def _part(self) -> str:
        return f"{self.app}/_{self.noun}_preview.html"

    def _form(self, request: HttpRequest, user: Staff, *, seen: int | None = None) -> F:
        today, branches = timezone.localdate(), branches_of(user)
        codes = {branch.code: branch for branch in branches}
        first = None if user.is_admin else next(iter(codes.values()), None)
        branch = codes.get(request.GET.get("branch", ""), first)
        latest = self.rows(user).order_by("-pk").values_list("pk", flat=True).first()
        initial = self.begin(request, user, branch)
        initial |= {"branch": branch.code if branch else FIRM, "from_day": today, "seen": latest or 0}
        data = request.POST.copy() if request.POST else None
        if data is not None and seen is not None:
            data["seen"] = str(seen)
        form = self.kind(data, initial=initial, branches=branches, may_firm=user.is_admin, today=today)
        if "previewed" not in request.POST:
            form.pass_over_words()
        return form

    def _saved_meanwhile(self, form: F, user: Staff) -> Any:
        """A row of the same subject and scope that somebody else saved since this form was opened."""
        seen = form.cleaned_data["seen"]
        if seen is None:
            return None
        others = self.rows(user).filter(branch=form.scope(), pk__gt=seen, **self.alike(form))
        return others.exclude(made_by=user).select_related("made_by").order_by("-pk").first()

    def _preview_of(self, user: Staff, form: F) -> dict[str, Any]:
        """The preview of a form whose numbers are valid, or nothing with the errors put on the form."""
        if not form.is_bound or set(form.errors) - {NON_FIELD_ERRORS, *form.WORDS}:
            return {}
        try:
            found = self.preview(user, form)
        except Refused as refused:
            form.refuse(refused)
            return {}
        if not found:
            form.add_error(None, _("No night has been published yet, so there are no clients to preview it for."))
            return {}
        return {**found, "scope": form.scope(), "digest": form.digest()}


def branches_of(user: Staff) -> list[Branch]:
    """The branches that a reader decides for."""
    return list(Branch.objects.visible_to(user).active())


def may_decide(user: Staff) -> bool:
    """Who decides for the firm or for a branch."""
    return user.role in WRITERS
