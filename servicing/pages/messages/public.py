"""What the outside reaches without a log-in: the page on which a client opts out, and the reports of gateways."""

import json
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from servicing.messages.optouts import has_opted_out, opt_out
from servicing.messages.reports import STATUSES, is_signed, record_report
from servicing.messages.tokens import message_behind


@never_cache
@csrf_exempt  # a mail program posts on its own (RFC 8058); the token is the secret
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def opt_out_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and on a POST do it: whatever only looks at links (scanners, previews) opts nobody out."""
    message = message_behind(token)
    if message is None:
        raise Http404
    if request.method == "POST":
        opt_out(message, timezone.now())
    return render(request, "servicing/opt_out.html", {"message": message, "is_out": has_opted_out(message)})


@csrf_exempt  # signed
@login_not_required
@require_POST
def receive_report(request: HttpRequest, channel: str) -> HttpResponse:
    """What a gateway says of a message later; see `servicing.messages.gateways.web` for the contract."""
    secret = settings.MESSAGE_GATEWAYS.get(channel, {}).get("secret", "")
    if not secret or not is_signed(request.headers.get("X-Signature", ""), request.body, secret, timezone.now()):
        return HttpResponse(status=401)
    told = _read(request.body)
    if told is None:
        return HttpResponse(status=422)
    record_report(channel, *told)
    return HttpResponse(status=204)


def _read(body: bytes) -> tuple[UUID, str, datetime] | None:
    try:
        told = json.loads(body)
        uid, status, at = UUID(told["key"]), told["status"], parse_datetime(told["at"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return (uid, status, at) if status in STATUSES and at is not None and timezone.is_aware(at) else None
