"""The matrix of access: every route of the site with the people who may use it."""

import re
from collections.abc import Iterator
from datetime import timedelta

from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from crm.models import Leave
from servicing.models import HandOver
from tests.crm.cast import DAY, NOW, Cast

NEXT_DAY = DAY + timedelta(days=1)


CLIENT_PEOPLE = {"advisor", "colleague", "manager", "manager_elsewhere", "compliance"}


MANAGERS = {"manager", "manager_elsewhere"}


EVERYBODY = CLIENT_PEOPLE | {"admin"}


ADMIN, READERS = {"admin"}, {"admin", "compliance"}


# Which of the three clients each person sees; compliance sees all, admin none.
SEEN = {
    "advisor": {"own"},
    "colleague": {"same branch"},
    "manager": {"own", "same branch"},
    "manager_elsewhere": {"other branch"},
    "compliance": {"own", "same branch", "other branch"},
    "admin": set(),
}


# Pages without an object: who gets an answer other than 404.
PAGES = {
    "home": EVERYBODY,
    "find": EVERYBODY,
    "today": {"advisor", "colleague", "manager", "manager_elsewhere"},
    "today-news": {"advisor", "colleague", "manager", "manager_elsewhere"},
    "calendar": {"advisor", "colleague", *MANAGERS},
    "calendar-feed": {"advisor", "colleague", *MANAGERS},
    "client-list": CLIENT_PEOPLE,
    "condition-form": CLIENT_PEOPLE,
    "save-view": CLIENT_PEOPLE,
    "tag-clients": {"advisor", "colleague", *MANAGERS},
    "add-tasks": {"advisor", "colleague", *MANAGERS},
    "write-messages": {"advisor", "colleague", *MANAGERS},
    "sending-list": CLIENT_PEOPLE,
    "tag-list": {"advisor", "colleague", *MANAGERS},
    "hand-over-clients": MANAGERS,
    "export-clients": CLIENT_PEOPLE,
    "export-list": CLIENT_PEOPLE,
    "branch-detail": MANAGERS | {"compliance"},
    "branch-report": MANAGERS | {"compliance"},
    "style": ADMIN,
    "branch-flows": MANAGERS | {"compliance"},
    "branch-advisors": MANAGERS | {"compliance"},
    "branch-activity": MANAGERS | {"compliance"},
    "branch-answers": MANAGERS | {"compliance"},
    "branch-appraisal": MANAGERS | {"compliance"},
    "branch-trends": MANAGERS | {"compliance"},
    "self-review-list": CLIENT_PEOPLE,
    "branch-scenarios": MANAGERS | {"compliance"},
    "complaint-list": CLIENT_PEOPLE,
    "receive-complaint": CLIENT_PEOPLE,
    "complaint-lessons": MANAGERS | {"compliance"},
    "complaint-officers": MANAGERS | {"compliance"},
    "branch-compare": MANAGERS | {"compliance"},
    "run-list": MANAGERS | READERS,
    "compare-nights": MANAGERS | READERS,
    "scheme-list": EVERYBODY,
    "standard-list": EVERYBODY,
    "text-list": EVERYBODY,
    "create-text": {"advisor", "colleague", *MANAGERS, *ADMIN},
    "phrase-list": EVERYBODY,
    "material-list": EVERYBODY,
    "create-material": {"advisor", "colleague", *MANAGERS, *ADMIN},
    "concession-list": CLIENT_PEOPLE,
    "event-list": CLIENT_PEOPLE,
    "create-event": CLIENT_PEOPLE - {"compliance"},
    "invite-to-event": CLIENT_PEOPLE - {"compliance"},
    "loyalty-map": CLIENT_PEOPLE,
    "referral-list": CLIENT_PEOPLE,
    "approval-list": MANAGERS | {"compliance"},
    "idea-list": CLIENT_PEOPLE,
    "create-idea": CLIENT_PEOPLE - {"compliance"},
    "pledge-list": EVERYBODY,
    "pledge-wall": EVERYBODY,
    "create-pledge": MANAGERS | ADMIN,
    "breach-list": CLIENT_PEOPLE,
    "report-breach": CLIENT_PEOPLE,
    "create-standard": MANAGERS | ADMIN,
    "competence-list": EVERYBODY,
    "requirement-list": EVERYBODY,
    "create-requirement": MANAGERS | ADMIN,
    "opening-list": CLIENT_PEOPLE,
    "stage-board": CLIENT_PEOPLE,
    "opening-funnel": MANAGERS | {"compliance"},
    "opening-rows": MANAGERS | {"compliance"},
    "create-opening": CLIENT_PEOPLE - {"compliance"},
    "callback-list": CLIENT_PEOPLE,
    "festival-list": EVERYBODY,
    "item-list": EVERYBODY,
    "create-item": MANAGERS | ADMIN,
    "plan-list": CLIENT_PEOPLE - {"compliance"},
    "product-risk-list": EVERYBODY,
    "regime-list": EVERYBODY,
    "set-regime": MANAGERS,
    "regime-gap": CLIENT_PEOPLE,
    "alert-list": CLIENT_PEOPLE,
    "today-alerts": {"advisor", "colleague", "manager", "manager_elsewhere"},
    "create-scheme": MANAGERS | ADMIN,
    "choose-task-client": CLIENT_PEOPLE - {"compliance"},
    "relationship-list": CLIENT_PEOPLE - {"compliance"},
    "pack-list": CLIENT_PEOPLE - {"compliance"},
    "arrival-list": CLIENT_PEOPLE - {"compliance"},
    "find-arrival": CLIENT_PEOPLE - {"compliance"},
    "waiting-arrivals": CLIENT_PEOPLE - {"compliance"},
    "import-list": READERS,
    "import-cards": READERS,
    "conflict-list": READERS,
    "mapping-list": READERS,
    "staff-list": MANAGERS | READERS,
    "invite-staff": ADMIN,
    "audit-list": READERS,
    "health-detail": ADMIN,
    "number-list": MANAGERS | READERS,
    "rate-list": READERS,
    "holiday-list": MANAGERS | READERS,
    "api-root": EVERYBODY,
    "api-docs": EVERYBODY,
    "api-schema": EVERYBODY,
}


