"""The life of a sending: planned as a draft with its messages, let go (by a second person where it is large), stopped. Each
step is a conditional update, so that a double click or two people at once take it once."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm import audit, bell
from crm.lib.refusals import Refused
from crm.models import Staff
from segmentation.thresholds import threshold
from servicing.messages.addresses import sealed_recipient
from servicing.messages.enclosures import check_material
from servicing.messages.facts import asked_for, known_of, numbers_for
from servicing.messages.guards import first_reason
from servicing.messages.outbox import keep_back_all, waits_until
from servicing.messages.wording import rendered_as_test, rendered_for
from servicing.models import LeftOut, Material, Message, MessageText, Sending, TextVersion
from servicing.texts.deciding import check_usable as check_sayable
from servicing.texts.rendering import PlaceholderError, Rendered

State = Sending.State
SEND = "servicing.tasks.send_messages"
TESTS = 5  # of one sending
_PART = 500


def plan_sending(
    clients: Iterable[Client],
    version: TextVersion,
    *,
    uid: UUID,
    kind: str,
    by: Staff,
    at: datetime,
    keep_rest: bool = False,
    raises_trading: bool = False,
    item: str = "",
    material: Material | None = None,
) -> Sending:
    """Write a draft with a message for each client: queued, or left out for the first reason that stands against it (R8). The
    same `uid` again is the draft that is there. `item`: the service item, where the text asks for it; `material`: what it has
    a link to. Raises Refused for no client, several branches, or a text or material that may not be sent."""
    chosen = sorted(clients, key=lambda one: one.pk)
    if not chosen or len({client.branch_id for client in chosen}) > 1:
        raise Refused(_("Choose clients of one branch."))
    check_usable(version, at)
    check_material(version, material, at)
    sending = Sending(
        uid=uid, branch=chosen[0].branch, kind=kind, channel=version.text.channel, text=version, material=material,
        raises_trading=raises_trading or bool(version.product_risk), keep_rest=keep_rest, size=len(chosen), asked_by=by,
        asked_at=at,
    )  # fmt: skip
    messages = list(_planned([client.pk for client in chosen], sending, at, item))
    try:
        with transaction.atomic():
            sending.save(force_insert=True)
            Message.objects.bulk_create(messages, batch_size=_PART)
            _tell("plan-sending", sending, by=by, size=len(messages), checksum=audit.checksum([c.pk for c in chosen]))
    except IntegrityError:  # the same form a moment ago
        return Sending.objects.select_related("branch", "text__text", "material").get(uid=uid, asked_by=by)
    return sending


def check_usable(version: TextVersion, at: datetime) -> None:
    """Raises Refused where a text may not be sent at a moment (S14, S3)."""
    row = TextVersion.objects.select_related("text").get(pk=version.pk)
    try:
        check_sayable(row, at)
    except Refused as refused:
        raise Refused(str(refused), "text") from None
    if row.text.kind != MessageText.Kind.TEMPLATE:
        raise Refused(_("A script is said, not sent. Choose another one."), "text")


def start_sending(sending: Sending, *, by: Staff, at: datetime) -> str:
    """Let a draft go, or ask a second person where more would get it than one person decides on. Returns the state that it
    has then; the same again changes nothing. Raises Refused where nobody would get it, or the text may not be sent."""
    _check(sending, at)
    count = Message.objects.real().filter(sending=sending, state=Message.State.QUEUED).count()
    if not count:
        raise Refused(_("Nobody would get it: every client is left out."))
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=by.pk)  # two halves started at once are counted one after the other
        alone = not needs_second(sending, count, at)
        told = {"state": State.GOING, "started_at": at} if alone else {"state": State.WAITING}
        if Sending.objects.filter(pk=sending.pk, asked_by=by, state=State.DRAFT).update(**told):
            _tell("start-sending" if alone else "ask-sending", sending, by=by, messages=count)
            _ring(sending)
    return _state(sending)


def needs_second(sending: Sending, count: int, at: datetime) -> bool:
    """Whether a second person decides: more clients would get it than one person decides on, counted with those of lists that
    the same person let go alone with this text within a day, so that a list in two halves is one."""
    limit = threshold("message_second_person", timezone.localdate(at))
    if sending.kind == Sending.Kind.ONE:
        return count > limit
    before = Sending.objects.filter(
        branch=sending.branch_id, asked_by=sending.asked_by_id, text__text=sending.text.text_id
    )
    alone = before.filter(kind=Sending.Kind.LIST, decided_by=None, started_at__gt=at - timedelta(days=1))
    gone = Message.objects.real().filter(sending__in=alone, reason="")
    return count + gone.count() > limit


def decide_sending(sending: Sending, *, approve: bool, by: Staff, at: datetime) -> bool:
    """A second person lets it go or not, once: False where it is decided. Raises Refused for whoever asked, and for a text
    that may not be sent any more."""
    if sending.asked_by_id == by.pk:
        raise Refused(_("Somebody else has to decide on your own sending."))
    if approve:
        _check(sending, at)
    told: dict[str, object] = (
        {"state": State.GOING, "started_at": at} if approve else {"state": State.STOPPED, "ended_at": at}
    )
    with transaction.atomic():
        waiting = Sending.objects.filter(pk=sending.pk, state=State.WAITING)
        if not waiting.update(**told, decided_by=by, decided_at=at):
            return False
        if approve:
            _ring(sending)
        else:
            keep_back_all(Message.objects.filter(sending=sending), LeftOut.STOPPED, at)
        _tell("approve-sending" if approve else "refuse-sending", sending, by=by)
    return True


def stop_sending(sending: Sending, *, by: Staff, at: datetime) -> int | None:
    """Stop what no worker has claimed yet; how many messages stay here. What went cannot be called back. None where it has
    ended already."""
    with transaction.atomic():
        running = Sending.objects.filter(pk=sending.pk, state__in=[State.DRAFT, State.WAITING, State.GOING])
        if not running.update(state=State.STOPPED, ended_at=at, ended_by=by):
            return None
        rows = Message.objects.filter(sending=sending)
        keep_back_all(rows.filter(is_test=True), LeftOut.STOPPED, at)  # of no client: they do not count
        count = keep_back_all(rows.real(), LeftOut.STOPPED, at)
        _tell("stop-sending", sending, by=by, kept_back=count)
    return count


def finish_sendings(branch: int, at: datetime) -> int:
    """Close the sendings of a branch of which nothing is left to go; how many. Each is looked at under its lock, so that one
    whose message is sent again this moment stays open."""
    count = 0
    with transaction.atomic():
        going = Sending.objects.filter(branch=branch, state=State.GOING).select_for_update().order_by("pk")
        for sending in going.values_list("pk", flat=True):
            if not Message.objects.open_of(sending).exists():
                count += Sending.objects.filter(pk=sending).update(state=State.FINISHED, ended_at=at)
    return count


def send_test(sending: Sending, *, to: str, by: Staff, at: datetime) -> Message:
    """The text to an address of the asker's own, marked as a test, about a client who does not exist. Raises Refused."""
    _check(sending, at)
    if sending.channel == "letter":
        raise Refused(_("A letter is looked at as it prints; it needs no test."))
    before = Message.objects.filter(sending=sending, is_test=True).count()
    if before >= TESTS:
        raise Refused(_("{n} tests are enough for one sending.").format(n=TESTS))
    test = Message(
        sending=sending,
        branch=sending.branch,
        channel=sending.channel,
        is_test=True,
        key=f"{sending.uid}:test:{before}",
    )
    told = _rendered(lambda: rendered_as_test(sending.text, test, sender=by, at=at))
    test.subject, test.body, test.recipient_sealed = told.subject, told.body, sealed_recipient(to, test.uid)
    try:
        with transaction.atomic():
            test.save(force_insert=True)
            _tell("test-sending", sending, by=by)
            _ring(sending)
    except IntegrityError:  # the same form a moment ago
        return Message.objects.get(key=test.key)
    return test


