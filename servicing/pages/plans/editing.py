"""The form of a service plan with its rows of actions, and what a second editor is told."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from crm.lib.http import staff_of
from crm.models import Staff
from servicing.items.words import called, name_of
from servicing.models import PlanRevision, ServicePlan
from servicing.pages.answers import named
from servicing.pages.plans.forms import ActionRows, PlanForm, initial_of, rows_of
from servicing.plans.content import Written, read, written_in
from servicing.plans.differences import Difference, differences
from servicing.plans.making import Circumstances
from servicing.plans.merging import merged


class Editing:
    """The form of a plan with its rows of actions."""

    def __init__(self, request: HttpRequest, plan: ServicePlan, known: Circumstances) -> None:
        self.request, self.plan, self.known = request, plan, known
        self._fill(written_in(plan), plan.version, request.POST if request.method == "POST" else None)
        self.versions: Sequence[Difference] = ()
        self.changed_by: Staff | None = None

    def _fill(self, written: Written, version: int, data: Any = None, why: str = "") -> None:
        used = {action.item: called(action.item) for action in written.actions if action.item} | self.known.names
        entitled = {one.item.code: name_of(one.item) for one in self.known.entitled}
        items = {**{code: name for code, name in used.items() if code in _items(written)}, **entitled}
        more = {"items": sorted(items.items(), key=lambda one: one[1]), "today": timezone.localdate()}
        more["known"] = {action.id: action for action in written.actions}
        self.version = version
        self.form = PlanForm(data, initial={**initial_of(written, version), "why": why})
        self.rows = ActionRows(data, initial=rows_of(written), form_kwargs=more, prefix="actions")

    def is_valid(self) -> bool:
        """Whether all of it can be read; both are asked, so that every error is shown."""
        return all([self.form.is_valid(), self.rows.is_valid()])

    def written(self) -> Written:
        """What was typed."""
        return self.form.written([row.action() for row in self.rows if row.is_one])

    def told(self, current: ServicePlan, mine: Written, version: int) -> HttpResponse:
        """Somebody saved meanwhile: what differs, and a form that holds theirs with what the editor had changed."""
        base = PlanRevision.objects.filter(plan=current, number=version).first()
        theirs = written_in(current)
        both = merged(read(base.written) if base else theirs, theirs, mine)
        self._fill(both, current.version, why=self.form.cleaned_data["why"])
        self.versions = differences(theirs, both, self.known.names)
        self.changed_by = last_editor(current)
        return self.page(status=409)

    def page(self, *, status: int = 200) -> HttpResponse:
        """The page with the form."""
        client = self.plan.client
        context = {
            "client": client,
            "name": named(client),
            "plan": self.plan,
            "form": self.form,
            "rows": self.rows,
            "owed_days": self.known.owed_days,
            "versions": self.versions,
            "changed_by": self.changed_by,
            "draft": f"{staff_of(self.request).pk}:plan:{self.plan.pk}:{self.version}",
        }
        return render(self.request, "servicing/plan_form.html", context, status=status)


def _items(written: Written) -> set[str]:
    return {action.item for action in written.actions}


def last_editor(plan: ServicePlan) -> Staff:
    """Who saved what the plan says now."""
    return PlanRevision.objects.select_related("staff").get(plan=plan, number=plan.version).staff