# Routes about one client (GET), and who of those that see the client may use them.
ABOUT_A_CLIENT = {
    "client-detail": CLIENT_PEOPLE,
    "client-timeline": CLIENT_PEOPLE,
    "client-trades": CLIENT_PEOPLE,
    "compare-client-days": CLIENT_PEOPLE,
    "reveal-client-field": CLIENT_PEOPLE,
    "reveal-account-field": CLIENT_PEOPLE,
    "pin-client-tier": MANAGERS,
    "arrival-card": CLIENT_PEOPLE,
    "write-message": CLIENT_PEOPLE - {"compliance"},
    "add-card": CLIENT_PEOPLE - {"compliance"},
    "card-history": CLIENT_PEOPLE,
    "plan-detail": CLIENT_PEOPLE,
    "find-relatives": CLIENT_PEOPLE - {"compliance"},
    "read-script": CLIENT_PEOPLE - {"compliance"},
    "move-client": CLIENT_PEOPLE - {"compliance"},
    "ask-concession": CLIENT_PEOPLE - {"compliance"},
    "share-material": CLIENT_PEOPLE - {"compliance"},
    "name-referral": CLIENT_PEOPLE - {"compliance"},
}


# The same by POST.
DONE_TO_A_CLIENT = {
    "add-card": CLIENT_PEOPLE - {"compliance"},
    "add-task": CLIENT_PEOPLE - {"compliance"},
    "lift-client-pin": MANAGERS,
    "make-complaint-link": CLIENT_PEOPLE - {"compliance"},
    "move-client": CLIENT_PEOPLE - {"compliance"},
    "pin-client-tier": MANAGERS,
    "put-off-client": CLIENT_PEOPLE - {"compliance"},
    "record-contact": CLIENT_PEOPLE - {"compliance"},
    "reveal-client-field": CLIENT_PEOPLE,
    "settle-client": CLIENT_PEOPLE - {"compliance"},
    "write-message": CLIENT_PEOPLE - {"compliance"},
    "ask-concession": CLIENT_PEOPLE - {"compliance"},
    "share-material": CLIENT_PEOPLE - {"compliance"},
    "name-referral": CLIENT_PEOPLE - {"compliance"},
}


