"""Scripts and templates: the list, and one text with its versions, their differences and how it reads to a client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.lib.http import asked_page, staff_of
from crm.lib.keyset import Order
from crm.models import Staff
from servicing.models import MessageText, TextVersion
from servicing.pages.texts.shown import shown_of
from servicing.pages.versions import STATES, base_of, chosen_of, in_work, name_in, rights_of, state_words
from servicing.texts.bans import may_keep_phrases
from servicing.texts.differences import differences
from servicing.texts.phrases import find_in_version, phrases_on

ROWS = 50
BY_NAME = Order("name", parse=name_in)


@dataclass(frozen=True)
class Row:
    """A text in the list: what is in force, what is being worked on, whether a phrase of it was banned since."""

    text: MessageText
    in_force: TextVersion | None
    open: TextVersion | None
    is_stopped: bool
    is_over: bool


@require_safe
def text_list(request: HttpRequest) -> HttpResponse:
    """The texts that the reader sees, by kind, channel and state."""
    user, now = staff_of(request), timezone.now()
    asked = {name: request.GET.get(name, "") for name in ("kind", "channel", "state")}
    rows = MessageText.objects.visible_to(user).filter(STATES.get(asked["state"], STATES[""]))
    for name, known in (("kind", MessageText.Kind.values), ("channel", MessageText.Channel.values)):
        if asked[name] in known:
            rows = rows.filter(**{name: asked[name]})
    page, links = asked_page(request, rows.select_related("branch"), BY_NAME, size=ROWS)
    context = {
        "noun": "text",
        "rows": _rows(page.rows, now),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "kinds": MessageText.Kind.choices,
        "channels": MessageText.Channel.choices,
        "states": state_words(),
        "may_write": not user.is_compliance,
        "may_keep_phrases": may_keep_phrases(user),
        **links,
    }
    return render(request, "servicing/text_list.html", context)


@require_safe
def text_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One text: a version (`?version=`, else the one being worked on, else the one in force) beside what came before it."""
    user, text = staff_of(request), text_of(request, pk)
    versions = list(text.versions.select_related("author", "decided_by").order_by("-number"))
    chosen = chosen_of(versions, request.GET.get("version", ""))
    base = base_of(versions, chosen)
    return render(request, "servicing/text_detail.html", _context(user, text, versions, chosen, base))


def _context(
    user: Staff, text: MessageText, versions: Sequence[TextVersion], chosen: TextVersion, base: TextVersion | None
) -> dict[str, Any]:
    """What the page of a text shows."""
    now = timezone.now()
    shown = shown_of(chosen, text, phrases_on(timezone.localdate(now)), to=user, on=timezone.localdate(now))
    return {
        "noun": "text",
        "head": text,
        "ends": _("Nobody says or sends it any more. It can be restored here."),
        "has_ended": _("Nobody says or sends it any more."),
        "text": text,
        "versions": versions,
        "version": chosen,
        "base": base,
        "pieces": differences(_whole(base), _whole(chosen)) if base else [],
        "shown": shown,
        "findings": shown.findings,
        "is_over": bool(chosen.expires_at and chosen.expires_at <= now),
        **rights_of(user, text, versions, chosen),
    }


def text_of(request: HttpRequest, pk: int) -> MessageText:
    """A text of the reader; anybody else's is missing."""
    found = MessageText.objects.visible_to(staff_of(request)).select_related("branch").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _rows(texts: Sequence[MessageText], now: datetime) -> list[Row]:
    pairs, phrases, rows = in_work(TextVersion, texts), phrases_on(timezone.localdate(now)), []
    for text in texts:
        in_force, latest = pairs[text.pk]
        stopped = bool(in_force and find_in_version(in_force, phrases))
        over = bool(in_force and in_force.expires_at and in_force.expires_at <= now)
        rows.append(Row(text, in_force, latest, stopped, over))
    return rows


def _whole(version: TextVersion) -> str:
    return "\n".join(part for part in (version.subject, version.body, version.risk_notice) if part)
