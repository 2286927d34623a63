"""Asking for a concession, and taking back what was asked for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Account, Client
from crm import audit
from crm.lib import formats
from crm.lib.refusals import Refused
from crm.models import Staff
from segmentation.thresholds import threshold
from servicing.competence.serving import agreed_by
from servicing.competence.words import missing_words
from servicing.concessions.floors import check_gift, check_rate
from servicing.models import Concession

State = Concession.State


@dataclass(frozen=True)
class Span:
    """From a day until another, both included, and why."""

    from_on: date
    until_on: date
    reason: str


@dataclass(frozen=True)
class Fee:
    """The rate in 1/1,000,000 of an account and product class, with a minimum per trade in fen."""

    account: Account
    product: str
    rate_e6: int
    minimum_fen: int


@dataclass(frozen=True)
class Gift:
    """What is given, and its value in fen."""

    gift: str
    value_fen: int


def ask_concession(client: Client, what: Fee | Gift, span: Span, *, uid: UUID, by: Staff, at: datetime) -> Concession:
    """Put a concession to a client forward; a second call with the same `uid` finds the first one. Raises Refused, naming the
    field, for what cannot be: below the floor, above the cap, in the past, without an end, beside another one,
    or without a paper of the asker's that the class asks for (S21)."""
    _check_span(span, timezone.localdate(at))
    try:
        with transaction.atomic():
            _lock(client)
            if found := Concession.objects.filter(uid=uid, client=client, asked_by=by).first():
                return found
            check_terms(client, what, span)
            _check_papers(client, what, by, timezone.localdate(at))
            row = Concession.objects.create(
                branch=client.branch, client=client, kind=kind_of(what), uid=uid, asked_by=by, asked_at=at,
                **vars(what), **vars(span),
            )  # fmt: skip
            tell("ask-concession", row, by=by, reason=span.reason)
    except IntegrityError:
        raise Refused(_("This form belongs to another request; please open it anew.")) from None
    return row


def withdraw_concession(row: Concession, *, by: Staff, at: datetime) -> bool:
    """Whoever asked takes it back before somebody decides; False where somebody has. Raises Refused for anybody else."""
    if row.asked_by_id != by.pk:
        raise Refused(_("Only whoever asked can take it back."))
    with transaction.atomic():
        turned = turn(row, State.ASKED, state=State.WITHDRAWN, ended_on=timezone.localdate(at), ended_by=by)
        if turned:
            tell("withdraw-concession", row, by=by)
    return turned


def check_terms(client: Client, what: Fee | Gift, span: Span, *, but: int = 0) -> None:
    """Raises Refused for terms that cannot stand beside the floor, the cap and the other concessions (apart from `but`)."""
    if isinstance(what, Gift):
        check_gift(client, what.value_fen, span.from_on, but=but)
        return
    check_rate(what.product, what.rate_e6, span.from_on, span.until_on)
    others = Concession.objects.meeting(span.from_on, span.until_on).filter(account=what.account, product=what.product)
    if other := others.exclude(pk=but).order_by("from_on").first():
        told = _("Another concession for this account and product class runs from {begin} to {end}.")
        begin, end = formats.day(other.from_on), formats.day(other.until_on)
        raise Refused(told.format(begin=begin, end=end), "from_on")


def terms_of(row: Concession) -> tuple[Fee | Gift, Span]:
    """What was asked for, and for how long."""
    span = Span(row.from_on, row.until_on, row.reason)
    if row.account is None:
        return Gift(row.gift, row.value_fen or 0), span
    return Fee(row.account, row.product, row.rate_e6 or 0, row.minimum_fen or 0), span


def kind_of(what: Fee | Gift) -> str:
    """The kind of what is asked for."""
    return Concession.Kind.GIFT if isinstance(what, Gift) else Concession.Kind.FEE


def turn(row: Concession, since: str, **columns: object) -> bool:
    """Turn a concession that is in a state: the conditional update is the lock. False where somebody was quicker."""
    return bool(Concession.objects.filter(pk=row.pk, state=since).update(**columns))


def tell(action: str, row: Concession, *, by: Staff, reason: str = "", **detail: Any) -> None:
    """The audit row of one step."""
    audit.record(
        action,
        actor=by,
        of=row,
        detail={"client": row.client_id, "kind": row.kind, **detail},
        reason=reason,
    )


def _check_span(span: Span, today: date) -> None:
    if not span.reason.strip():
        raise Refused(_("Say why."), "reason")
    if span.from_on < today:
        raise Refused(_("Not before today."), "from_on")
    if span.until_on < span.from_on:
        raise Refused(_("It cannot end before it begins."), "until_on")
    most = threshold("concession_days", today)
    if span.until_on > span.from_on + timedelta(days=most - 1):
        raise Refused(_("A concession runs {n} days at most.").format(n=most), "until_on")


def _check_papers(client: Client, what: Fee | Gift, by: Staff, today: date) -> None:
    """Raises Refused where whoever asks lacks a paper for the product class (S21)."""
    if isinstance(what, Fee) and not (verdict := agreed_by(by, client.branch_id, what.product, today)).passes:
        raise Refused(
            _("You lack a paper for this class: {missing}.").format(missing=missing_words(verdict)), "product"
        )


def _lock(client: Client) -> None:
    """One at a time per client, so that what was looked at still holds when it is written."""
    Client.objects.select_for_update().get(pk=client.pk)