# Routes about one import batch or conflict: method and who.
ABOUT_A_BATCH = {
    "import-detail": ("get", READERS),
    "import-progress": ("get", READERS),
    "correct-import": ("post", ADMIN),
    "check-import": ("post", ADMIN),
    "commit-import": ("post", ADMIN),
    "preview-undo-import": ("post", ADMIN),
    "undo-import": ("post", ADMIN),
    "discard-import": ("post", ADMIN),
    "download-rejects": ("post", ADMIN),
}


ABOUT_A_CONFLICT = {"decide-conflict": ("post", ADMIN)}


ABOUT_A_MAPPING = {"forget-mapping": ("post", ADMIN)}


DONE_WITHOUT_OBJECT = {
    "upload-import": ADMIN,
    "commit-imports": ADMIN,
    "choose-columns": CLIENT_PEOPLE,
    "choose-first-view": CLIENT_PEOPLE,
    "start-night": MANAGERS | ADMIN,
    "scheme-preview": MANAGERS | ADMIN,
    "standard-preview": MANAGERS | ADMIN,
    "pledge-preview": MANAGERS | ADMIN,
    "requirement-preview": MANAGERS | ADMIN,
    "check-text": {"advisor", "colleague", *MANAGERS, *ADMIN},
    "item-preview": MANAGERS | ADMIN,
    "start-checkup": ADMIN,
}


# Routes about one member of staff (the colleague): method and who; the manager sees those of the own branch.
ABOUT_A_PERSON = {
    "staff-detail": ("get", {"manager"} | READERS),
    "change-staff": ("get", ADMIN),
    "make-staff-link": ("post", ADMIN),
    "take-leave": ("post", ADMIN),
    "withdraw-leave": ("post", ADMIN),
    "hand-over": ("get", {"manager"} | ADMIN),
    "undo-staff-hand-over": ("post", {"manager"} | ADMIN),
    "deactivate-staff": ("post", ADMIN),
    "reactivate-staff": ("post", ADMIN),
}


OPEN_TO_ALL = {
    *("accept-invitation", "complain", "health", "log-in", "log-out", "open-material", "opt-out"),
    *("receive-report", "set_language"),
}


ABOUT_A_SCHEME = {"scheme-detail": ("get", EVERYBODY)}


def browser_of(cast: Cast, who: str) -> Browser:
    browser = Browser()
    browser.force_login(cast.staff[who], backend="django.contrib.auth.backends.ModelBackend")
    return browser


def all_routes(patterns: list[URLPattern | URLResolver] | None = None) -> Iterator[str]:
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from all_routes(pattern.url_patterns)
        else:
            yield pattern.name or str(pattern.pattern)


def same(body: bytes) -> bytes:
    """A page without what differs between two requests for the same: the token and the address that was asked for."""
    return re.sub(rb'"X-CSRFToken": "[^"]*"|csrfmiddlewaretoken" value="[^"]*"|value="/[^"]*"', b"", body)


def existing(table: dict[str, object]) -> list[str]:
    known = set(all_routes())
    return [name for name in table if name in known]


def client_address(cast: Cast, route: str, whose: str) -> str:
    pk = cast.clients[whose].pk if whose in cast.clients else 999_999
    args: list[object] = [pk]
    if route == "reveal-client-field":
        args.append("phone")
    if route in {"add-card", "card-history"}:
        args.append("preferences")
    if route == "reveal-account-field":
        args += ["card", cast.accounts[whose].pk if whose in cast.accounts else 999_999]
    asked = f"?from={DAY}&to={DAY}" if route == "compare-client-days" else ""
    return reverse(route, args=args) + asked


def person_address(cast: Cast, route: str, pk: int) -> str:
    """The routes about a thing of the person are asked for one that everybody who may act would find."""
    if route == "withdraw-leave":
        leave, _made = Leave.objects.get_or_create(
            staff=cast.staff["colleague"], from_day=DAY, until_day=NEXT_DAY, made_by=cast.staff["admin"], made_at=NOW
        )
        return reverse(route, args=[pk, leave.pk])
    if route == "undo-staff-hand-over":
        done, is_new = HandOver.objects.get_or_create(
            branch=cast.clients["same branch"].branch,
            to=cast.staff["advisor"],
            made_by=cast.staff["manager"],
            made_at=NOW,
        )
        if is_new:
            done.clients.create(client=cast.clients["same branch"], former=cast.staff["colleague"])
        return reverse(route, args=[pk, done.uid])
    return reverse(route, args=[pk])
