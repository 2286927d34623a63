"""The funnel A–D of a client (R5): moved by a person, with the reason for leaving a stage; every move stays as a row."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm import audit
from crm.lib import formats
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import Contact, ServiceStage, Stage

FUNNEL = (Stage.A.value, Stage.B.value, Stage.C.value, Stage.D.value)


def set_stage(
    client: Client,
    stage: str,
    *,
    by: Staff,
    at: datetime,
    why: str = "",
    contact: Contact | None = None,
    seen: int | None = None,
) -> ServiceStage | None:
    """Move a client into a stage; None where the client is in it already. `seen` is the row that the mover saw (0: none);
    left out, the move counts whatever was there. Raises Refused where somebody moved the client since, and for a step back or
    out without a reason: a contact is one."""
    if stage not in Stage.values:
        raise Refused(_("Choose a stage."), "stage")
    try:
        with transaction.atomic():
            Client.objects.select_for_update().get(pk=client.pk)
            latest = ServiceStage.objects.select_related("by").latest_of(client)
            if (latest.stage if latest else Stage.OUT) == stage:
                return None
            if seen is not None and seen != (latest.pk if latest else 0):
                raise Refused(_meanwhile(latest))
            if latest and _goes_back(latest.stage, stage) and not (why.strip() or contact):
                raise Refused(_("Say why the client leaves this stage."), "why")
            return _append(
                client, stage, timezone.localdate(at), why.strip(), by=by, at=at, contact=contact, former=latest
            )
    except IntegrityError:
        raise Refused(_meanwhile(ServiceStage.objects.select_related("by").latest_of(client))) from None


def undo_stage(row: ServiceStage, *, by: Staff, at: datetime) -> bool:
    """Give the client the stage and the day back that they had before a move; False where somebody moved them since. The
    move and its undo both stay as rows."""
    with transaction.atomic():
        Client.objects.select_for_update().get(pk=row.client_id)
        current = ServiceStage.objects.select_related("client__branch").filter(pk=row.pk, is_latest=True).first()
        if current is None:
            return False
        before = ServiceStage.objects.history_of(current.client).filter(pk__lt=current.pk).first()
        stage, since = (before.stage, before.since) if before else (Stage.OUT.value, timezone.localdate(at))
        _append(current.client, stage, since, before.why if before else "", by=by, at=at, former=current)
    return True


def _append(
    client: Client,
    stage: str,
    since: date,
    why: str,
    *,
    by: Staff,
    at: datetime,
    former: ServiceStage | None,
    contact: Contact | None = None,
) -> ServiceStage:
    ServiceStage.objects.standing().filter(client=client).update(is_latest=False)
    row = ServiceStage.objects.create(
        branch=client.branch, client=client, stage=stage, since=since, why=why, contact=contact, by=by, at=at
    )
    audit.record(
        "set-stage",
        actor=by,
        of=row,
        branch=client.branch,
        detail={"client": client.pk, "before": {"stage": former.stage if former else ""}, "after": {"stage": stage}},
    )
    return row


def _goes_back(before: str, after: str) -> bool:
    """Whether a move leads to an earlier stage, or out of the funnel."""
    if before == Stage.OUT:
        return False
    return after == Stage.OUT or FUNNEL.index(after) < FUNNEL.index(before)


def _meanwhile(latest: ServiceStage | None) -> str:
    if latest is None:
        return _("Nobody said a stage; please look again.")
    return _("{who} has moved the client meanwhile: {stage} since {day}. Look, then move again.").format(
        who=latest.by.name, stage=latest.get_stage_display(), day=formats.day(latest.since)
    )
