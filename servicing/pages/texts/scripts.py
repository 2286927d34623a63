"""A script while one talks: its wording beside the contact form, filled in for the client."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.suitability import investor_of, judge
from crm.lib.http import only, staff_of
from servicing.pages.answers import client_of
from servicing.texts.deciding import scripts_for
from servicing.texts.facts import facts_of, read_aloud


@require_safe
@only("advisor", "manager")
def read_script(request: HttpRequest, pk: int) -> HttpResponse:
    """The script that `?script=` names, as it is said to a client of the reader; nothing where none is chosen, and of a product
    that the client must not be offered (L1) only why."""
    client, user, now = client_of(request, pk), staff_of(request), timezone.now()
    asked = request.GET.get("script", "")
    script = next((one for one in scripts_for(client.branch_id, now) if str(one.pk) == asked), None)
    today, risk = timezone.localdate(now), script.product_risk if script else ""
    verdict = judge(investor_of(client), risk, today) if risk else None
    barred = verdict.reason if verdict and not verdict.passes else ""
    rendered = None
    if script and not barred:
        facts = facts_of(client, by=user, on=today, language=script.text.language)
        rendered = read_aloud(script, facts)
    return render(request, "servicing/_script.html", {"script": script, "rendered": rendered, "barred": barred})