def _check(sending: Sending, at: datetime) -> None:
    """Raises Refused where the text, or the material that goes with it, may not be sent any more."""
    check_usable(sending.text, at)
    check_material(sending.text, sending.material, at)


def _planned(keys: list[int], sending: Sending, at: datetime, item: str) -> Iterable[Message]:
    numbers = numbers_for(sending.channel, at)
    asked = asked_for(sending, numbers)
    for client, known in known_of(keys, sending, numbers, at):
        message = Message(
            key=f"{sending.uid}:{client.pk}:1:{sending.channel}", sending=sending, branch=sending.branch, client=client,
            channel=sending.channel,
        )  # fmt: skip
        if reason := first_reason(known, asked):
            message.state, message.reason = Message.State.LEFT_OUT, reason
        else:
            told = _rendered(
                lambda: rendered_for(client, sending.text, message, sender=sending.asked_by, at=at, item=item)  # noqa: B023
            )
            message.subject, message.body = told.subject, told.body
            message.not_before = waits_until(known.allowed_at, sending.channel, at)
        yield message


def _rendered(make: Callable[[], Rendered]) -> Rendered:
    try:
        return make()
    except PlaceholderError as hole:
        words = ", ".join([*hole.unknown, *hole.missing])
        raise Refused(
            _("The text leaves something open that is not known here: {what}.").format(what=words), "text"
        ) from None


def _state(sending: Sending) -> str:
    sending.refresh_from_db(fields=["state"])
    return sending.state


def _ring(sending: Sending) -> None:
    transaction.on_commit(lambda: bell.ring([sending.branch_id], SEND))


def _tell(action: str, sending: Sending, *, by: Staff, **detail: object) -> None:
    carried = {"material": sending.material_id} if sending.material_id else {}
    audit.record(
        action,
        actor=by,
        table=Sending._meta.db_table,
        key=sending.uid,
        branch=sending.branch,
        detail={"channel": sending.channel, "text": sending.text_id, **carried, **detail},
    )
