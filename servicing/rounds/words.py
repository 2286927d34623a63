"""What a task says: as a person wrote it, or by the rule of the night in the reader's language."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.lib import formats
from segmentation.models import Band, Dormancy, MarketRegime, Tier
from segmentation.regimes import whole_percent
from servicing.alerts.words import told_of
from servicing.channels import channel_words
from servicing.items.words import called, joined
from servicing.models import Festival, Task

Slots = Mapping[str, Any]
Said = Callable[[Slots], str]


def _day(slots: Slots) -> str:
    return formats.day(date.fromisoformat(slots["on"]))


def _cadence(slots: Slots) -> str:
    days = slots["days"]
    told = ngettext("a contact every day is owed", "a contact every {n} days is owed", days).format(n=days)
    channels = channel_words(slots.get("channels", ()))  # those of before had none
    return _("{owed}: {channels}").format(owed=told, channels=channels) if channels else told


def _birthday(slots: Slots) -> str:
    return (_("birthday on {day}, by the lunar calendar") if slots["lunar"] else _("birthday on {day}")).format(
        day=_day(slots)
    )


def _festival(slots: Slots) -> str:
    told = {key: slots.get(key, "") for key in ("calendar", "month", "day", "name", "name_en")}
    return _("{name} on {day}").format(name=Festival(**told).words, day=_day(slots))


def _anniversary(slots: Slots) -> str:
    years = ngettext("{n} year with us on {day}", "{n} years with us on {day}", slots["years"])
    return years.format(n=slots["years"], day=_day(slots))


def _tier(slots: Slots) -> str:
    return _("{before} → {after} last night").format(before=Tier(slots["from"]).label, after=Tier(slots["to"]).label)


def _planned(slots: Slots) -> str:
    return joined(slots["name"] or called(slots["item"]) if slots["item"] else "", slots["text"])


def _gap(slots: Slots) -> str:
    share = formats.percent(slots["share_e4"] / 10_000)
    signs = {"strong": f"≥ {share}", "weak": f"≤ {share}"}
    return _("position {now}; the reference of the market ({market}) is {share}").format(
        now=f"{whole_percent(slots['position_e4'])}%",
        market=str(MarketRegime.Level(slots["level"]).label).lower(),
        share=signs.get(slots["level"], share),
    )


def _concession(slots: Slots) -> str:
    told = _("the fee concession ends on {day}") if slots["kind"] == "fee" else _("the gift is due until {day}")
    return told.format(day=_day(slots))


def _event(slots: Slots) -> str:
    told = _("{title}: {at}, {place}")
    return told.format(
        title=slots["title"], at=formats.moment(datetime.fromisoformat(slots["at"])), place=slots["place"]
    )


def _event_over(slots: Slots) -> str:
    held_on = timezone.localdate(datetime.fromisoformat(slots["at"]))
    return _("{title}, held on {day}").format(title=slots["title"], day=formats.day(held_on))


# rule: what to do, and why.
WORDS: Mapping[str, tuple[str | LazyText | Said, Said]] = {
    "cadence": (gettext_lazy("Care call"), _cadence),
    "welcome": (
        gettext_lazy("Welcome call"),
        lambda s: ngettext("{n} day after the opening", "{n} days after the opening", s["days"]).format(n=s["days"]),
    ),
    "birthday": (gettext_lazy("Birthday greeting"), _birthday),
    "festival": (gettext_lazy("Festival greeting"), _festival),
    "anniversary": (gettext_lazy("Anniversary greeting"), _anniversary),
    "rating": (gettext_lazy("Have the risk rating renewed"), lambda s: _("it ends on {day}").format(day=_day(s))),
    "document": (
        gettext_lazy("Have the identity document renewed"),
        lambda s: _("it ends on {day}").format(day=_day(s)),
    ),
    "risk": (
        gettext_lazy("Ask whether something has changed"),
        lambda s: _("the risk of leaving rose to {band}").format(band=Band(s["band"]).label),
    ),
    "quiet": (
        gettext_lazy("Care call"),
        lambda s: _("trades less: {state} since last night").format(state=Dormancy(s["state"]).label),
    ),
    "tier": (gettext_lazy("Tell what the new tier brings"), _tier),
    "plan": (_planned, lambda s: _("the service plan says so for {day}").format(day=_day(s))),
    "review": (
        gettext_lazy("Review the service plan"),
        lambda s: _("the review is planned for {day}").format(day=_day(s)),
    ),
    "alert": (gettext_lazy("Talk about a risk alert"), lambda s: told_of(s["kind"], s["said"])),
    "gap": (gettext_lazy("Talk about the position and the market"), _gap),
    "event": (gettext_lazy("Invite to an event"), _event),
    "event_seat": (gettext_lazy("Tell that there is a seat at the event"), _event),
    "event_moved": (gettext_lazy("Tell that the event is at another time or place"), _event),
    "event_off": (
        gettext_lazy("Tell that the event is cancelled"),
        lambda s: _("{event} (why: {why})").format(event=_event(s), why=s["why"]),
    ),
    "event_after": (gettext_lazy("Ask what the event brought"), _event_over),
    "event_missed": (gettext_lazy("Talk about the event that was missed"), _event_over),
    "concession": (gettext_lazy("Talk before the concession ends"), _concession),
    "address": (
        gettext_lazy("Ask for an e-mail address that works"),
        lambda s: _("a message came back ({code})").format(code=s["code"]),
    ),
    "referral": (
        gettext_lazy("Call whom the client recommended"),
        lambda s: _("named on {day}").format(day=_day(s)),
    ),
}
# why the night withdrew a task
WITHDRAWN_WHY: Mapping[str, str | LazyText] = {
    "closed": gettext_lazy("the client has closed the account"),
    "restricted": gettext_lazy("the client is restricted"),
    "past": gettext_lazy("the day has passed"),
    "expired": gettext_lazy("it is worth nothing any more"),
    "plan": gettext_lazy("the service plan has changed"),
    "renewed": gettext_lazy("it has been renewed"),
    "spoken": gettext_lazy("the client was spoken to"),
    "over": gettext_lazy("the alert is no longer open"),
    "market": gettext_lazy("the market regime is another one"),
    "address": gettext_lazy("the e-mail address is another one"),
}


def title_of(task: Task) -> str:
    """What is to be done."""
    if task.rule not in WORDS:
        return task.title
    title = WORDS[task.rule][0]
    return title(task.slots) if callable(title) else str(title)


def reason_of(task: Task) -> str:
    """Why it is to be done."""
    return WORDS[task.rule][1](task.slots) if task.rule in WORDS else task.reason


def why_of(task: Task) -> str:
    """Why the night withdrew it; empty where a person settled it."""
    return str(WITHDRAWN_WHY.get(task.settled_why, ""))
