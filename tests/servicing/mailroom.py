"""A branch with an approved text and clients who may get it, for tests of messages."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from clients.models import Background, Client, Consent
from segmentation.models import Threshold
from servicing.messages.gateways import Outcome, Sent, Written
from servicing.messages.sendings import plan_sending, start_sending
from servicing.models import Message, MessageText, Sending, TextVersion
from tests.crm.page_firm import client, staff
from tests.servicing.desk import AT, Desk, make_desk

PHONE = "16412345678"


def lift_quiet_hours() -> None:
    """For pages and workers that ask the real clock: a message may go at any hour."""
    Threshold.objects.filter(key__startswith="message_quiet").update(value=0)


@dataclass
class Provider:
    """A gateway that keeps what it got; `answers` come in order, then everything is sent."""

    answers: list[Outcome] = field(default_factory=list)
    got: list[Written] = field(default_factory=list)

    def __call__(self, _channel: str) -> "Provider":
        return self

    def send(self, written: Written) -> Outcome:
        self.got.append(written)
        return self.answers.pop(0) if self.answers else Sent(f"p{len(self.got)}")


def approved(desk: Desk, channel: str = "sms", body: str = "{称呼}您好，讲座周五开始。", **more: Any) -> TextVersion:
    """A template that a second person approved."""
    author = staff(f"author{MessageText.objects.count()}", "manager", desk.branch)
    text = MessageText.objects.create(
        kind="template", channel=channel, name="讲座", purpose="邀请", made_by=author, made_at=AT
    )
    told = {"subject": "讲座邀请", "state": "approved", "decided_by": desk.manager, "decided_at": AT, **more}
    return TextVersion.objects.create(text=text, number=1, body=body, author=author, made_at=AT, **told)


def reachable(
    desk: Desk, name: str = "沈慕云", *, said: str = "given", quiet: Any = (None, None), **more: Any
) -> Client:
    """A client of the advisor with every address, who said the same of every channel."""
    told = {"phone": PHONE, "email": "shen@example.com", "address": "临江路1号", "advisor": desk.advisor, **more}
    person = client(desk.branch, name, **told)
    card = {"branch": desk.branch, "client": person, "changed_by": desk.advisor, "changed_at": AT}
    Background.objects.create(**card, wecom_id=f"wx{person.pk}")
    channels = dict.fromkeys(("sms", "wecom", "email", "letter"), said)
    Consent.objects.create(**card, **channels, quiet_from=quiet[0], quiet_until=quiet[1])
    return person


def planned(desk: Desk, clients: list[Client], version: TextVersion | None = None, **more: Any) -> Sending:
    told = {"uid": uuid4(), "kind": "list", "by": desk.advisor, "at": AT, **more}
    return plan_sending(clients, version or approved(desk), **told)


def going(desk: Desk, clients: list[Client], version: TextVersion | None = None, **more: Any) -> Sending:
    sending = planned(desk, clients, version, **more)
    assert start_sending(sending, by=sending.asked_by, at=AT) == "going"
    return sending


def states(sending: Sending) -> list[str]:
    """The state of each message, with the reason where it has one."""
    rows = Message.objects.real().filter(sending=sending).order_by("pk")
    return [" ".join(part for part in (row.state, row.reason) if part) for row in rows]


def later(**more: float) -> Any:
    """The clock of a worker, so much later."""
    return lambda: AT + timedelta(**more)


__all__ = [
    "AT", "PHONE", "Provider", "approved", "client", "going", "later", "make_desk", "planned", "reachable", "staff", "states",
]  # fmt: skip
