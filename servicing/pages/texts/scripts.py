"""A script while one talks: its wording beside the contact form, filled in for the client."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.lib.http import only, staff_of
from servicing.pages.answers import client_of
from servicing.texts.deciding import scripts_for
from servicing.texts.facts import facts_of, read_aloud


@require_safe
@only("advisor", "manager")
def read_script(request: HttpRequest, pk: int) -> HttpResponse:
    """The script that `?script=` names, as it is said to a client of the reader; nothing where none is chosen."""
    client, user, now = client_of(request, pk), staff_of(request), timezone.now()
    asked = request.GET.get("script", "")
    script = next((one for one in scripts_for(client.branch_id, now) if str(one.pk) == asked), None)
    rendered = None
    if script:
        facts = facts_of(client, by=user, on=timezone.localdate(now), language=script.text.language)
        rendered = read_aloud(script, facts)
    return render(request, "servicing/_script.html", {"script": script, "rendered": rendered})
