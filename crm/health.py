"""Is it alive: for load balancers and container checks. Tells nothing about clients, so it needs no log-in."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm import bell
from crm.models import JobRun


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503. The broker being away is said but is no reason to stop serving pages;
    `oldest_waiting_seconds` grows when no worker takes work."""
    try:
        oldest = JobRun.objects.filter(state=JobRun.State.QUEUED).aggregate(at=Min("created_at"))["at"]
        connection.ensure_connection()
    except DatabaseError:
        return JsonResponse({"database": "away"}, status=503)
    waiting = bell.waiting()
    age = (timezone.now() - oldest).total_seconds() if oldest else 0
    return JsonResponse(
        {
            "database": "ok",
            "broker": "away" if waiting is None else "ok",
            "messages": waiting,
            "oldest_waiting_seconds": round(age),
        }
    )
