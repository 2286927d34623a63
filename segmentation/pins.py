"""Tiers set by hand (T6): with reason and end, beside the computed tier and never instead of it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client
from crm import audit
from crm.models import Branch, Staff
from segmentation.models import Tier, TierPin


class PinRefused(Exception):
    """A pin without reason, or one that ends before it begins."""


def pins_in_force(branch: Branch, as_of: date) -> dict[int, str]:
    """Client id → tier set by hand on a day; of several the latest made counts."""
    pins = TierPin.objects.in_force(as_of).filter(client__branch=branch).order_by("from_day", "pk")
    return dict(pins.values_list("client_id", "tier"))


def pin_client(
    client: Client, tier: str, *, reason: str, from_day: date, until_day: date | None, made_by: Staff
) -> TierPin:
    """Set a client to a tier from a day until another (exclusive; None: until lifted). An earlier pin ends where this one
    begins. It shows after the next night. Raises PinRefused."""
    if not reason.strip() or tier not in Tier.values:
        raise PinRefused(_("Setting a tier by hand needs a tier and a reason."))
    if until_day is not None and until_day <= from_day:
        raise PinRefused(_("The end must be after the beginning."))
    with transaction.atomic():
        _end_pins(client, from_day)
        pin = TierPin.objects.create(
            client=client, tier=tier, reason=reason.strip(), from_day=from_day, until_day=until_day, made_by=made_by
        )
        audit.record(
            "pin-tier",
            actor=made_by,
            table="segmentation_tierpin",
            key=pin.pk,
            branch=client.branch,
            reason=reason,
            detail={"client": client.pk, "tier": tier},
        )
    return pin


def lift_pin(client: Client, *, on: date, by: Staff) -> int:
    """End what is set by hand for a client from a day on; returns how many pins ended."""
    with transaction.atomic():
        count = _end_pins(client, on)
        if count:
            audit.record(
                "lift-pin",
                actor=by,
                table="segmentation_tierpin",
                key=client.pk,
                branch=client.branch,
                detail={"n": count},
            )
    return count


def _end_pins(client: Client, day: date) -> int:
    # A pin that would begin later than its end never holds; it stays readable as what somebody once decided.
    return TierPin.objects.filter(client=client).exclude(until_day__lte=day).update(until_day=day)
